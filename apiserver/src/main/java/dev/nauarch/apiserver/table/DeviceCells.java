package dev.nauarch.apiserver.table;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a table says of claims of devices, of their taints, and of certificates of pods. */
final class DeviceCells {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** The cells by name. */
  static final Map<String, Cells.Cell> CELLS = new TreeMap<>();

  static {
    CELLS.put("claimState", (claim, now) -> NODES.stringNode(state(claim)));
    CELLS.put("taintAge", (rule, now) -> NODES.stringNode(taintAge(rule, now)));
    CELLS.put("podCertificateState", (request, now) -> NODES.stringNode(certificate(request)));
    CELLS.put(
        "podCertificateAnnotations",
        (request, now) ->
            NODES.stringNode(WorkloadCells.labels(request.at("/spec/unverifiedUserAnnotations"))));
  }

  private DeviceCells() {}

  private static String state(ObjectNode claim) {
    var states = new ArrayList<String>();
    boolean isEnding = claim.path("metadata").has("deletionTimestamp");
    if (isEnding) {
      states.add("deleted");
    }
    if (claim.at("/status/allocation").isObject()) {
      states.add("allocated");
      if (!claim.at("/status/reservedFor").isEmpty()) {
        states.add("reserved");
      }
    } else if (!isEnding) {
      states.add("pending");
    }
    return String.join(",", states);
  }

  private static String taintAge(ObjectNode rule, Instant now) {
    var added = rule.at("/spec/taint/timeAdded").asString("");
    return added.isEmpty() ? "" : Age.since(added, now);
  }

  private static String certificate(ObjectNode request) {
    var state = "Pending";
    for (var condition : request.path("status").path("conditions")) {
      var type = condition.path("type").asString("");
      if (type.equals("Issued") || type.equals("Denied") || type.equals("Failed")) {
        state = type;
      }
    }
    return state;
  }
}
