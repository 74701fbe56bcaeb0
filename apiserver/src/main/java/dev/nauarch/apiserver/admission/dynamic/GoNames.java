package dev.nauarch.apiserver.admission.dynamic;

import tools.jackson.databind.JsonNode;

/** What Go calls the types of JSON. */
final class GoNames {

  private GoNames() {}

  static String of(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "array";
      case BOOLEAN -> "bool";
      case NUMBER -> "number";
      case STRING -> "string";
      case OBJECT -> "object";
      default -> "null";
    };
  }
}
