package dev.nauarch.apiserver.table;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a table says of a pod. */
final class PodCells {

  private final ObjectNode pod;
  private final Instant now;
  private final JsonNode status;
  private final Map<String, JsonNode> initContainers = new HashMap<>();

  PodCells(ObjectNode pod, Instant now) {
    this.pod = pod;
    this.now = now;
    this.status = pod.path("status");
    for (var container : pod.path("spec").path("initContainers")) {
      initContainers.put(container.path("name").asString(""), container);
    }
  }

  /** Ready containers of all, sidecars included. */
  String ready() {
    var all = pod.path("spec").path("containers").size();
    var ready = 0;
    for (var container : initContainers.values()) {
      all += isSidecar(container) ? 1 : 0;
    }
    for (var container : status.path("containerStatuses")) {
      ready += isReadyAndRunning(container) ? 1 : 0;
    }
    for (var container : status.path("initContainerStatuses")) {
      ready += isSidecar(specOf(container)) && isReadyAndRunning(container) ? 1 : 0;
    }
    return ready + "/" + all;
  }

  /** The phase, or what says more. */
  String status() {
    var reason = reason();
    if (pod.path("metadata").has("deletionTimestamp")) {
      if (status.path("reason").asString("").equals("NodeLost")) {
        return "Unknown";
      }
      var phase = status.path("phase").asString("");
      return phase.equals("Succeeded") || phase.equals("Failed") ? reason : "Terminating";
    }
    return reason;
  }

  /** How often containers were restarted, and how long ago the last one was. */
  String restarts() {
    var count = 0;
    var last = "";
    for (var container : counted()) {
      count += container.path("restartCount").asInt(0);
      var finished = container.at("/lastState/terminated/finishedAt").asString("");
      last = finished.compareTo(last) > 0 ? finished : last;
    }
    return count > 0 && !last.isEmpty()
        ? count + " (" + Age.since(last, now) + " ago)"
        : Integer.toString(count);
  }

  /** Gates that are open, of all. */
  String readinessGates() {
    var gates = pod.path("spec").path("readinessGates");
    if (gates.isEmpty()) {
      return "<none>";
    }
    var open = 0;
    for (var gate : gates) {
      open += hasCondition(gate.path("conditionType").asString("")) ? 1 : 0;
    }
    return open + "/" + gates.size();
  }

  /** While a pod initializes its init containers count, afterwards its containers and sidecars. */
  private List<JsonNode> counted() {
    var counted = new ArrayList<JsonNode>();
    var isInitialized = initReason().isEmpty() || hasCondition("Initialized");
    for (var container : status.path("initContainerStatuses")) {
      if (!isInitialized || isSidecar(specOf(container))) {
        counted.add(container);
      }
    }
    if (isInitialized) {
      status.path("containerStatuses").forEach(counted::add);
    }
    return counted;
  }

  private String reason() {
    var initializing = initReason();
    if (!initializing.isEmpty() && !hasCondition("Initialized")) {
      return initializing;
    }
    var reason = phaseReason();
    var isRunning = false;
    var containers = status.path("containerStatuses");
    for (var index = containers.size() - 1; index >= 0; index--) {
      var container = containers.path(index);
      var told = containerReason(container);
      reason = told.isEmpty() ? reason : told;
      isRunning |= isReadyAndRunning(container);
    }
    if (reason.equals("Completed") && isRunning) {
      return hasCondition("Ready") ? "Running" : "NotReady";
    }
    return reason;
  }

  private String phaseReason() {
    for (var condition : status.path("conditions")) {
      if (condition.path("type").asString("").equals("PodScheduled")
          && condition.path("reason").asString("").equals("SchedulingGated")) {
        return "SchedulingGated";
      }
    }
    var reason = status.path("reason").asString("");
    return reason.isEmpty() ? status.path("phase").asString("") : reason;
  }

  /** What the first init container that is not done says; empty when all are done. */
  private String initReason() {
    var statuses = status.path("initContainerStatuses");
    for (var index = 0; index < statuses.size(); index++) {
      var container = statuses.path(index);
      var terminated = container.path("state").path("terminated");
      var isDone = terminated.isObject() && terminated.path("exitCode").asInt(0) == 0;
      var isStartedSidecar =
          isSidecar(specOf(container)) && container.path("started").asBoolean(false);
      if (!isDone && !isStartedSidecar) {
        var waiting = container.at("/state/waiting/reason").asString("");
        if (terminated.isObject() || (!waiting.isEmpty() && !waiting.equals("PodInitializing"))) {
          return "Init:" + containerReason(container);
        }
        return "Init:" + index + "/" + initContainers.size();
      }
    }
    return "";
  }

  private static String containerReason(JsonNode container) {
    var waiting = container.at("/state/waiting/reason").asString("");
    if (!waiting.isEmpty()) {
      return waiting;
    }
    var terminated = container.path("state").path("terminated");
    if (!terminated.isObject()) {
      return "";
    }
    var reason = terminated.path("reason").asString("");
    if (!reason.isEmpty()) {
      return reason;
    }
    var signal = terminated.path("signal").asInt(0);
    return signal != 0 ? "Signal:" + signal : "ExitCode:" + terminated.path("exitCode").asInt(0);
  }

  private JsonNode specOf(JsonNode containerStatus) {
    var name = containerStatus.path("name").asString("");
    return initContainers.getOrDefault(name, containerStatus);
  }

  private static boolean isSidecar(JsonNode container) {
    return container.path("restartPolicy").asString("").equals("Always");
  }

  private static boolean isReadyAndRunning(JsonNode container) {
    return container.path("ready").asBoolean(false) && container.path("state").has("running");
  }

  private boolean hasCondition(String type) {
    for (var condition : status.path("conditions")) {
      if (condition.path("type").asString("").equals(type)) {
        return condition.path("status").asString("").equals("True");
      }
    }
    return false;
  }
}
