package dev.nauarch.build.catalog;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What holds of most kinds and so stands in no hand-written file. */
final class KindDefaults {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private KindDefaults() {}

  /** Fills in the verbs of a status, and the columns that every table has. */
  static void fillIn(ObjectNode kind) {
    for (var subresource : kind.path("subresources").properties()) {
      if (subresource.getValue() instanceof ObjectNode object && !object.has("verbs")) {
        object.putArray("verbs").add("get").add("patch").add("update");
      }
    }
    var columns = NODES.arrayNode();
    if (!kind.path("columns").path(0).path("name").asString("").equals("Last Seen")) {
      columns.add(
          column("Name", "string", ".metadata.name", "The name, unique in its namespace.")
              .put("format", "name"));
    }
    if (kind.path("columns") instanceof ArrayNode written) {
      written.forEach(column -> columns.add(expand(column)));
    } else {
      columns.add(expand(NODES.stringNode("Age")));
    }
    kind.set("columns", columns);
  }

  private static JsonNode expand(JsonNode column) {
    return switch (column.asString("")) {
      case "Age" ->
          column("Age", "date", ".metadata.creationTimestamp", "How long ago it was created.");
      case "Created At" ->
          column("Created At", "date", ".metadata.creationTimestamp", "When it was created.")
              .put("computed", "createdAt");
      default -> column;
    };
  }

  private static ObjectNode column(String name, String type, String path, String description) {
    return NODES
        .objectNode()
        .put("name", name)
        .put("type", type)
        .put("path", path)
        .put("description", description);
  }
}
