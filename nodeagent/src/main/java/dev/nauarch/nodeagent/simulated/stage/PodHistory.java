package dev.nauarch.nodeagent.simulated.stage;

import dev.nauarch.nodeagent.lifecycle.Exit;
import dev.nauarch.nodeagent.lifecycle.PodEvent;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The containers that a pod's status tells of: what is only played outlives who plays it. */
final class PodHistory {
  private PodHistory() {}

  static List<PodEvent.Found> found(Pod pod) {
    var status = pod.getStatus();
    if (status == null) {
      return List.of();
    }
    var found = new ArrayList<PodEvent.Found>();
    Stream.concat(
            status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream())
        .forEach(each -> found(each).ifPresent(found::add));
    return found;
  }

  private static Optional<PodEvent.Found> found(ContainerStatus status) {
    var state = status.getState();
    if (state == null) {
      return Optional.empty();
    }
    var attempt = status.getRestartCount() == null ? 0 : status.getRestartCount();
    var id = id(status.getContainerID());
    if (state.getRunning() != null) {
      var at = instant(state.getRunning().getStartedAt());
      return Optional.of(new PodEvent.Found(status.getName(), attempt, id, at, Optional.empty()));
    }
    return Optional.ofNullable(state.getTerminated())
        .map(
            ended ->
                new PodEvent.Found(
                    status.getName(),
                    attempt,
                    id,
                    instant(ended.getStartedAt()),
                    Optional.of(exit(id, ended))));
  }

  private static Exit exit(String id, ContainerStateTerminated ended) {
    return new Exit(
        id,
        ended.getExitCode() == null ? 0 : ended.getExitCode(),
        text(ended.getReason()),
        text(ended.getMessage()),
        instant(ended.getStartedAt()),
        instant(ended.getFinishedAt()));
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static Instant instant(@Nullable String text) {
    return text == null ? Instant.EPOCH : Instant.parse(text);
  }

  private static String id(@Nullable String containerId) {
    var id = text(containerId);
    var scheme = id.indexOf("://");
    return scheme < 0 ? id : id.substring(scheme + 3);
  }
}
