package dev.nauarch.reconcile.workload;

import dev.nauarch.reconcile.Numbers;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetCondition;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** Numbers of Deployments and ReplicaSets, absent ones as their defaults. */
final class Counts {

  private Counts() {}

  static int replicas(ReplicaSet set) {
    var replicas = set.getSpec().getReplicas();
    return replicas == null ? 1 : replicas;
  }

  static int replicas(Deployment deployment) {
    var replicas = deployment.getSpec().getReplicas();
    return replicas == null ? 1 : replicas;
  }

  static Duration minReady(ReplicaSet set) {
    return Duration.ofSeconds(Numbers.orZero(set.getSpec().getMinReadySeconds()));
  }

  private static Optional<ReplicaSetStatus> status(ReplicaSet set) {
    return Optional.ofNullable(set.getStatus());
  }

  /** A set's status; an empty one before the first. */
  static ReplicaSetStatus statusOf(ReplicaSet set) {
    return status(set).orElseGet(ReplicaSetStatus::new);
  }

  /** A condition of a set's status. */
  static Optional<ReplicaSetCondition> condition(ReplicaSetStatus status, String type) {
    return status.getConditions().stream().filter(each -> type.equals(each.getType())).findFirst();
  }

  /** How many pods a set has, as it reported last. */
  static int observed(ReplicaSet set) {
    return status(set).map(status -> Numbers.orZero(status.getReplicas())).orElse(0);
  }

  static int ready(ReplicaSet set) {
    return status(set).map(status -> Numbers.orZero(status.getReadyReplicas())).orElse(0);
  }

  static int available(ReplicaSet set) {
    return status(set).map(status -> Numbers.orZero(status.getAvailableReplicas())).orElse(0);
  }

  static int terminating(ReplicaSet set) {
    return status(set).map(status -> Numbers.orZero(status.getTerminatingReplicas())).orElse(0);
  }

  /** A status with the zeros that nobody stores. */
  static DeploymentStatus withZeros(DeploymentStatus status) {
    return new DeploymentStatusBuilder(status)
        .withReplicas(Numbers.orZero(status.getReplicas()))
        .withUpdatedReplicas(Numbers.orZero(status.getUpdatedReplicas()))
        .withReadyReplicas(Numbers.orZero(status.getReadyReplicas()))
        .withAvailableReplicas(Numbers.orZero(status.getAvailableReplicas()))
        .withUnavailableReplicas(Numbers.orZero(status.getUnavailableReplicas()))
        .build();
  }

  /** Whether two statuses say the same, absent numbers being 0. */
  static boolean areEqual(ReplicaSetStatus a, ReplicaSetStatus b) {
    return Numbers.orZero(a.getReplicas()) == Numbers.orZero(b.getReplicas())
        && Numbers.orZero(a.getFullyLabeledReplicas())
            == Numbers.orZero(b.getFullyLabeledReplicas())
        && Numbers.orZero(a.getReadyReplicas()) == Numbers.orZero(b.getReadyReplicas())
        && Numbers.orZero(a.getAvailableReplicas()) == Numbers.orZero(b.getAvailableReplicas())
        && Numbers.orZero(a.getTerminatingReplicas()) == Numbers.orZero(b.getTerminatingReplicas())
        && Objects.equals(a.getObservedGeneration(), b.getObservedGeneration())
        && a.getConditions().equals(b.getConditions());
  }
}
