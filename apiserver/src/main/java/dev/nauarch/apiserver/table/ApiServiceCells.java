package dev.nauarch.apiserver.table;

import tools.jackson.databind.node.ObjectNode;

/** What a table says of APIServices. */
final class ApiServiceCells {

  private ApiServiceCells() {}

  /** The Service of the server. */
  static String service(ObjectNode object) {
    var service = object.path("spec").path("service");
    return service.isObject()
        ? service.path("namespace").asString("") + "/" + service.path("name").asString("")
        : "Local";
  }

  /** Whether the server answers, and if not, why. */
  static String available(ObjectNode object) {
    for (var condition : object.path("status").path("conditions")) {
      if (condition.path("type").asString("").equals("Available")) {
        var status = condition.path("status").asString("");
        var reason = condition.path("reason").asString("");
        return status.equals("True") || reason.isEmpty() ? status : status + " (" + reason + ")";
      }
    }
    return "Unknown";
  }
}
