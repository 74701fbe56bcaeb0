package dev.nauarch.apiserver.apply;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;

/** Takes fields out of a value. */
final class Removal {

  private Removal() {}

  /** The value without the fields of the set; null where nothing is left. */
  static @Nullable JsonNode from(Shape shape, JsonNode value, FieldSet fields) {
    return switch (shape.form(value)) {
      case SCALAR -> value;
      case LIST -> value.isArray() ? fromList(shape, value, fields) : null;
      case MAP -> value.isObject() ? fromObject(shape, value, fields) : null;
    };
  }

  private static @Nullable JsonNode fromList(Shape shape, JsonNode list, FieldSet fields) {
    if (list.isEmpty() || shape.isAtomicList()) {
      return null;
    }
    var result = JsonNodeFactory.instance.arrayNode();
    for (var item : list) {
      var element = shape.element(item);
      if (element.isEmpty()) {
        result.add(item);
      } else if (!fields.hasMember(element.get())) {
        var below = fields.child(element.get());
        var kept = below.isEmpty() ? item : from(shape.item(), item, below);
        if (kept != null) {
          result.add(kept);
        }
      }
    }
    return result.isEmpty() ? null : result;
  }

  private static @Nullable JsonNode fromObject(Shape shape, JsonNode object, FieldSet fields) {
    if (object.isEmpty() || shape.isAtomicMap()) {
      return null;
    }
    var result = JsonNodeFactory.instance.objectNode();
    for (var entry : object.properties()) {
      var element = new PathElement.Field(entry.getKey());
      if (!fields.hasMember(element)) {
        var below = fields.child(element);
        var inner = shape.field(entry.getKey()).orElse(Shape.UNKNOWN);
        var kept = below.isEmpty() ? entry.getValue() : from(inner, entry.getValue(), below);
        // Others may own the field itself, of which nothing is left.
        result.set(entry.getKey(), kept == null ? NullNode.getInstance() : kept);
      }
    }
    return result.isEmpty() ? null : result;
  }
}
