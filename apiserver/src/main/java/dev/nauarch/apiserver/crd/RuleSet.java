package dev.nauarch.apiserver.crd;

import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.patch.JsonValues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The rules in CEL of a schema and of all its parts, compiled. Immutable, and safe to share. A
 * schema without rules costs a walk over it, once.
 */
public final class RuleSet {

  /** What all rules together may cost on one object. */
  private static final long COST_MAX = 10_000_000;

  private final @Nullable Node root;

  private RuleSet(@Nullable Node root) {
    this.root = root;
  }

  /** The rules of a schema. Compiling takes some milliseconds for each part that has rules. */
  public static RuleSet of(Schema schema) {
    return new RuleSet(Node.of(schema, "object"));
  }

  /** Whether there are no rules at all. */
  public boolean isEmpty() {
    return root == null;
  }

  /** What is wrong with the rules themselves, each at its path in the schema. */
  public List<FieldError> mistakes(String schemaPath) {
    var mistakes = new ArrayList<FieldError>();
    if (root != null) {
      root.collectMistakes(schemaPath, mistakes);
    }
    return mistakes;
  }

  /** Which rules a new object breaks. */
  public List<FieldError> problems(JsonNode object) {
    return problems(object, Optional.empty());
  }

  /**
   * Which rules an object breaks. Rules that read {@code oldSelf} run only where there is an old
   * value; rules that don't are not held against a value that did not change.
   *
   * @param old the object that it is to replace
   */
  public List<FieldError> problems(JsonNode object, Optional<JsonNode> old) {
    if (root == null) {
      return List.of();
    }
    var run = new Run();
    run.visit(root, "", object, old.orElse(null));
    return run.problems;
  }

  /**
   * One part of a schema that has rules, or parts with rules.
   *
   * @param schema the part
   * @param rules its own rules
   * @param properties its properties that have some
   * @param values the values of a map; null where they have none
   * @param items the items of a list; null where they have none
   */
  private record Node(
      Schema schema,
      List<SchemaRule> rules,
      Map<String, Node> properties,
      @Nullable Node values,
      @Nullable Node items) {

    static @Nullable Node of(Schema schema, String path) {
      var properties = new LinkedHashMap<String, Node>();
      for (var name : schema.propertyNames()) {
        var isShared = name.equals("metadata") && schema.property("apiVersion").isPresent();
        var property =
            isShared ? null : schema.property(name).map(part -> of(part, path + "." + name));
        if (property != null && property.isPresent()) {
          properties.put(name, property.get());
        }
      }
      var values = schema.additionalProperties().map(part -> of(part, path + ".@values"));
      var items = schema.items().map(part -> of(part, path + ".@items"));
      var rules = SchemaRule.allOf(schema, path);
      return rules.isEmpty() && properties.isEmpty() && values.isEmpty() && items.isEmpty()
          ? null
          : new Node(schema, rules, properties, values.orElse(null), items.orElse(null));
    }

    private void collectMistakes(String path, List<FieldError> into) {
      for (var i = 0; i < rules.size(); i++) {
        into.addAll(rules.get(i).mistakes(path + ".x-kubernetes-validations[" + i + "]"));
      }
      properties.forEach(
          (name, part) -> part.collectMistakes(path + ".properties[" + name + "]", into));
      if (values != null) {
        values.collectMistakes(path + ".additionalProperties", into);
      }
      if (items != null) {
        items.collectMistakes(path + ".items", into);
      }
    }
  }

  /** One walk over one object. */
  private static final class Run {
    private final List<FieldError> problems = new ArrayList<>();
    private long budget = COST_MAX;

    private void visit(Node node, String path, JsonNode value, @Nullable JsonNode old) {
      if (value.isNull() || budget < 0) {
        return;
      }
      for (var rule : node.rules()) {
        if (budget >= 0) {
          budget = rule.check(path, value, old, budget, problems);
        }
      }
      node.properties()
          .forEach(
              (name, part) -> {
                if (value.has(name)) {
                  visit(
                      part,
                      path.isEmpty() ? name : path + "." + name,
                      value.path(name),
                      old == null ? null : old.get(name));
                }
              });
      if (node.values() != null && value.isObject()) {
        for (var entry : value.properties()) {
          if (node.schema().property(entry.getKey()).isEmpty()) {
            var inner = path + "[" + entry.getKey() + "]";
            visit(
                node.values(),
                inner,
                entry.getValue(),
                old == null ? null : old.get(entry.getKey()));
          }
        }
      }
      if (node.items() != null && value.isArray()) {
        for (var i = 0; i < value.size(); i++) {
          var item = value.path(i);
          visit(node.items(), path + "[" + i + "]", item, counterpart(node.schema(), item, old));
        }
      }
    }

    /** The old item with the same keys; only lists by key have items that last. */
    private static @Nullable JsonNode counterpart(
        Schema list, JsonNode item, @Nullable JsonNode old) {
      if (old == null || list.listType() != Schema.ListType.MAP) {
        return null;
      }
      for (var candidate : old) {
        var isSame =
            list.listMapKeys().stream()
                .allMatch(key -> JsonValues.same(candidate.get(key), item.get(key)));
        if (isSame) {
          return candidate;
        }
      }
      return null;
    }
  }
}
