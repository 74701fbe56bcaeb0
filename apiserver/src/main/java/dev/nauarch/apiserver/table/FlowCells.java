package dev.nauarch.apiserver.table;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a table says of flow schemas and priority levels. */
final class FlowCells {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String QUEUING = "/spec/limited/limitResponse/queuing/";

  static final Map<String, Cells.Cell> CELLS =
      Map.of(
          "flowPrecedence",
          (schema, _) -> NODES.numberNode(schema.at("/spec/matchingPrecedence").asLong(0)),
          "flowDistinguisher",
          (schema, _) ->
              NODES.stringNode(Cells.orNone(schema.at("/spec/distinguisherMethod/type"))),
          "flowDangling",
          (schema, _) -> NODES.stringNode(dangling(schema)),
          "levelShares",
          (level, _) -> limited(level, "/spec/limited/nominalConcurrencyShares"),
          "levelQueues",
          (level, _) -> limited(level, QUEUING + "queues"),
          "levelHandSize",
          (level, _) -> limited(level, QUEUING + "handSize"),
          "levelQueueLength",
          (level, _) -> limited(level, QUEUING + "queueLengthLimit"));

  private FlowCells() {}

  private static JsonNode limited(ObjectNode level, String pointer) {
    var value = level.at(pointer);
    return value.isNumber() ? NODES.numberNode(value.asLong(0)) : NODES.stringNode("<none>");
  }

  private static String dangling(ObjectNode schema) {
    for (var condition : schema.path("status").path("conditions")) {
      if (condition.path("type").asString("").equals("Dangling")) {
        return condition.path("status").asString("");
      }
    }
    return "?";
  }
}
