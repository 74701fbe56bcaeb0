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

  /**
   * The rules of the schema of a whole object. Compiling takes some milliseconds for each part that
   * has rules.
   */
  public static RuleSet of(Schema schema) {
    return new RuleSet(Node.of(schema, true, "object"));
  }

  /** The rules of the schema of any value. */
  static RuleSet ofValue(Schema schema) {
    return new RuleSet(Node.of(schema, schema.isEmbeddedResource(), "object"));
  }

  /** Whether there are no rules at all. */
  public boolean isEmpty() {
    return root == null;
  }

  /** What is wrong with the rules themselves, each at its path in the schema. */
  public List<FieldError> mistakes(String schemaPath) {
    return root == null ? List.of() : new RuleCheck(schemaPath).of(root);
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
    run.visit(root, "", object, old.orElse(null), false);
    return run.problems;
  }

  /**
   * One part of a schema that has rules, or parts with rules.
   *
   * @param schema the part
   * @param isWhole whether it is that of whole objects
   * @param rules its own rules
   * @param properties its properties that have some
   * @param values the values of a map; null where they have none
   * @param items the items of a list; null where they have none
   */
  record Node(
      Schema schema,
      boolean isWhole,
      List<SchemaRule> rules,
      Map<String, Node> properties,
      @Nullable Node values,
      @Nullable Node items) {

    private static @Nullable Node of(Schema schema, boolean isWhole, String path) {
      var properties = new LinkedHashMap<String, Node>();
      for (var name : schema.propertyNames()) {
        schema
            .property(name)
            .map(part -> of(part, part.isEmbeddedResource(), path + "." + name))
            .ifPresent(part -> properties.put(name, part));
      }
      var values =
          schema
              .additionalProperties()
              .map(part -> of(part, part.isEmbeddedResource(), path + ".@elem"));
      var items = schema.items().map(part -> of(part, part.isEmbeddedResource(), path + ".@idx"));
      var rules = SchemaRule.allOf(schema, isWhole, path);
      return rules.isEmpty() && properties.isEmpty() && values.isEmpty() && items.isEmpty()
          ? null
          : new Node(schema, isWhole, rules, properties, values.orElse(null), items.orElse(null));
    }
  }

  /** One walk over one object. */
  private static final class Run {
    private final List<FieldError> problems = new ArrayList<>();
    private long budget = COST_MAX;

    /**
     * @param old the value before; null where there is none, or none that it can be compared with
     * @param isKept whether it is part of something that did not change
     */
    private void visit(
        Node node, String path, JsonNode value, @Nullable JsonNode old, boolean isKept) {
      if (value.isNull() || budget < 0) {
        return;
      }
      var isUnchanged = old == null ? isKept : JsonValues.same(value, old);
      for (var rule : node.rules()) {
        if (budget >= 0) {
          budget =
              rule.check(path, new SchemaRule.Values(value, old, isUnchanged), budget, problems);
        }
      }
      node.properties()
          .forEach(
              (name, part) -> {
                if (value.has(name)) {
                  var inner = path.isEmpty() ? name : path + "." + name;
                  visit(part, inner, value.path(name), field(old, name), isUnchanged);
                }
              });
      visitElements(node, path, value, old, isUnchanged);
    }

    private void visitElements(
        Node node, String path, JsonNode value, @Nullable JsonNode old, boolean isUnchanged) {
      if (node.values() != null && value.isObject()) {
        for (var entry : value.properties()) {
          if (node.schema().property(entry.getKey()).isEmpty()) {
            var inner = path + "[" + entry.getKey() + "]";
            var before = field(old, entry.getKey());
            visit(node.values(), inner, entry.getValue(), before, isUnchanged);
          }
        }
      }
      if (node.items() != null && value.isArray()) {
        for (var i = 0; i < value.size(); i++) {
          var item = value.path(i);
          var before = counterpart(node.schema(), item, old);
          visit(node.items(), path + "[" + i + "]", item, before, isUnchanged);
        }
      }
    }

    private static @Nullable JsonNode field(@Nullable JsonNode object, String name) {
      var value = object == null ? null : object.get(name);
      return value == null || value.isNull() ? null : value;
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
