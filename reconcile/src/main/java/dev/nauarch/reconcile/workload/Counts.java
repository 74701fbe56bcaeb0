package dev.nauarch.reconcile.workload;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Numbers of Deployments and ReplicaSets, absent ones as their defaults. */
final class Counts {

  private Counts() {}

  static int orZero(@Nullable Integer value) {
    return value == null ? 0 : value;
  }

  static int replicas(ReplicaSet set) {
    var replicas = set.getSpec().getReplicas();
    return replicas == null ? 1 : replicas;
  }

  static int replicas(Deployment deployment) {
    var replicas = deployment.getSpec().getReplicas();
    return replicas == null ? 1 : replicas;
  }

  static Duration minReady(ReplicaSet set) {
    return Duration.ofSeconds(orZero(set.getSpec().getMinReadySeconds()));
  }

  private static Optional<ReplicaSetStatus> status(ReplicaSet set) {
    return Optional.ofNullable(set.getStatus());
  }

  /** How many pods a set has, as it reported last. */
  static int observed(ReplicaSet set) {
    return status(set).map(status -> orZero(status.getReplicas())).orElse(0);
  }

  static int ready(ReplicaSet set) {
    return status(set).map(status -> orZero(status.getReadyReplicas())).orElse(0);
  }

  static int available(ReplicaSet set) {
    return status(set).map(status -> orZero(status.getAvailableReplicas())).orElse(0);
  }

  static int terminating(ReplicaSet set) {
    return status(set).map(status -> orZero(status.getTerminatingReplicas())).orElse(0);
  }

  /** A status with the zeros that nobody stores. */
  static DeploymentStatus withZeros(DeploymentStatus status) {
    return new DeploymentStatusBuilder(status)
        .withReplicas(orZero(status.getReplicas()))
        .withUpdatedReplicas(orZero(status.getUpdatedReplicas()))
        .withReadyReplicas(orZero(status.getReadyReplicas()))
        .withAvailableReplicas(orZero(status.getAvailableReplicas()))
        .withUnavailableReplicas(orZero(status.getUnavailableReplicas()))
        .build();
  }

  /** Whether two statuses say the same, absent numbers being 0. */
  static boolean areEqual(ReplicaSetStatus a, ReplicaSetStatus b) {
    return orZero(a.getReplicas()) == orZero(b.getReplicas())
        && orZero(a.getFullyLabeledReplicas()) == orZero(b.getFullyLabeledReplicas())
        && orZero(a.getReadyReplicas()) == orZero(b.getReadyReplicas())
        && orZero(a.getAvailableReplicas()) == orZero(b.getAvailableReplicas())
        && orZero(a.getTerminatingReplicas()) == orZero(b.getTerminatingReplicas())
        && Objects.equals(a.getObservedGeneration(), b.getObservedGeneration());
  }
}
