package dev.nauarch.apiserver.table;

import dev.nauarch.api.catalog.Kind;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes tables and bare metadata of objects. */
public final class Tables {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** What of an object a row carries beside its cells. */
  public enum Include {
    /** Nothing. */
    NONE,
    /** Its metadata. */
    METADATA,
    /** All of it. */
    OBJECT
  }

  private Tables() {}

  /**
   * A table.
   *
   * @param apiVersion of the table: {@code meta.k8s.io/v1} or {@code meta.k8s.io/v1beta1}
   * @param listMetadata the metadata of the list that the objects come from
   * @param now what ages are reckoned from
   */
  public static ObjectNode table(
      String apiVersion,
      Kind kind,
      ObjectNode listMetadata,
      List<ObjectNode> objects,
      Include include,
      Instant now) {
    var table = NODES.objectNode().put("kind", "Table").put("apiVersion", apiVersion);
    table.set("metadata", listMetadata);
    var definitions = table.putArray("columnDefinitions");
    for (var column : kind.columns()) {
      definitions
          .addObject()
          .put("name", column.name())
          .put("type", column.type())
          .put("format", column.format())
          .put("description", column.description())
          .put("priority", column.priority());
    }
    var rows = table.putArray("rows");
    objects.forEach(object -> addRow(rows, kind, object, include, now));
    return table;
  }

  /**
   * The metadata of an object alone.
   *
   * @param apiVersion {@code meta.k8s.io/v1} or {@code meta.k8s.io/v1beta1}
   */
  public static ObjectNode metadataOnly(String apiVersion, ObjectNode object) {
    var partial =
        NODES.objectNode().put("kind", "PartialObjectMetadata").put("apiVersion", apiVersion);
    partial.set("metadata", object.path("metadata"));
    return partial;
  }

  /** A list of the metadata of objects. */
  public static ObjectNode metadataOnly(
      String apiVersion, ObjectNode listMetadata, List<ObjectNode> objects) {
    var list =
        NODES.objectNode().put("kind", "PartialObjectMetadataList").put("apiVersion", apiVersion);
    list.set("metadata", listMetadata);
    var items = list.putArray("items");
    objects.forEach(object -> items.add(metadataOnly(apiVersion, object)));
    return list;
  }

  private static void addRow(
      ArrayNode rows, Kind kind, ObjectNode object, Include include, Instant now) {
    var row = rows.addObject();
    var cells = row.putArray("cells");
    for (var column : kind.columns()) {
      cells.add(cell(column, object, now));
    }
    switch (include) {
      case NONE -> {
        // The cells are all that is wanted.
      }
      case METADATA -> row.set("object", metadataOnly("meta.k8s.io/v1", object));
      case OBJECT -> row.set("object", object);
    }
  }

  private static JsonNode cell(Kind.Column column, ObjectNode object, Instant now) {
    if (!column.computed().isEmpty()) {
      return Cells.compute(column.computed(), object, now);
    }
    var values = JsonPath.of(column.jsonPath()).find(object);
    if (column.type().equals("date")) {
      return values.isEmpty()
          ? NODES.stringNode("<unknown>")
          : NODES.stringNode(Age.since(values.getFirst().asString(""), now));
    }
    if (values.isEmpty()) {
      return column.type().equals("string") ? NODES.stringNode("") : NODES.nullNode();
    }
    return switch (column.type()) {
      case "integer" -> integer(values.getFirst());
      case "number", "boolean" -> values.getFirst();
      default -> NODES.stringNode(joined(values));
    };
  }

  private static JsonNode integer(JsonNode value) {
    return value.isNumber() ? NODES.numberNode(value.asLong(0)) : value;
  }

  private static String joined(List<JsonNode> values) {
    return String.join(
        ",", values.stream().map(value -> value.asString(value.toString())).toList());
  }
}
