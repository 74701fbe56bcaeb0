package dev.nauarch.apiserver.schema;

import dev.nauarch.api.catalog.Schema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Fills in the defaults that schemas carry. Where a custom resource holds a type of Kubernetes (a
 * JobSet holds a Pod's template) that type's defaults are left to the objects that are made of it,
 * save the keys of its lists, without which lists could not merge.
 */
final class StaticDefaults {

  private StaticDefaults() {}

  static void fillIn(ObjectNode object, Schema schema) {
    visitObject(object, schema, !schema.hasGoType());
  }

  private static void visitObject(ObjectNode object, Schema schema, boolean isCustom) {
    var ownDefaults = !isCustom || !schema.hasGoType();
    for (var name : schema.propertyNames()) {
      var form = schema.property(name).orElseThrow();
      var value = object.path(name);
      if (ownDefaults && isUnset(value, form)) {
        // A null that is no value stands for what is not there.
        object.remove(name);
        form.defaultValue().ifPresent(missing -> object.set(name, missing.deepCopy()));
      }
      visit(object.path(name), form, isCustom);
    }
    schema
        .additionalProperties()
        .ifPresent(
            values -> {
              object.removeIf(value -> isUnset(value, values));
              object.properties().forEach(entry -> visit(entry.getValue(), values, isCustom));
            });
  }

  private static boolean isUnset(JsonNode value, Schema form) {
    return value.isMissingNode() || (value.isNull() && !form.isNullable());
  }

  private static void visit(JsonNode value, Schema form, boolean isCustom) {
    if (value instanceof ObjectNode object) {
      visitObject(object, form, isCustom);
    } else if (value instanceof ArrayNode array && form.items().isPresent()) {
      var items = form.items().get();
      for (var item : array) {
        if (item instanceof ObjectNode object && isCustom && items.hasGoType()) {
          fillInKeys(object, form, items);
        }
        visit(item, items, isCustom);
      }
    }
  }

  private static void fillInKeys(ObjectNode item, Schema list, Schema items) {
    for (var key : list.listMapKeys()) {
      if (!item.has(key)) {
        items
            .property(key)
            .flatMap(Schema::defaultValue)
            .ifPresent(missing -> item.set(key, missing.deepCopy()));
      }
    }
  }
}
