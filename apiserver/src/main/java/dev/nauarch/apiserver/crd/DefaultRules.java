package dev.nauarch.apiserver.crd;

import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.schema.ObjectForm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
      checkDefault(schema.path("default"), READER.value(schema), path + ".default");
    }
    for (var property : schema.path("properties").properties()) {
      check(property.getValue(), path + ".properties[" + property.getKey() + "]");
    }
    if (schema.path("items").isObject()) {
      check(schema.path("items"), path + ".items");
    }
  }

  private void checkDefault(JsonNode value, Schema schema, String path) {
    if (!pruned(value, schema).equals(value)) {
      problems.add(FieldError.invalid(path, value.toString(), "must not have unknown fields"));
    }
    var found = new ArrayList<>(ObjectForm.validate(value, schema));
    // Items that stand twice are told when an object has them.
    found.removeIf(error -> error.type() == FieldError.Type.DUPLICATE);
    if (found.isEmpty()) {
      var rules = RuleSet.ofValue(schema);
      found.addAll(rules.problems(value, Optional.of(value)));
      if (found.isEmpty()) {
        found.addAll(rules.problems(value));
      }
    }
    for (var error : found) {
      problems.add(new FieldError(error.type(), place(path, error.field()), error.message()));
    }
  }

  private static String place(String path, String field) {
    if (field.isEmpty() || field.equals("<nil>")) {
      return path;
    }
    return field.startsWith("[") ? path + field : path + "." + field;
  }

  private static JsonNode pruned(JsonNode value, Schema schema) {
    var holder = Json.object();
    holder.set("value", value.deepCopy());
    var form = Schema.builder(Schema.Type.OBJECT).property("value", () -> schema).build();
    ObjectForm.conform(holder, form, "", "");
    return holder.path("value");
  }
}
