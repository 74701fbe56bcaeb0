package dev.nauarch.apiserver.migration;

import dev.nauarch.apiserver.object.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The conditions in a status. */
final class Conditions {

  static final String RUNNING = "Running";
  static final String SUCCEEDED = "Succeeded";
  static final String FAILED = "Failed";

  private Conditions() {}

  /** A condition to set. */
  record Condition(String type, boolean holds, String reason, String message) {}

  static boolean holds(ObjectNode object, String type) {
    return find(object, type).path("status").asString("").equals("True");
  }

  /** Whether a migration has come to an end. */
  static boolean isOver(ObjectNode migration) {
    return holds(migration, SUCCEEDED) || holds(migration, FAILED);
  }

  /** The condition of a type; a missing node where there is none. */
  static JsonNode find(ObjectNode object, String type) {
    return object
        .at("/status/conditions")
        .valueStream()
        .filter(one -> one.path("type").asString("").equals(type))
        .findFirst()
        .orElseGet(() -> object.at("/status/none"));
  }

  /** Sets a condition; its time is that of its last change. */
  static ObjectNode set(ObjectNode object, Condition condition, Instant now) {
    var status = condition.holds ? "True" : "False";
    var found = find(object, condition.type);
    var written =
        found instanceof ObjectNode known
            ? known
            : Json.childOf(object, "status").withArray("conditions").addObject();
    if (!written.path("status").asString("").equals(status)) {
      written.put("type", condition.type).put("status", status);
      written.put("lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString());
    }
    return written.put("reason", condition.reason).put("message", condition.message);
  }
}
