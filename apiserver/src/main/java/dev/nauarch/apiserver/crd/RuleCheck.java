package dev.nauarch.apiserver.crd;

import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Schema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is wrong with the rules of a schema themselves: their types, and what they can cost.
 */
final class RuleCheck {

  /** Of how many values a part of an object can consist is not known. */
  private static final long UNBOUNDED = -1;

  private final String schemaPath;
  private final RuleCosts costs = new RuleCosts();
  private final List<FieldError> problems = new ArrayList<>();

  /**
   * @param schemaPath where the schema stands
   */
  RuleCheck(String schemaPath) {
    this.schemaPath = schemaPath;
  }

  /** The problems of all rules of a schema. */
  List<FieldError> of(RuleSet.Node root) {
    visit(root, schemaPath, 1, null);
    problems.addAll(costs.problems(schemaPath));
    return problems;
  }

  /**
   * Checks the rules of one part.
   *
   * @param count how many values of it an object can have
   * @param unmatched the list above it, where its items can't be told apart from each other
   */
  private void visit(RuleSet.Node node, String path, long count, @Nullable String unmatched) {
    var most = count == UNBOUNDED ? CelTypes.countMax(node.schema(), node.isWhole()) : count;
    for (var i = 0; i < node.rules().size(); i++) {
      var at = path + ".x-kubernetes-validations[" + i + "]";
      node.rules().get(i).collectMistakes(at, most, unmatched, costs, problems);
    }
    var inside = inside(node.schema(), count);
    node.properties()
        .forEach(
            (name, part) -> visit(part, path + ".properties[" + name + "]", inside, unmatched));
    if (node.values() != null) {
      visit(node.values(), path + ".additionalProperties", inside, unmatched);
    }
    if (node.items() != null) {
      var isMatched = node.schema().listType() == Schema.ListType.MAP;
      visit(
          node.items(),
          path + ".items",
          inside,
          unmatched == null && !isMatched ? path : unmatched);
    }
  }

  private static long inside(Schema schema, long count) {
    var keyword =
        switch (schema.type()) {
          case OBJECT -> schema.additionalProperties().isPresent() ? "maxProperties" : "";
          case ARRAY -> "maxItems";
          default -> "";
        };
    if (keyword.isEmpty() || count == UNBOUNDED) {
      return count;
    }
    var most = schema.keywords().get(keyword);
    return most == null ? UNBOUNDED : RuleCosts.product(count, Math.max(most.asLong(0), 0));
  }
}
