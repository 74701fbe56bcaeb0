package dev.nauarch.apiserver.openapi;

import dev.nauarch.api.catalog.Schema;
import java.util.Locale;
import java.util.function.Function;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes schemas as OpenAPI v3.
 *
 * @param references makes a reference to a definition, which becomes part of the document
 * @param isCustom whether the schema is one that a CustomResourceDefinition brings: it is published
 *     as it was written
 */
record SchemaWriter(Function<Schema, ObjectNode> references, boolean isCustom) {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** A schema where a value stands: a reference with what the place adds, or the schema itself. */
  private ObjectNode place(Schema schema) {
    if (schema.definition().isEmpty()) {
      var json = NODES.objectNode();
      write(json, schema);
      return json;
    }
    var reference = references.apply(schema);
    var json = NODES.objectNode();
    if (!schema.description().isEmpty()) {
      json.put("description", schema.description());
    }
    schema.defaultValue().ifPresent(value -> json.set("default", value));
    addMerging(json, schema);
    if (json.isEmpty()) {
      return reference;
    }
    json.putArray("allOf").add(reference);
    return json;
  }

  /** Writes a schema into an object. */
  void write(ObjectNode json, Schema schema) {
    if (!schema.description().isEmpty()) {
      json.put("description", schema.description());
    }
    writeType(json, schema);
    schema.defaultValue().ifPresent(value -> json.set("default", value));
    if (!schema.enumeration().isEmpty()) {
      json.putArray("enum").addAll(schema.enumeration());
    }
    if (schema.isNullable()) {
      json.put("nullable", true);
    }
    schema.items().ifPresent(items -> json.set("items", place(items)));
    schema
        .additionalProperties()
        .ifPresent(values -> json.set("additionalProperties", place(values)));
    if (!schema.propertyNames().isEmpty()) {
      var properties = json.putObject("properties");
      for (var name : schema.propertyNames()) {
        properties.set(name, place(schema.property(name).orElseThrow()));
      }
    }
    if (!schema.required().isEmpty()) {
      var required = json.putArray("required");
      var names = schema.required().stream();
      (isCustom ? names : names.sorted()).forEach(required::add);
    }
    schema.keywords().forEach(json::set);
    addMerging(json, schema);
    addExtensions(json, schema);
  }

  private void writeType(ObjectNode json, Schema schema) {
    if (isCustom && schema.type() == Schema.Type.INT_OR_STRING) {
      json.put("x-kubernetes-int-or-string", true);
      if (!schema.keywords().containsKey("anyOf")) {
        addEither(json.putArray("anyOf"), "integer");
      }
      return;
    }
    var isQuantity = schema.definition().endsWith("resource.Quantity");
    if (schema.type() == Schema.Type.INT_OR_STRING || isQuantity) {
      if (!isQuantity) {
        json.put("format", "int-or-string");
      }
      addEither(json.putArray("oneOf"), isQuantity ? "number" : "integer");
      return;
    }
    if (schema.type() != Schema.Type.ANY) {
      json.put("type", schema.type().name().toLowerCase(Locale.ROOT));
    }
    if (!schema.format().isEmpty()) {
      json.put("format", schema.format());
    }
  }

  private static void addEither(ArrayNode types, String number) {
    types.addObject().put("type", number);
    types.addObject().put("type", "string");
  }

  private void addMerging(ObjectNode json, Schema schema) {
    // A list without a type is atomic.
    var isListed = schema.type() == Schema.Type.ARRAY && schema.definition().isEmpty();
    if (isListed && !(isCustom && schema.listType() == Schema.ListType.ATOMIC)) {
      json.put("x-kubernetes-list-type", schema.listType().name().toLowerCase(Locale.ROOT));
    }
    if (!schema.listMapKeys().isEmpty()) {
      var keys = json.putArray("x-kubernetes-list-map-keys");
      schema.listMapKeys().forEach(keys::add);
    }
    if (schema.isAtomic()) {
      json.put("x-kubernetes-map-type", "atomic");
    }
    if (!schema.patchStrategies().isEmpty()) {
      var names =
          schema.patchStrategies().stream()
              .map(
                  strategy ->
                      strategy == Schema.PatchStrategy.RETAIN_KEYS
                          ? "retainKeys"
                          : strategy.name().toLowerCase(Locale.ROOT))
              .toList();
      json.put("x-kubernetes-patch-strategy", String.join(",", names));
    }
    if (!schema.patchMergeKey().isEmpty()) {
      json.put("x-kubernetes-patch-merge-key", schema.patchMergeKey());
    }
  }

  private void addExtensions(ObjectNode json, Schema schema) {
    if (schema.preservesUnknownFields() && (isCustom || schema.definition().isEmpty())) {
      json.put("x-kubernetes-preserve-unknown-fields", true);
    }
    if (schema.isEmbeddedResource()) {
      json.put("x-kubernetes-embedded-resource", true);
    }
    if (!schema.rules().isEmpty()) {
      var rules = json.putArray("x-kubernetes-validations");
      schema.rules().forEach(rule -> addRule(rules.addObject(), rule));
    }
  }

  private static void addRule(ObjectNode json, Schema.Rule rule) {
    json.put("rule", rule.rule());
    putText(json, "message", rule.message());
    putText(json, "messageExpression", rule.messageExpression());
    putText(json, "reason", rule.reason());
    putText(json, "fieldPath", rule.fieldPath());
    if (rule.optionalOldSelf()) {
      json.put("optionalOldSelf", true);
    }
  }

  private static void putText(ObjectNode json, String field, String text) {
    if (!text.isEmpty()) {
      json.put(field, text);
    }
  }
}
