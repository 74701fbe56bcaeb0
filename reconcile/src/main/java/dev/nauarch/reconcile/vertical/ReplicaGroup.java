package dev.nauarch.reconcile.vertical;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Snapshot;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The pods of one controller, of which at most half may be out of service at a time. */
final class ReplicaGroup {

  private static final double TOLERANCE = 0.5;

  private final int configured;
  private final int tolerance;
  private final int running;
  private int touched;

  private ReplicaGroup(int configured, int running) {
    this.configured = configured;
    this.tolerance = (int) (configured * TOLERANCE);
    this.running = running;
  }

  /** A group; empty where its controller is not known. */
  static Optional<ReplicaGroup> of(
      Snapshot world, String namespace, OwnerReference owner, List<ActualPod> pods) {
    int running = (int) pods.stream().filter(each -> !each.isPending()).count();
    return configured(world, new ObjectKey(namespace, owner.getName()), owner.getKind(), pods)
        .map(each -> new ReplicaGroup(each, running));
  }

  private static Optional<Integer> configured(
      Snapshot world, ObjectKey key, String kind, List<ActualPod> pods) {
    return switch (kind) {
      case "ReplicaSet" ->
          world.get(Resources.REPLICA_SETS, key).map(each -> each.getSpec().getReplicas());
      case "StatefulSet" ->
          world.get(Resources.STATEFUL_SETS, key).map(each -> each.getSpec().getReplicas());
      case "ReplicationController" ->
          world
              .get(Resources.REPLICATION_CONTROLLERS, key)
              .map(each -> each.getSpec().getReplicas());
      case "DaemonSet" ->
          world.get(Resources.DAEMON_SETS, key).map(each -> each.getStatus().getNumberReady());
      case "Job" -> Optional.of(pods.size());
      default -> Optional.of(0);
    };
  }

  /** Whether one more of its pods may be out of service. */
  boolean mayTouch() {
    int alive = running - touched;
    return alive > configured - tolerance
        || (configured == running && tolerance == 0 && touched == 0);
  }

  /** Whether a pod may be evicted; one that does not run yet always may. */
  boolean mayEvict(ActualPod pod, Instant now) {
    if (pod.isPending()) {
      return true;
    }
    return pod.resize(now) != ActualPod.Resize.WAITING && mayTouch();
  }

  /** One more of its pods is out of service. */
  void touch() {
    touched++;
  }
}
