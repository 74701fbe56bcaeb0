package dev.nauarch.apiserver.strategy.lifecycle;

import static dev.nauarch.apiserver.strategy.lifecycle.ResponderRules.time;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What one responder says of its work, and when.
 *
 * @param now the time
 * @param skew by how much clocks may differ
 */
record ResponderTimes(Problems problems, Instant now, Duration skew) {

  private static final Duration WORK_MAX = Duration.ofDays(3650);
  private static final int MESSAGE_LENGTH_MAX = 4000;
  private static final String START = "startTime";
  private static final String PRESENT = "must be set to the present time";

  /**
   * Checks an entry.
   *
   * @param former the entry before; empty for a new one
   * @param isActive whether it is this responder's turn
   */
  void check(Field responder, Optional<Field> former, boolean isActive) {
    var message = responder.at("message");
    if (message.text().codePointCount(0, message.text().length()) > MESSAGE_LENGTH_MAX) {
      problems.tooLong(message, MESSAGE_LENGTH_MAX);
    }
    if (former.isPresent() && !isActive && !responder.hasValueOf(former.get())) {
      problems.invalid(responder, Problems.IMMUTABLE);
      return;
    }
    var old = former.orElseGet(() -> Field.of(JsonNodeFactory.instance.objectNode()));
    start(responder.at(START), old.at(START), isActive);
    heartbeat(responder, old);
    expectation(responder, old);
    completion(responder, old);
  }

  private void start(Field start, Field old, boolean isActive) {
    if (old.isPresent()) {
      kept(start, old);
    } else if (!start.isPresent() && isActive) {
      problems.required(start, "is required for an active responder");
    } else if (start.isPresent() && !isNow(start)) {
      problems.invalid(start, PRESENT);
    }
  }

  private void kept(Field now, Field old) {
    if (!now.isPresent()) {
      problems.invalid(now, "null", ResponderRules.CLEARED);
    } else if (!time(now).equals(time(old))) {
      problems.invalid(now, "null", "field cannot be modified once set");
    }
  }

  private void heartbeat(Field responder, Field old) {
    var beat = responder.at("heartbeatTime");
    var before = old.at("heartbeatTime");
    if (!beat.isPresent()) {
      if (before.isPresent()) {
        problems.required(beat, "is required once set");
      }
    } else if (!time(beat).equals(time(before))
        && isAfterStart(responder, beat, time(before), "cannot be decreased")
        && !isNow(beat)) {
      problems.invalid(beat, PRESENT);
    }
  }

  private void expectation(Field responder, Field old) {
    var expected = responder.at("expectedCompletionTime");
    if (!expected.isPresent()
        || time(expected).equals(time(old.at("expectedCompletionTime")))
        || !isAfterStart(responder, expected, Optional.empty(), "")) {
      return;
    }
    var instant = time(expected).orElse(now);
    if (instant.isBefore(now.minus(skew))) {
      problems.invalid(expected, "cannot be set to the past time");
    } else if (instant.isAfter(now.plus(WORK_MAX))) {
      problems.invalid(expected, "must complete within 10 years");
    }
  }

  private void completion(Field responder, Field old) {
    var completion = responder.at("completionTime");
    var before = old.at("completionTime");
    if (before.isPresent()) {
      kept(completion, before);
    } else if (completion.isPresent()
        && isAfterStart(responder, completion, Optional.empty(), "")
        && !isNow(completion)) {
      problems.invalid(completion, PRESENT);
    }
  }

  /** Wants a time not to be before the work began, nor before what it replaces. */
  private boolean isAfterStart(
      Field responder, Field field, Optional<Instant> former, String whenDecreased) {
    var start = responder.at(START);
    var instant = time(field).orElse(now);
    if (!start.isPresent()) {
      problems.invalid(field, "cannot be set before " + start.path() + " is set");
    } else if (former.isPresent() && instant.isBefore(former.get())) {
      problems.invalid(field, whenDecreased);
    } else if (instant.isBefore(time(start).orElse(now))) {
      problems.invalid(field, "must occur after " + start.path());
    } else {
      return true;
    }
    return false;
  }

  private boolean isNow(Field field) {
    var instant = time(field).orElse(now);
    return instant.isAfter(now.minus(skew)) && instant.isBefore(now.plus(skew));
  }
}
