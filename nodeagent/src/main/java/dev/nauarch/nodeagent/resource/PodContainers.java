package dev.nauarch.nodeagent.resource;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The containers of a pod by how long they live. */
public final class PodContainers {

  private PodContainers() {}

  /** All of them, in the order in which they start. */
  public static List<Container> all(Pod pod) {
    return Stream.concat(
            pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
        .toList();
  }

  /** Whether an init container runs on beside those after it. */
  public static boolean isSidecar(Container container) {
    return "Always".equals(container.getRestartPolicy());
  }

  /** The names of init containers that end before the next one begins. */
  public static Set<String> passing(Pod pod) {
    return pod.getSpec().getInitContainers().stream()
        .filter(container -> !isSidecar(container))
        .map(Container::getName)
        .collect(Collectors.toSet());
  }

  /** The most that containers use at one time, where each uses so much. */
  public static long atOnce(Pod pod, ToLongFunction<Container> use) {
    var sidecars = 0L;
    var most = 0L;
    for (var container : pod.getSpec().getInitContainers()) {
      var own = use.applyAsLong(container);
      if (isSidecar(container)) {
        sidecars += own;
        most = Math.max(most, sidecars);
      } else {
        most = Math.max(most, sidecars + own);
      }
    }
    var mains = pod.getSpec().getContainers().stream().mapToLong(use).sum();
    return Math.max(most, sidecars + mains);
  }
}
