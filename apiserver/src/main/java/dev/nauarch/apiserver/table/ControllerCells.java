package dev.nauarch.apiserver.table;

import java.time.Instant;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a table says of controllers' revisions, of work by the clock, and of the server's parts. */
final class ControllerCells {

  private ControllerCells() {}

  /** Whose revision it is. */
  static String owner(ObjectNode revision) {
    for (var owner : revision.path("metadata").path("ownerReferences")) {
      if (owner.path("controller").asBoolean(false)) {
        var version = owner.path("apiVersion").asString("");
        int slash = version.indexOf('/');
        var group = slash < 0 ? "" : "." + version.substring(0, slash);
        return (owner.path("kind").asString("") + group).toLowerCase(Locale.ROOT)
            + "/"
            + owner.path("name").asString("");
      }
    }
    return "<none>";
  }

  static String suspended(ObjectNode cronJob) {
    var suspend = cronJob.path("spec").path("suspend");
    if (!suspend.isBoolean()) {
      return "<unset>";
    }
    return suspend.booleanValue() ? "True" : "False";
  }

  static String lastSchedule(ObjectNode cronJob, Instant now) {
    var last = cronJob.path("status").path("lastScheduleTime");
    return last.isString() ? Age.since(last.stringValue(), now) : "<none>";
  }

  /** What the condition of a part of the server says; nothing where it has none. */
  static String health(ObjectNode component, String field) {
    var condition = healthy(component);
    if (!field.equals("status")) {
      return condition.path(field).asString("");
    }
    if (condition.isMissingNode()) {
      return "Unknown";
    }
    return condition.path("status").asString("").equals("True") ? "Healthy" : "Unhealthy";
  }

  private static JsonNode healthy(ObjectNode component) {
    for (var condition : component.path("conditions")) {
      if (condition.path("type").asString("").equals("Healthy")) {
        return condition;
      }
    }
    return component.path("conditions").path(0).path("none");
  }
}
