package dev.nauarch.nodeagent.simulated;

import dev.nauarch.nodeagent.lifecycle.QosClass;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The life of a pod that is only played: it starts at once; one that belongs to a Job ends after
 * the time in its annotation, any other runs until it is deleted. Pure.
 */
public final class PodStages {
  /** How long a Job's pod runs, in seconds; 1 where it is missing or no number. */
  public static final String RUN_SECONDS = "nauarch.dev/run-seconds";

  /** What a Job's pod ends with; 0 where it is missing or no number. */
  public static final String EXIT_CODE = "nauarch.dev/exit-code";

  /** What a process ends with that SIGTERM stopped. */
  private static final int TERMINATED = 143;

  /** What is to be done about a pod. */
  public sealed interface Step {
    /** Write this status. */
    record Write(PodStatus status) implements Step {}

    /** Delete the pod for good. */
    record Remove() implements Step {}

    /** Look again at this instant. */
    record Wait(Instant until) implements Step {}

    /** Nothing until the pod changes. */
    record Rest() implements Step {}
  }

  private PodStages() {}

  /**
   * The next step of a pod.
   *
   * @param address the pod's address, should it start now
   */
  public static Step next(Pod pod, String address, Instant now) {
    var status = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
    var phase = status.getPhase() == null ? "Pending" : status.getPhase();
    if (pod.getMetadata().getDeletionTimestamp() != null) {
      // Whoever has a finalizer in it waits for its end; nobody else would see it.
      var isWatched = !pod.getMetadata().getFinalizers().isEmpty();
      var hasEnded = phase.equals("Succeeded") || phase.equals("Failed");
      return isWatched && !hasEnded
          ? new Step.Write(ended(pod, status, TERMINATED, now))
          : new Step.Remove();
    }
    return switch (phase) {
      case "Pending" -> new Step.Write(running(pod, address, now));
      case "Running" -> {
        var end = end(pod, status);
        if (end.isEmpty()) {
          yield new Step.Rest();
        }
        yield end.get().isAfter(now)
            ? new Step.Wait(end.get())
            : new Step.Write(ended(pod, status, (int) number(pod, EXIT_CODE, 0), now));
      }
      default -> new Step.Rest();
    };
  }

  private static Optional<Instant> end(Pod pod, PodStatus status) {
    var ofJob =
        pod.getMetadata().getOwnerReferences().stream()
            .anyMatch(owner -> "Job".equals(owner.getKind()));
    if (!ofJob || status.getStartTime() == null) {
      return Optional.empty();
    }
    var millis = (long) (number(pod, RUN_SECONDS, 1) * 1000);
    return Optional.of(Instant.parse(status.getStartTime()).plus(Duration.ofMillis(millis)));
  }

  private static double number(Pod pod, String annotation, double fallback) {
    Map<String, String> annotations = pod.getMetadata().getAnnotations();
    var text = annotations == null ? null : annotations.get(annotation);
    try {
      return text == null ? fallback : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return fallback;
    }
  }

  private static PodStatus running(Pod pod, String address, Instant now) {
    var at = stamp(now);
    var state = new ContainerStateBuilder().withNewRunning(at).build();
    return new PodStatusBuilder()
        .withPhase("Running")
        .withObservedGeneration(pod.getMetadata().getGeneration())
        .withStartTime(at)
        .withPodIP(address)
        .addNewPodIP(address)
        .withQosClass(QosClass.of(pod).text())
        .withConditions(conditions("True", null, at))
        .withInitContainerStatuses(statuses(pod.getSpec().getInitContainers(), done(at, 0), false))
        .withContainerStatuses(statuses(pod.getSpec().getContainers(), state, true))
        .build();
  }

  private static PodStatus ended(Pod pod, PodStatus before, int code, Instant now) {
    var at = stamp(now);
    return new PodStatusBuilder()
        .withPhase(code == 0 ? "Succeeded" : "Failed")
        .withObservedGeneration(pod.getMetadata().getGeneration())
        .withConditions(conditions("False", code == 0 ? "PodCompleted" : "PodFailed", at))
        .withContainerStatuses(
            statuses(
                pod.getSpec().getContainers(),
                new ContainerStateBuilder(done(at, code))
                    .editTerminated()
                    .withStartedAt(before.getStartTime())
                    .endTerminated()
                    .build(),
                false))
        .build();
  }

  private static ContainerState done(String at, int code) {
    return new ContainerStateBuilder()
        .withNewTerminated()
        .withExitCode(code)
        .withReason(code == 0 ? "Completed" : "Error")
        .withStartedAt(at)
        .withFinishedAt(at)
        .endTerminated()
        .build();
  }

  private static List<ContainerStatus> statuses(
      List<Container> containers, ContainerState state, boolean ready) {
    return containers.stream()
        .map(
            each ->
                new ContainerStatusBuilder()
                    .withName(each.getName())
                    .withImage(each.getImage())
                    .withImageID("")
                    .withContainerID("simulated://" + each.getName())
                    .withRestartCount(0)
                    .withReady(ready)
                    .withStarted(ready)
                    .withState(state)
                    .build())
        .toList();
  }

  private static List<PodCondition> conditions(String ready, @Nullable String reason, String at) {
    var all = new ArrayList<PodCondition>();
    for (var type :
        List.of("PodReadyToStartContainers", "Initialized", "ContainersReady", "Ready")) {
      var condition = new PodCondition();
      condition.setType(type);
      condition.setStatus(type.equals("Initialized") ? "True" : ready);
      condition.setReason(reason);
      condition.setLastTransitionTime(at);
      all.add(condition);
    }
    return all;
  }

  private static String stamp(Instant now) {
    return now.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
