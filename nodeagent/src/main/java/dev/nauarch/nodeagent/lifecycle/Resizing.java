package dev.nauarch.nodeagent.lifecycle;

import dev.nauarch.api.ModelCodec;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a pod is in being resized: what its node has set aside for it, what it asks for beyond that
 * and why it has not got it yet, and what it has got and its containers have not taken up yet.
 */
final class Resizing {
  /** The condition of a pod whose resize its node has not granted. */
  static final String PENDING = "PodResizePending";

  /** The condition of a pod whose containers have not all taken up what was granted. */
  static final String IN_PROGRESS = "PodResizeInProgress";

  private static final String DEFERRED = "Deferred";
  private static final String INFEASIBLE = "Infeasible";

  private Allotment allotment;
  private long askedGeneration = -1;
  private Optional<PodCondition> pending;
  private Optional<PodCondition> inProgress;

  Resizing(Pod pod) {
    this.allotment = Allotment.restored(pod);
    this.pending = condition(pod, PENDING);
    this.inProgress = condition(pod, IN_PROGRESS);
  }

  private static Optional<PodCondition> condition(Pod pod, String type) {
    var known = pod.getStatus() == null ? List.<PodCondition>of() : pod.getStatus().getConditions();
    return known.stream().filter(each -> each.getType().equals(type)).findFirst();
  }

  Allotment allotment() {
    return allotment;
  }

  /** The conditions that tell of it. */
  List<PodCondition> conditions() {
    var all = new ArrayList<PodCondition>();
    pending.ifPresent(all::add);
    inProgress.ifPresent(all::add);
    return all;
  }

  /** The object has changed: asks for room where it asks for more or less than it has. */
  Optional<PodCommand> desired(Pod pod) {
    if (allotment.isWhatIsAsked(pod)) {
      allotment = Allotment.asked(pod);
      pending = Optional.empty();
      askedGeneration = -1;
      return Optional.empty();
    }
    if (askedGeneration == generation(pod)) {
      return Optional.empty();
    }
    askedGeneration = generation(pod);
    return Optional.of(new PodCommand.AskRoom(askedGeneration));
  }

  /**
   * Takes the node's answer.
   *
   * @return what people are to be told, where they don't know it yet
   */
  Optional<PodCommand.Tell> answered(PodEvent.RoomAnswered answer, Pod pod, Instant now) {
    if (answer.generation() != generation(pod) || allotment.isWhatIsAsked(pod)) {
      return Optional.empty();
    }
    return switch (answer.room()) {
      case Room.Enough e -> {
        allotment = Allotment.asked(pod);
        pending = Optional.empty();
        inProgress = Optional.of(condition(IN_PROGRESS, "", "", pod, now));
        yield Optional.of(tell("Normal", "ResizeStarted", "Pod resize started: ", pod, ""));
      }
      case Room.Lacking(var why) -> wait(DEFERRED, why, pod, now);
      case Room.Never(var why) -> wait(INFEASIBLE, why, pod, now);
    };
  }

  private Optional<PodCommand.Tell> wait(String reason, String why, Pod pod, Instant now) {
    var old = pending;
    var isNews =
        old.isEmpty()
            || !reason.equals(old.get().getReason())
            || !Long.valueOf(generation(pod)).equals(old.get().getObservedGeneration());
    var next = condition(PENDING, reason, why, pod, now);
    if (!isNews) {
      next.setLastTransitionTime(old.orElseThrow().getLastTransitionTime());
    }
    pending = Optional.of(next);
    return isNews
        ? Optional.of(tell("Warning", "Resize" + reason, "Pod resize " + reason + ": ", pod, why))
        : Optional.empty();
  }

  /**
   * All containers have what was granted.
   *
   * @return what people are to be told, if something was under way
   */
  Optional<PodCommand.Tell> settled(Pod pod) {
    if (inProgress.isEmpty()) {
      return Optional.empty();
    }
    inProgress = Optional.empty();
    return Optional.of(
        tell("Normal", "ResizeCompleted", "Pod resize completed: ", allotment.applied(pod), ""));
  }

  /** The pod has ended: nothing of it is resized any more. */
  void ended() {
    pending = Optional.empty();
    inProgress = Optional.empty();
  }

  private static PodCondition condition(
      String type, String reason, String message, Pod pod, Instant now) {
    var condition = new PodCondition();
    condition.setType(type);
    condition.setStatus("True");
    condition.setReason(reason.isEmpty() ? null : reason);
    condition.setMessage(message.isEmpty() ? null : message);
    condition.setObservedGeneration(generation(pod));
    condition.setLastTransitionTime(PodStatusReport.time(now));
    return condition;
  }

  private static long generation(Pod pod) {
    var generation = pod.getMetadata().getGeneration();
    return generation == null ? 0 : generation;
  }

  private static PodCommand.Tell tell(
      String type, String reason, String text, Pod pod, String error) {
    var summary = ModelCodec.emptyTree();
    for (var list : List.of("initContainers", "containers")) {
      var spec = pod.getSpec();
      var containers = list.equals("containers") ? spec.getContainers() : spec.getInitContainers();
      for (Container container : containers) {
        var entry = summary.withArray("/" + list).addObject();
        entry.put("name", container.getName());
        var resources = container.getResources();
        entry.set(
            "resources", resources == null ? ModelCodec.emptyTree() : ModelCodec.tree(resources));
      }
    }
    summary.put("generation", generation(pod));
    if (!error.isEmpty()) {
      summary.put("error", error);
    }
    return new PodCommand.Tell(type, reason, text + summary);
  }
}
