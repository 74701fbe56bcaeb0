package dev.nauarch.apiserver.authorization;

import tools.jackson.databind.JsonNode;

/** Whether labels satisfy a label selector object. */
final class LabelMatch {

  private LabelMatch() {}

  static boolean matches(JsonNode selector, JsonNode labels) {
    for (var wanted : selector.path("matchLabels").properties()) {
      if (!labels.path(wanted.getKey()).asString("\0").equals(wanted.getValue().asString(""))) {
        return false;
      }
    }
    for (var expression : selector.path("matchExpressions")) {
      if (!holds(expression, labels)) {
        return false;
      }
    }
    return true;
  }

  private static boolean holds(JsonNode expression, JsonNode labels) {
    var value = labels.path(expression.path("key").asString(""));
    return switch (expression.path("operator").asString("")) {
      case "Exists" -> !value.isMissingNode();
      case "DoesNotExist" -> value.isMissingNode();
      case "In" -> !value.isMissingNode() && isIn(expression.path("values"), value);
      case "NotIn" -> value.isMissingNode() || !isIn(expression.path("values"), value);
      default -> false;
    };
  }

  private static boolean isIn(JsonNode values, JsonNode value) {
    for (var candidate : values) {
      if (candidate.asString("").equals(value.asString(""))) {
        return true;
      }
    }
    return false;
  }
}
