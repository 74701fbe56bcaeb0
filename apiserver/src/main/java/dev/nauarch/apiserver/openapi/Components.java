package dev.nauarch.apiserver.openapi;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.schema.ObjectForm;
import java.util.ArrayDeque;
import java.util.Deque;
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
      writer(kind).write(json, kind.schema());
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
      writer(kind).write(json, catalog.list(kind));
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

  private SchemaWriter writer(Kind kind) {
    return new SchemaWriter(this::reference, ObjectForm.isCustom(kind));
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

  /** A reference to a definition, which becomes part of the document. */
  ObjectNode reference(Schema schema) {
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
        new SchemaWriter(this::reference, ObjectForm.isCustom(schema)).write(json, schema);
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
}
