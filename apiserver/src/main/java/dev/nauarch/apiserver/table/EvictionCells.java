package dev.nauarch.apiserver.table;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** What a table says of evictions. */
final class EvictionCells {

  private static final String UNSET = "<unset>";

  /** The cells by name. */
  static final Map<String, Cells.Cell> CELLS = new TreeMap<>();

  /** Makes the text of a cell. */
  private interface Text {
    String of(ObjectNode eviction, Instant now);
  }

  static {
    text("evictionTarget", (eviction, now) -> Cells.orUnset(eviction.at("/spec/target/pod/name")));
    text(
        "evictionTargetType",
        (eviction, now) -> eviction.at("/spec/target/pod").isObject() ? "Pod" : UNSET);
    text("evictionStatus", (eviction, now) -> status(eviction));
    text("evictionResponder", (eviction, now) -> responder(eviction));
    text("evictionResponderStatus", EvictionCells::responderStatus);
    text("evictionExpectedFinish", EvictionCells::expectedFinish);
    text("evictionRequesters", (eviction, now) -> requesters(eviction));
    text(
        "evictionHeartbeat",
        (eviction, now) -> {
          var beat = said(eviction).path("heartbeatTime").asString("");
          return beat.isEmpty() ? UNSET : Age.since(beat, now) + " ago";
        });
    text(
        "evictionMessage",
        (eviction, now) -> Cells.orUnset(said(eviction).path("message")).strip());
  }

  private EvictionCells() {}

  private static void text(String name, Text cell) {
    CELLS.put(name, (object, now) -> JsonNodeFactory.instance.stringNode(cell.of(object, now)));
  }

  private static String status(ObjectNode eviction) {
    var status =
        eviction.at("/status/observedGeneration").asLong(0) > 0 ? "Progressing" : "Pending";
    for (var type : new String[] {"Failed", "TargetEvicted"}) {
      for (var condition : eviction.at("/status/conditions")) {
        if (condition.path("type").asString("").equals(type)
            && condition.path("status").asString("").equals("True")) {
          status = type + " (" + condition.path("reason").asString("") + ")";
        }
      }
    }
    return status;
  }

  /** The responder whose turn it is, else the last one that had its turn; may be missing. */
  private static JsonNode current(ObjectNode eviction) {
    JsonNode active = MissingNode.getInstance();
    JsonNode done = MissingNode.getInstance();
    for (var each : eviction.at("/status/targetResponders")) {
      switch (each.path("state").asString("")) {
        case "Active" -> active = each;
        case "Canceled", "Completed", "Interrupted" -> done = each;
        default -> {
          // Its turn has not come yet.
        }
      }
    }
    return active.isMissingNode() ? done : active;
  }

  /** What the current responder says of its work; may be missing. */
  private static JsonNode said(ObjectNode eviction) {
    var name = current(eviction).path("name");
    for (var each : eviction.at("/status/responders")) {
      if (!name.isMissingNode() && each.path("name").equals(name)) {
        return each;
      }
    }
    return MissingNode.getInstance();
  }

  private static String responder(ObjectNode eviction) {
    int begun = 0;
    var all = eviction.at("/status/targetResponders");
    for (var each : all) {
      begun += each.path("state").asString("").equals("Inactive") ? 0 : 1;
    }
    return Cells.orUnset(current(eviction).path("name")) + " (" + begun + "/" + all.size() + ")";
  }

  private static String responderStatus(ObjectNode eviction, Instant now) {
    var said = said(eviction);
    if (said.isMissingNode()) {
      return UNSET;
    }
    var state = current(eviction).path("state").asString("");
    var since = state.equals("Active") ? "startTime" : "completionTime";
    var time = said.path(since).asString("");
    if (time.isEmpty() || state.equals("Canceled") || state.equals("Interrupted")) {
      return state;
    }
    return (state.equals("Active") ? "Started" : state) + " (" + Age.since(time, now) + " ago)";
  }

  private static String expectedFinish(ObjectNode eviction, Instant now) {
    var said = said(eviction);
    var unknown = "<unknown>";
    if (said.isMissingNode()) {
      return unknown;
    }
    if (!current(eviction).path("state").asString("").equals("Active")) {
      return "-";
    }
    var expected = said.path("expectedCompletionTime").asString("");
    if (expected.isEmpty() || said.path("startTime").isMissingNode()) {
      return unknown;
    }
    try {
      var left = Duration.between(now, OffsetDateTime.parse(expected).toInstant());
      return left.isPositive() ? "in " + Age.print(left) : Age.print(left.negated()) + " ago";
    } catch (DateTimeException noTime) {
      return unknown;
    }
  }

  private static String requesters(ObjectNode eviction) {
    var names = new ArrayList<String>();
    var all = eviction.at("/status/requesters");
    for (var each : all) {
      if (!each.path("intent").asString("").equals("Withdrawn")) {
        names.add(each.path("name").asString(""));
      }
    }
    if (names.isEmpty()) {
      return all.isEmpty() ? "<none>" : "<withdrawn>";
    }
    names.sort(null);
    return names.size() == 1
        ? names.getFirst()
        : names.getFirst() + " + " + (names.size() - 1) + " more...";
  }
}
