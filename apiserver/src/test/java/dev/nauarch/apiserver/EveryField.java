package dev.nauarch.apiserver;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A field of some built-in type: what a table has to say of lists and objects holds of each of
 * them, as the metadata of its type says.
 *
 * @param holder the type that has it
 * @param name of the field
 * @param form what it takes
 */
public record EveryField(Schema holder, String name, Schema form) {

  private static final int TRIES = 50;

  /** What is to hold of a field. */
  @FunctionalInterface
  public interface Law {
    /** Fails where it doesn't. */
    void check(EveryField field);
  }

  /** All of them, each once. */
  public static List<EveryField> all() {
    var found = new ArrayList<EveryField>();
    var seen = new HashSet<String>();
    Catalog.builtIn("1.37").kinds().forEach(kind -> walk(kind.schema(), seen, found));
    return found;
  }

  private static void walk(Schema schema, Set<String> seen, List<EveryField> found) {
    if (!schema.definition().isEmpty() && !seen.add(schema.definition())) {
      return;
    }
    for (var name : schema.propertyNames()) {
      var form = schema.property(name).orElseThrow();
      if (!schema.definition().isEmpty()) {
        found.add(new EveryField(schema, name, form));
      }
      walk(form, seen, found);
    }
    schema.items().ifPresent(items -> walk(items, seen, found));
    schema.additionalProperties().ifPresent(values -> walk(values, seen, found));
  }

  /** A test of a law. */
  public DynamicTest test(Law law) {
    return DynamicTest.dynamicTest(holder.shortName() + "." + name, () -> law.check(this));
  }

  /** An object that has nothing but this field. */
  public ObjectNode object(JsonNode value) {
    return JsonNodeFactory.instance.objectNode().set(name, value);
  }

  /** Items that differ in their keys. */
  public List<JsonNode> items(int count, List<String> keys) {
    var items = new ArrayList<JsonNode>();
    var seen = new HashSet<String>();
    for (int seed = 1; items.size() < count; seed++) {
      if (seed > TRIES) {
        throw new AssertionError(name + " has no items that differ in " + keys);
      }
      var item = new GeneratedObjects(seed).value(form.items().orElseThrow());
      if (seen.add(keys.isEmpty() ? item.toString() : keyOf(item, keys).toString())) {
        items.add(item);
      }
    }
    return items;
  }

  /** Nothing but the keys of an item. */
  public static ObjectNode keyOf(JsonNode item, List<String> keys) {
    var key = JsonNodeFactory.instance.objectNode();
    keys.forEach(each -> key.set(each, item.path(each)));
    return key;
  }

  /** A list of values. */
  public static JsonNode list(JsonNode... values) {
    return JsonNodeFactory.instance.arrayNode().addAll(List.of(values));
  }
}
