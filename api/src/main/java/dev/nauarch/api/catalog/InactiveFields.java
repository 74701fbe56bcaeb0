package dev.nauarch.api.catalog;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fields of a kind that are kept and that nobody acts upon yet, by the marks of its schema.
 * Only the branches of the schema that lead to a mark are kept, so that looking through an object
 * costs little. Immutable.
 */
public final class InactiveFields {

  /**
   * A field of a kind.
   *
   * @param path for example {@code spec.volumes[].nfs}
   * @param schema the form of its value
   * @param mark what happens instead
   */
  public record Field(String path, Schema schema, Schema.Inactive mark) {}

  /**
   * A field that an object sets.
   *
   * @param path for example {@code spec.volumes[0].nfs}
   * @param instead what happens instead
   */
  public record Use(String path, String instead) {}

  /** One step into the schema; a branch without a mark leads to one. */
  private record Branch(
      Schema schema, Map<String, Branch> properties, Optional<Branch> items, boolean leads) {}

  private final Branch root;

  private InactiveFields(Branch root) {
    this.root = root;
  }

  /** The fields of a kind's objects, their status left out: it asks for nothing. */
  public static InactiveFields of(Kind kind) {
    var root = branch(kind.schema(), new HashSet<>());
    root.properties.remove("status");
    return new InactiveFields(root);
  }

  /**
   * The branches below a schema.
   *
   * @param open the definitions around it, into which nothing leads a second time
   */
  private static Branch branch(Schema schema, Set<String> open) {
    var properties = new LinkedHashMap<String, Branch>();
    Optional<Branch> items = Optional.empty();
    var name = schema.definition();
    if (schema.inactive().isEmpty() && (name.isEmpty() || open.add(name))) {
      for (var property : schema.propertyNames()) {
        var below = branch(schema.property(property).orElseThrow(), open);
        if (below.leads()) {
          properties.put(property, below);
        }
      }
      items = schema.items().map(each -> branch(each, open)).filter(Branch::leads);
      open.remove(name);
    }
    var leads = schema.inactive().isPresent() || !properties.isEmpty() || items.isPresent();
    return new Branch(schema, properties, items, leads);
  }

  /** All of them, in the order of the schema. */
  public List<Field> all() {
    var found = new ArrayList<Field>();
    list(root, "", found);
    return found;
  }

  private static void list(Branch branch, String path, List<Field> found) {
    branch.schema.inactive().ifPresent(mark -> found.add(new Field(path, branch.schema, mark)));
    branch.properties.forEach(
        (name, below) -> list(below, path.isEmpty() ? name : path + "." + name, found));
    branch.items.ifPresent(items -> list(items, path + "[]", found));
  }

  /** Those that an object sets to a value that asks for something. */
  public List<Use> usesIn(ObjectNode object) {
    var found = new ArrayList<Use>();
    visit(root, object, "", new ArrayDeque<>(), found);
    return found;
  }

  private static void visit(
      Branch branch, JsonNode value, String path, Deque<JsonNode> above, List<Use> found) {
    var mark = branch.schema.inactive();
    if (mark.isPresent()) {
      if (asksForSomething(branch.schema, mark.get(), value, above)) {
        found.add(new Use(path, mark.get().instead()));
      }
    } else if (value instanceof ObjectNode) {
      above.push(value);
      branch.properties.forEach(
          (name, below) -> {
            var inside = value.get(name);
            if (inside != null) {
              visit(below, inside, path.isEmpty() ? name : path + "." + name, above, found);
            }
          });
      above.pop();
    } else if (value instanceof ArrayNode array && branch.items.isPresent()) {
      for (var index = 0; index < array.size(); index++) {
        visit(branch.items.get(), array.path(index), path + "[" + index + "]", above, found);
      }
    }
  }

  private static boolean asksForSomething(
      Schema schema, Schema.Inactive mark, JsonNode value, Deque<JsonNode> above) {
    var isNothing =
        value.isNull()
            || (value.isContainer() && value.isEmpty())
            || mark.unless().contains(value)
            || schema.defaultValue().filter(value::equals).isPresent()
            || (value.isBoolean() && !value.booleanValue() && mark.unless().isEmpty())
            || mark.unlessAbove().entrySet().stream()
                .anyMatch(
                    field ->
                        above.stream()
                            .anyMatch(each -> field.getValue().equals(each.get(field.getKey()))));
    return !isNothing && (mark.only().isEmpty() || isAmong(mark.only(), value));
  }

  private static boolean isAmong(List<JsonNode> values, JsonNode value) {
    return value instanceof ArrayNode array
        ? array.valueStream().anyMatch(values::contains)
        : values.contains(value);
  }
}
