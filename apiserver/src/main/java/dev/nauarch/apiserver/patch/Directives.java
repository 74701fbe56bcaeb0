package dev.nauarch.apiserver.patch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How directives of a strategic merge patch are read, and how they are kept out of objects. */
final class Directives {

  static final String PATCH = "$patch";

  private Directives() {}

  /** The field that {@code $setElementOrder/containers} is about. */
  static String target(String name, String prefix) {
    var slash = name.indexOf('/');
    if (slash < 0 || !name.substring(0, slash).equals(prefix)) {
      throw PatchErrors.malformed(
          prefix.startsWith("$setElementOrder")
              ? "invalid patch format of setElementOrder list"
              : "invalid patch format of primitive list");
    }
    return name.substring(slash + 1);
  }

  static ArrayNode list(@Nullable JsonNode value) {
    if (value instanceof ArrayNode array) {
      return array;
    }
    throw PatchErrors.malformed(
        "expected a []interface {}, but received a "
            + (value == null || value.isNull() ? "<nil>" : goType(value)));
  }

  /** Whether the value says what to do, rather than what to be. */
  static boolean isDirective(JsonNode value) {
    return value.isObject() && value.has(PATCH);
  }

  /** The value without nulls and directives at any depth; changes it. */
  static JsonNode clean(JsonNode value) {
    removeNulls(value);
    return value;
  }

  static List<JsonNode> withoutDirectives(ArrayNode list) {
    var result = new ArrayList<JsonNode>();
    for (var item : list) {
      if (!isDirective(item)) {
        result.add(clean(item));
      }
    }
    return result;
  }

  /** Takes out null fields and directives at any depth. */
  static void removeNulls(JsonNode value) {
    if (value instanceof ObjectNode object) {
      object.removeIf(field -> field.isNull() || isDirective(field));
      for (var name : List.copyOf(object.propertyNames())) {
        if (name.startsWith("$retainKeys")
            || name.startsWith("$setElementOrder/")
            || name.startsWith("$deleteFromPrimitiveList/")) {
          object.remove(name);
        }
      }
      object.values().forEach(Directives::removeNulls);
    } else if (value instanceof ArrayNode array) {
      array.removeIf(Directives::isDirective);
      array.values().forEach(Directives::removeNulls);
    }
  }

  static String goType(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "map[string]interface {}";
      case ARRAY -> "[]interface {}";
      case BOOLEAN -> "bool";
      case NUMBER -> value.isIntegralNumber() ? "int64" : "float64";
      default -> "string";
    };
  }
}
