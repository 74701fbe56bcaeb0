package dev.nauarch.nodeagent.server;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;
import java.util.stream.Stream;

/** Says why there is no log of a container. */
final class LogRefusal {
  private LogRefusal() {}

  /**
   * Why not.
   *
   * @param pod the container's pod, as far as it is known
   * @param previous whether the log of the container before the current one is meant
   */
  static String of(Optional<Pod> pod, String podName, String container, boolean previous) {
    var place = "container \"" + container + "\" in pod \"" + podName + "\"";
    var status = pod.flatMap(each -> status(each, container));
    if (status.isEmpty()) {
      return place + " is not available";
    }
    if (previous) {
      return "previous terminated " + place + " not found";
    }
    var state = status.get().getState();
    var waiting = state == null ? null : state.getWaiting();
    if (waiting == null || waiting.getReason() == null) {
      return place + " is waiting to start - no logs yet";
    }
    var why =
        switch (waiting.getReason()) {
          case "ErrImagePull" -> "image can't be pulled";
          case "ImagePullBackOff" -> "trying and failing to pull image";
          default -> waiting.getReason();
        };
    return place + " is waiting to start: " + why;
  }

  private static Optional<ContainerStatus> status(Pod pod, String container) {
    var status = pod.getStatus();
    if (status == null) {
      return Optional.empty();
    }
    return Stream.of(
            status.getContainerStatuses(),
            status.getInitContainerStatuses(),
            status.getEphemeralContainerStatuses())
        .filter(list -> list != null)
        .flatMap(list -> list.stream())
        .filter(each -> each.getName().equals(container))
        .findFirst();
  }
}
