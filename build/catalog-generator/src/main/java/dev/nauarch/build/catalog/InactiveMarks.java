package dev.nauarch.build.catalog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fields that are kept and that nobody acts upon yet, as the hand-written files list them: by
 * definition and property, each with a text of what happens instead, or with an object that has
 * that text as {@code instead} and says more.
 */
final class InactiveMarks {

  private static final Set<String> KEYS = Set.of("instead", "unless", "only", "unlessAbove");

  private final Map<String, JsonNode> fieldsByDefinition = new LinkedHashMap<>();

  /** Adds the fields of one definition. */
  void add(String definition, JsonNode fields) {
    if (fieldsByDefinition.put(definition, fields) != null) {
      throw new IllegalStateException(definition + " is listed twice as inactive");
    }
  }

  /** The definitions that have such fields. */
  List<String> definitions() {
    return new ArrayList<>(fieldsByDefinition.keySet());
  }

  /** Marks the properties. */
  void writeOnto(Map<String, ObjectNode> definitions) {
    fieldsByDefinition.forEach(
        (name, fields) -> {
          var definition = definitions.get(name);
          for (var field : fields.properties()) {
            var property =
                definition == null ? null : definition.path("properties").get(field.getKey());
            if (!(property instanceof ObjectNode object)) {
              throw new IllegalStateException(
                  name + " has no property " + field.getKey() + " that could be inactive");
            }
            object.set("inactive", mark(name + "." + field.getKey(), field.getValue()));
          }
        });
  }

  private static ObjectNode mark(String field, JsonNode written) {
    var mark =
        written instanceof ObjectNode object
            ? object.deepCopy()
            : JsonNodeFactory.instance.objectNode().put("instead", written.asString(""));
    for (var key : mark.propertyNames()) {
      if (!KEYS.contains(key)) {
        throw new IllegalStateException(
            field + " is inactive with " + key + ", not one of " + KEYS);
      }
    }
    if (mark.path("instead").asString("").isEmpty()) {
      throw new IllegalStateException(field + " is inactive and does not say what happens instead");
    }
    return mark;
  }
}
