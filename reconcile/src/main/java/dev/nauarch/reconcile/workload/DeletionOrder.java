package dev.nauarch.reconcile.workload;

import dev.nauarch.reconcile.Pods;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which pods of a set go first when it shrinks: those without a node, then those that have not come
 * far, then the cheapest by {@code controller.kubernetes.io/pod-deletion-cost}, then those that
 * share their node with the most others, then the youngest.
 */
final class DeletionOrder {

  private static final String COST = "controller.kubernetes.io/pod-deletion-cost";

  private DeletionOrder() {}

  /** The pods, the one to go first at the front. */
  static List<Pod> of(List<Pod> pods) {
    Map<String, Integer> podsByNode = new TreeMap<>();
    for (var pod : pods) {
      podsByNode.merge(node(pod), 1, Integer::sum);
    }
    Comparator<Pod> order =
        Comparator.comparing(Pods::isBound)
            .thenComparingInt(DeletionOrder::progress)
            .thenComparing(Pods::isReady)
            .thenComparingInt(DeletionOrder::cost)
            .thenComparingInt(pod -> -podsByNode.getOrDefault(node(pod), 0))
            .thenComparing(DeletionOrder::readySince, Comparator.reverseOrder())
            .thenComparingInt(pod -> -restarts(pod))
            .thenComparing(
                pod -> String.valueOf(pod.getMetadata().getCreationTimestamp()),
                Comparator.reverseOrder())
            .thenComparing(pod -> pod.getMetadata().getName());
    return pods.stream().sorted(order).toList();
  }

  private static String node(Pod pod) {
    var node = pod.getSpec().getNodeName();
    return node == null ? "" : node;
  }

  private static int progress(Pod pod) {
    return switch (Pods.phase(pod)) {
      case "Pending" -> 0;
      case "Unknown" -> 1;
      default -> 2;
    };
  }

  private static int cost(Pod pod) {
    var annotations = pod.getMetadata().getAnnotations();
    var text = annotations == null ? null : annotations.get(COST);
    if (text == null) {
      return 0;
    }
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static Instant readySince(Pod pod) {
    return Pods.readySince(pod).orElse(Instant.MAX);
  }

  private static int restarts(Pod pod) {
    return pod.getStatus() == null
        ? 0
        : pod.getStatus().getContainerStatuses().stream()
            .mapToInt(status -> status.getRestartCount() == null ? 0 : status.getRestartCount())
            .max()
            .orElse(0);
  }
}
