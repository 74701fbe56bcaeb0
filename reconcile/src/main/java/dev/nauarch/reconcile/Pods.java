package dev.nauarch.reconcile;

import dev.nauarch.api.ObjectKey;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Questions about a pod that several controllers ask. */
public final class Pods {

  private Pods() {}

  /** The phase; {@code Pending} before the first report. */
  public static String phase(Pod pod) {
    var status = pod.getStatus();
    return status == null || status.getPhase() == null ? "Pending" : status.getPhase();
  }

  /** Whether all containers have ended for good. */
  public static boolean hasEnded(Pod pod) {
    return "Succeeded".equals(phase(pod)) || "Failed".equals(phase(pod));
  }

  /** Whether the pod is being deleted. */
  public static boolean isTerminating(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() != null;
  }

  /** Whether the pod counts as one that runs or will run. */
  public static boolean isActive(Pod pod) {
    return !hasEnded(pod) && !isTerminating(pod);
  }

  /** The PodGroup that the pod names. */
  public static Optional<ObjectKey> groupOf(Pod pod) {
    var group = pod.getSpec().getSchedulingGroup();
    var name = group == null ? null : group.getPodGroupName();
    return name == null || name.isEmpty()
        ? Optional.empty()
        : Optional.of(new ObjectKey(pod.getMetadata().getNamespace(), name));
  }

  /** The condition of this type. */
  public static Optional<PodCondition> condition(Pod pod, String type) {
    var status = pod.getStatus();
    return status == null
        ? Optional.empty()
        : status.getConditions().stream()
            .filter(condition -> type.equals(condition.getType()))
            .findFirst();
  }

  /** Whether the pod serves. */
  public static boolean isReady(Pod pod) {
    return condition(pod, "Ready").filter(ready -> "True".equals(ready.getStatus())).isPresent();
  }

  /** Since when the pod has been ready; empty while it is not. */
  public static Optional<Instant> readySince(Pod pod) {
    return condition(pod, "Ready")
        .filter(ready -> "True".equals(ready.getStatus()))
        .map(PodCondition::getLastTransitionTime)
        .filter(time -> !time.isEmpty())
        .map(Times::parse);
  }

  /** Whether the pod has been ready for so long. */
  public static boolean isAvailable(Pod pod, Duration minReady, Instant now) {
    return isReady(pod)
        && (minReady.isZero()
            || readySince(pod).filter(since -> !since.plus(minReady).isAfter(now)).isPresent());
  }

  /** Whether a node was chosen. */
  public static boolean isBound(Pod pod) {
    var node = pod.getSpec().getNodeName();
    return node != null && !node.isEmpty();
  }
}
