package dev.nauarch.apiserver.crd;

import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.schema.ObjectForm;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Finds the defaults of a schema that the schema itself does not allow. */
final class DefaultRules {

  private static final SchemaReader READER =
      new SchemaReader(Schema.builder(Schema.Type.OBJECT).build());

  private final List<FieldError> problems = new ArrayList<>();

  private DefaultRules() {}

  /** The problems of the defaults of a structural schema; empty for none. */
  static List<FieldError> problems(JsonNode schema, String path) {
    var rules = new DefaultRules();
    rules.check(schema, path);
    return rules.problems;
  }

  private void check(JsonNode schema, String path) {
    if (schema.has("default")) {
      var place = path + ".default";
      for (var error : ObjectForm.validate(schema.path("default"), READER.value(schema))) {
        var field = error.field().isEmpty() ? place : place + "." + error.field();
        problems.add(new FieldError(error.type(), field, error.message()));
      }
    }
    for (var property : schema.path("properties").properties()) {
      check(property.getValue(), path + ".properties[" + property.getKey() + "]");
    }
    for (var inner : List.of("items", "additionalProperties")) {
      if (schema.path(inner).isObject()) {
        check(schema.path(inner), path + "." + inner);
      }
    }
  }
}
