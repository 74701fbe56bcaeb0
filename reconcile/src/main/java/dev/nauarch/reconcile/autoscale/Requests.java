package dev.nauarch.reconcile.autoscale;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What pods ask for of one resource, by pod, in thousandths. */
final class Requests {

  private Requests() {}

  /**
   * The requests of pods.
   *
   * @param container the container that counts; empty for the pod
   * @throws MetricFault one asks for nothing
   */
  static Map<String, Long> of(List<Pod> pods, String resource, String container)
      throws MetricFault {
    var requests = new TreeMap<String, Long>();
    for (var pod : pods) {
      var whole = requests(pod.getSpec().getResources());
      requests.put(
          pod.getMetadata().getName(),
          container.isEmpty() && hasPodLevel(whole)
              ? ofPod(pod, whole, resource)
              : ofContainers(pod, resource, container));
    }
    return requests;
  }

  private static Map<String, Quantity> requests(@Nullable ResourceRequirements resources) {
    return resources == null || resources.getRequests() == null
        ? new TreeMap<>()
        : resources.getRequests();
  }

  /** Whether a pod asks for anything as a whole (KEP-2837). */
  private static boolean hasPodLevel(Map<String, Quantity> requests) {
    return requests.keySet().stream()
        .anyMatch(
            name -> name.equals("cpu") || name.equals("memory") || name.startsWith("hugepages-"));
  }

  private static long ofPod(Pod pod, Map<String, Quantity> whole, String resource)
      throws MetricFault {
    var request = whole.get(resource);
    if (request != null) {
      return Milli.of(request);
    }
    var ofContainers = 0L;
    var isAsked = false;
    for (var each : lasting(pod).toList()) {
      var part = requests(each.getResources()).get(resource);
      if (part != null) {
        isAsked = true;
        ofContainers = Milli.sum(ofContainers, Milli.of(part));
      }
    }
    if (!isAsked) {
      throw new MetricFault(
          "missing pod-level request for %s in Pod %s"
              .formatted(resource, pod.getMetadata().getName()));
    }
    return ofContainers;
  }

  private static long ofContainers(Pod pod, String resource, String container) throws MetricFault {
    var sum = 0L;
    var isFound = container.isEmpty();
    for (var each : lasting(pod).toList()) {
      if (!container.isEmpty() && !container.equals(each.getName())) {
        continue;
      }
      isFound = true;
      var request = requests(each.getResources()).get(resource);
      if (request == null) {
        throw new MetricFault(
            "missing request for %s in container %s of Pod %s"
                .formatted(resource, each.getName(), pod.getMetadata().getName()));
      }
      sum = Milli.sum(sum, Milli.of(request));
    }
    if (!isFound) {
      throw new MetricFault(
          "container %s not found in Pod %s".formatted(container, pod.getMetadata().getName()));
    }
    return sum;
  }

  /** The containers that run as long as the pod does: sidecars are among the init containers. */
  private static Stream<Container> lasting(Pod pod) {
    return Stream.concat(
        pod.getSpec().getContainers().stream(),
        pod.getSpec().getInitContainers().stream()
            .filter(each -> "Always".equals(each.getRestartPolicy())));
  }
}
