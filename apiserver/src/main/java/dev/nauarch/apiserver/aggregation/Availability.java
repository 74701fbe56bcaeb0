package dev.nauarch.apiserver.aggregation;

import dev.nauarch.apiserver.object.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether a server answers: the condition {@code Available}.
 *
 * @param status {@code True}, {@code False} or {@code Unknown}
 * @param reason why in one word
 * @param message why in a sentence
 */
record Availability(String status, String reason, String message) {

  /** Of what this server serves itself. */
  static final Availability LOCAL =
      new Availability("True", "Local", "Local APIServices are always available");

  static final Availability PASSED = new Availability("True", "Passed", "all checks passed");

  static Availability no(String reason, String message) {
    return new Availability("False", reason, message);
  }

  boolean isTrue() {
    return status.equals("True");
  }

  /** An APIService with this condition; equal to what was given where it has it already. */
  ObjectNode in(ObjectNode object, Instant now) {
    var changed = object.deepCopy();
    var conditions = changed.withObject("status").withArray("conditions");
    for (var each : conditions) {
      if (each instanceof ObjectNode condition
          && Json.text(condition, "type").equals("Available")) {
        if (!Json.text(condition, "status").equals(status)) {
          condition.put("lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString());
        }
        condition.put("status", status).put("reason", reason).put("message", message);
        return changed;
      }
    }
    conditions
        .addObject()
        .put("type", "Available")
        .put("status", status)
        .put("lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString())
        .put("reason", reason)
        .put("message", message);
    return changed;
  }
}
