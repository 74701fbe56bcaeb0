package dev.nauarch.apiserver.schema;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Defaults of the kinds of flowcontrol.apiserver.k8s.io whose zero is no value. */
final class FlowDefaults {

  private static final int PRECEDENCE = 1000;
  private static final int QUEUES = 64;
  private static final int HAND_SIZE = 8;
  private static final int QUEUE_LENGTH = 50;

  private FlowDefaults() {}

  static void schema(JsonNode spec) {
    put(spec, "matchingPrecedence", PRECEDENCE);
  }

  static void level(JsonNode spec) {
    var queuing = spec.path("limited").path("limitResponse").path("queuing");
    put(queuing, "queues", QUEUES);
    put(queuing, "handSize", HAND_SIZE);
    put(queuing, "queueLengthLimit", QUEUE_LENGTH);
  }

  private static void put(JsonNode node, String field, int otherwise) {
    if (node instanceof ObjectNode object
        && (!object.has(field) || object.path(field).asLong(1) == 0)) {
      object.put(field, otherwise);
    }
  }
}
