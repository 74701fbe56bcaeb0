package dev.nauarch.nodeagent.lifecycle;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;

/**
 * What others say of a pod against its node: while nothing is heard of a node, its pods are said to
 * be unready. A node that is back, or was never gone, says again that they are ready.
 */
final class Denial {

  /** How long a node waits, so that it is known to be back when it speaks for its pods. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private Denial() {}

  /** Whether a pod that its node has said to be ready is not said to be so any more. */
  static boolean isOf(PodStatus said, Pod pod) {
    return isTrue(said, "Ready")
        && pod.getStatus() != null
        && isTrue(pod.getStatus(), "ContainersReady")
        && !isTrue(pod.getStatus(), "Ready");
  }

  private static boolean isTrue(PodStatus status, String condition) {
    return status.getConditions().stream()
        .anyMatch(each -> each.getType().equals(condition) && "True".equals(each.getStatus()));
  }
}
