package dev.nauarch.apiserver.schema;

import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.codec.FieldPath;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Finds fields that the catalog marks as kept and not acted upon. */
final class InactiveFields {

  private final List<String> found = new ArrayList<>();

  private InactiveFields() {}

  static List<String> of(ObjectNode object, Schema schema) {
    var fields = new InactiveFields();
    fields.visit(object, schema, FieldPath.ROOT);
    return fields.found;
  }

  private void visit(JsonNode value, Schema form, FieldPath path) {
    if (form.keywords().containsKey("inactive")) {
      found.add(path.toString());
    } else if (value instanceof ObjectNode object) {
      for (var entry : object.properties()) {
        form.property(entry.getKey())
            .ifPresent(
                property -> visit(entry.getValue(), property, path.property(entry.getKey())));
      }
    } else if (value instanceof ArrayNode array) {
      form.items()
          .ifPresent(
              items -> {
                for (var index = 0; index < array.size(); index++) {
                  visit(array.path(index), items, path.item(index));
                }
              });
    }
  }
}
