package dev.nauarch.nodeagent.lifecycle;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a pod's status tells an agent about the time before it. */
final class StatusHistory {
  private final List<ContainerStatus> statuses = new ArrayList<>();

  StatusHistory(Pod pod) {
    if (pod.getStatus() != null) {
      statuses.addAll(pod.getStatus().getInitContainerStatuses());
      statuses.addAll(pod.getStatus().getContainerStatuses());
    }
  }

  static Optional<Instant> startTime(Pod pod) {
    return pod.getStatus() == null
        ? Optional.empty()
        : Optional.ofNullable(pod.getStatus().getStartTime()).map(Instant::parse);
  }

  /** Why the node did not take the pod; empty where it did, or has not been asked. */
  static Optional<PodEvent.Refused> refusal(Pod pod) {
    var status = pod.getStatus();
    var message = status == null ? null : status.getMessage();
    return status == null || message == null || !message.startsWith(PodStatusReport.REFUSED)
        ? Optional.empty()
        : Optional.of(
            new PodEvent.Refused(
                Objects.requireNonNullElse(status.getReason(), ""),
                message.substring(PodStatusReport.REFUSED.length())));
  }

  /** Has the containers go on counting where they had got to. */
  void restore(Map<String, ContainerCore> containers) {
    for (var status : statuses) {
      var container = containers.get(status.getName());
      if (container != null) {
        var restarts = status.getRestartCount() == null ? 0 : status.getRestartCount();
        var last =
            exit(status.getState()).or(() -> running(status)).or(() -> exit(status.getLastState()));
        container.countFrom(restarts, last);
      }
    }
  }

  /** A container that ran when it was last heard of, and of which nothing is left. */
  private static Optional<Exit> running(ContainerStatus status) {
    if (status.getState() == null || status.getState().getRunning() == null) {
      return Optional.empty();
    }
    var at = instant(status.getState().getRunning().getStartedAt());
    return Optional.of(
        new Exit(
            id(status.getContainerID()),
            137,
            "ContainerStatusUnknown",
            "the container was not found when the agent started",
            at,
            at));
  }

  private static Optional<Exit> exit(@Nullable ContainerState state) {
    return state == null
        ? Optional.empty()
        : Optional.ofNullable(state.getTerminated()).map(StatusHistory::exit);
  }

  private static Exit exit(ContainerStateTerminated ended) {
    return new Exit(
        id(ended.getContainerID()),
        ended.getExitCode() == null ? 0 : ended.getExitCode(),
        ended.getReason() == null ? "" : ended.getReason(),
        ended.getMessage() == null ? "" : ended.getMessage(),
        instant(ended.getStartedAt()),
        instant(ended.getFinishedAt()));
  }

  private static Instant instant(@Nullable String text) {
    return text == null ? Instant.EPOCH : Instant.parse(text);
  }

  private static String id(@Nullable String containerId) {
    if (containerId == null) {
      return "";
    }
    var scheme = containerId.indexOf("://");
    return scheme < 0 ? containerId : containerId.substring(scheme + 3);
  }
}
