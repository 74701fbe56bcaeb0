package dev.nauarch.apiserver.table;

import dev.nauarch.api.catalog.Kind;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes the columns and rows of tables. */
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

  /** The columns of a kind. */
  public static ArrayNode columns(Kind kind) {
    var definitions = NODES.arrayNode();
    for (var column : kind.columns()) {
      definitions
          .addObject()
          .put("name", column.name())
          .put("type", column.type())
          .put("format", column.format())
          .put("description", column.description())
          .put("priority", column.priority());
    }
    return definitions;
  }

  /**
   * The row of an object.
   *
   * @param now what ages are reckoned from
   */
  public static ObjectNode row(Kind kind, ObjectNode object, Include include, Instant now) {
    var row = NODES.objectNode();
    var cells = row.putArray("cells");
    for (var column : kind.columns()) {
      cells.add(cell(column, object, now));
    }
    switch (include) {
      case NONE -> {
        // The cells are all that is wanted.
      }
      case METADATA ->
          row.putObject("object")
              .put("kind", "PartialObjectMetadata")
              .put("apiVersion", "meta.k8s.io/v1")
              .set("metadata", object.path("metadata"));
      case OBJECT -> row.set("object", object);
    }
    return row;
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
