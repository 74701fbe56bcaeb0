package dev.nauarch.apiserver;

import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.registry.SchemaRules;
import dev.nauarch.apiserver.request.Documents;
import dev.nauarch.apiserver.request.Request;
import dev.nauarch.apiserver.request.RequestHandler.Formats;
import dev.nauarch.apiserver.request.Response;
import dev.nauarch.apiserver.request.Tables;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Mechanics without schemas: names for tables, and the old form of discovery. */
final class PlainMechanics {

  private PlainMechanics() {}

  static Mechanics make(Catalog catalog) {
    var patches = new ServerPatches(() -> catalog);
    return new Mechanics(
        () -> catalog,
        new NoRules(),
        patches,
        new Formats(new ServerCodec(), new NameTables(), patches),
        discovery(catalog));
  }

  /** Names alone. */
  private static final class NameTables implements Tables {

    @Override
    public ArrayNode columns(Kind kind) {
      var columns = JsonNodeFactory.instance.arrayNode();
      columns
          .addObject()
          .put("name", "Name")
          .put("type", "string")
          .put("format", "name")
          .put("description", "")
          .put("priority", 0);
      return columns;
    }

    @Override
    public ObjectNode row(Kind kind, ObjectNode object, String include) {
      var row = Json.object();
      row.putArray("cells").add(Json.text(object, "metadata", "name"));
      row.set("object", object);
      return row;
    }
  }

  private static Documents discovery(Catalog catalog) {
    return request -> document(catalog, request).map(PlainMechanics::json);
  }

  private static Response json(ObjectNode document) {
    return new Response.Full(200, "application/json", Json.write(document), List.of());
  }

  private static Optional<ObjectNode> document(Catalog catalog, Request request) {
    var answer = Json.object();
    var path = request.path();
    if (path.equals("/api")) {
      answer.put("kind", "APIVersions").putArray("versions").add("v1");
      return Optional.of(answer);
    }
    if (path.equals("/apis")) {
      answer.put("kind", "APIGroupList").put("apiVersion", "v1").putArray("groups");
      return Optional.of(answer);
    }
    if (!path.equals("/api/v1")) {
      return Optional.empty();
    }
    answer.put("kind", "APIResourceList").put("groupVersion", "v1");
    var resources = answer.putArray("resources");
    for (var kind : catalog.kinds()) {
      if (kind.apiVersion().equals("v1")) {
        addTo(resources.addObject(), kind);
      }
    }
    return Optional.of(answer);
  }

  private static void addTo(ObjectNode resource, Kind kind) {
    resource.put("name", kind.names().plural()).put("singularName", kind.names().singular());
    resource.put("namespaced", kind.namespaced()).put("kind", kind.kind());
    var verbs = resource.putArray("verbs");
    kind.verbs().forEach(verbs::add);
    var shortNames = resource.putArray("shortNames");
    kind.names().shortNames().forEach(shortNames::add);
  }

  /** Knows no defaults and finds nothing wrong. */
  private static final class NoRules implements SchemaRules {
    @Override
    public void applyDefaults(Kind kind, ObjectNode object) {}

    @Override
    public List<String> conform(Kind kind, ObjectNode object) {
      return List.of();
    }

    @Override
    public List<String> conform(Schema schema, String kind, String version, ObjectNode object) {
      return List.of();
    }

    @Override
    public List<String> warnings(Kind kind, ObjectNode object, ObjectNode old) {
      return List.of();
    }

    @Override
    public List<FieldError> wrongTypes(Kind kind, ObjectNode object) {
      return List.of();
    }

    @Override
    public List<FieldError> validate(Kind kind, ObjectNode object, Optional<ObjectNode> old) {
      return List.of();
    }
  }
}
