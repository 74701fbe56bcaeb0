package dev.nauarch.apiserver.openapi;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The schemas of one document: those that its paths name, and those that they reach. */
final class Components {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Catalog catalog;
  private final Map<String, ObjectNode> schemas = new TreeMap<>();
  private final Deque<Schema> waiting = new ArrayDeque<>();

  Components(Catalog catalog) {
    this.catalog = catalog;
  }

  /** A reference to a kind's schema, which becomes part of the document. */
  ObjectNode reference(Kind kind) {
    var name = componentName(kind);
    if (!schemas.containsKey(name)) {
      var json = NODES.objectNode();
      schemas.put(name, json);
      writeTo(json, kind.schema());
      addKind(json, kind.group(), kind.version(), kind.kind());
      drain();
    }
    return referenceTo(name);
  }

  /** A reference to the schema of a list of a kind's objects. */
  ObjectNode listReference(Kind kind) {
    var name = componentName(kind) + "List";
    if (!schemas.containsKey(name)) {
      reference(kind);
      var json = NODES.objectNode();
      schemas.put(name, json);
      writeTo(json, catalog.list(kind));
      var items = (ObjectNode) json.path("properties").path("items");
      items.set("items", reference(kind));
      addKind(json, kind.group(), kind.version(), kind.names().list());
      drain();
    }
    return referenceTo(name);
  }

  /** A reference to a definition of the catalog. */
  ObjectNode reference(String definition) {
    return catalog
        .definition(definition)
        .map(this::reference)
        .orElseThrow(() -> new IllegalStateException("there is no definition " + definition));
  }

  ObjectNode toJson() {
    drain();
    var json = NODES.objectNode();
    schemas.forEach(json::set);
    return json;
  }

  /** A custom resource has a name of its own in OpenAPI: its group's parts, reversed. */
  private static String componentName(Kind kind) {
    if (!kind.schema().definition().isEmpty()) {
      return kind.schema().definition();
    }
    var parts = kind.group().split("\\.", -1);
    var name = new StringBuilder();
    for (var index = parts.length - 1; index >= 0; index--) {
      name.append(parts[index]).append('.');
    }
    return name + kind.version() + "." + kind.kind();
  }

  private ObjectNode reference(Schema schema) {
    if (!schemas.containsKey(schema.definition())) {
      schemas.put(schema.definition(), NODES.objectNode());
      // What a property adds to its definition is not part of the definition.
      waiting.add(catalog.definition(schema.definition()).orElse(schema));
    }
    return referenceTo(schema.definition());
  }

  private void drain() {
    while (!waiting.isEmpty()) {
      var schema = waiting.remove();
      var json = schemas.get(schema.definition());
      if (json != null) {
        writeTo(json, schema);
      }
    }
  }

  private static ObjectNode referenceTo(String name) {
    return NODES.objectNode().put("$ref", "#/components/schemas/" + name);
  }

  private static void addKind(ObjectNode json, String group, String version, String kind) {
    json.putArray("x-kubernetes-group-version-kind")
        .addObject()
        .put("group", group)
        .put("version", version)
        .put("kind", kind);
  }

  /** A schema where a value stands: a reference with what the place adds, or the schema itself. */
  private ObjectNode place(Schema schema) {
    if (schema.definition().isEmpty()) {
      var json = NODES.objectNode();
      writeTo(json, schema);
      return json;
    }
    var reference = reference(schema);
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

  private void writeTo(ObjectNode json, Schema schema) {
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
      schema.required().stream().sorted(Comparator.naturalOrder()).forEach(required::add);
    }
    schema.keywords().forEach(json::set);
    addMerging(json, schema);
    addExtensions(json, schema);
  }

  private static void writeType(ObjectNode json, Schema schema) {
    var isQuantity = schema.definition().endsWith("resource.Quantity");
    if (schema.type() == Schema.Type.INT_OR_STRING || isQuantity) {
      if (!isQuantity) {
        json.put("format", "int-or-string");
      }
      var either = json.putArray("oneOf");
      either.addObject().put("type", isQuantity ? "number" : "integer");
      either.addObject().put("type", "string");
      return;
    }
    if (schema.type() != Schema.Type.ANY) {
      json.put("type", schema.type().name().toLowerCase(Locale.ROOT));
    }
    if (!schema.format().isEmpty()) {
      json.put("format", schema.format());
    }
  }

  private static void addMerging(ObjectNode json, Schema schema) {
    if (schema.type() == Schema.Type.ARRAY && schema.definition().isEmpty()) {
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

  private static void addExtensions(ObjectNode json, Schema schema) {
    if (schema.preservesUnknownFields() && schema.definition().isEmpty()) {
      json.put("x-kubernetes-preserve-unknown-fields", true);
    }
    if (schema.isEmbeddedResource()) {
      json.put("x-kubernetes-embedded-resource", true);
    }
    if (!schema.rules().isEmpty()) {
      var rules = json.putArray("x-kubernetes-validations");
      for (var rule : schema.rules()) {
        var entry = rules.addObject().put("rule", rule.rule());
        if (!rule.message().isEmpty()) {
          entry.put("message", rule.message());
        }
      }
    }
  }
}
