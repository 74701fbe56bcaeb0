package dev.nauarch.reconcile.stateful;

import static dev.nauarch.reconcile.Numbers.orZero;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import java.util.List;
import java.util.Objects;

/** What a set says of its pods. */
final class StatefulReport {

  private StatefulReport() {}

  static StatefulSetStatus statusOf(StatefulSet set) {
    return set.getStatus() == null ? new StatefulSetStatus() : set.getStatus();
  }

  static StatefulSetStatus of(
      StatefulSet set, List<Pod> pods, Members members, SetRevisions revisions, int collisions) {
    var ready = pods.stream().filter(Members::isReady).toList();
    var status =
        new StatefulSetStatusBuilder(statusOf(set))
            .withObservedGeneration(set.getMetadata().getGeneration())
            .withReplicas(pods.size())
            .withReadyReplicas(ready.size())
            .withAvailableReplicas((int) ready.stream().filter(members::isAvailable).count())
            .withCurrentReplicas(revisions.count(revisions.current()))
            .withUpdatedReplicas(revisions.count(revisions.update()))
            .withCurrentRevision(revisions.current())
            .withUpdateRevision(revisions.update())
            .withCollisionCount(collisions)
            .build();
    return isComplete(set, status)
        ? new StatefulSetStatusBuilder(status)
            .withCurrentReplicas(status.getUpdatedReplicas())
            .withCurrentRevision(status.getUpdateRevision())
            .build()
        : status;
  }

  private static boolean isComplete(StatefulSet set, StatefulSetStatus status) {
    var wanted = Ordinals.of(set).count();
    return "RollingUpdate".equals(set.getSpec().getUpdateStrategy().getType())
        && status.getUpdatedReplicas() == wanted
        && status.getReadyReplicas() == wanted
        && status.getReplicas() == wanted;
  }

  /** Whether two statuses say the same, absent numbers being 0. */
  static boolean areEqual(StatefulSetStatus a, StatefulSetStatus b) {
    return Objects.equals(a.getObservedGeneration(), b.getObservedGeneration())
        && orZero(a.getReplicas()) == orZero(b.getReplicas())
        && orZero(a.getReadyReplicas()) == orZero(b.getReadyReplicas())
        && orZero(a.getAvailableReplicas()) == orZero(b.getAvailableReplicas())
        && orZero(a.getCurrentReplicas()) == orZero(b.getCurrentReplicas())
        && orZero(a.getUpdatedReplicas()) == orZero(b.getUpdatedReplicas())
        && orZero(a.getCollisionCount()) == orZero(b.getCollisionCount())
        && Objects.equals(a.getCurrentRevision(), b.getCurrentRevision())
        && Objects.equals(a.getUpdateRevision(), b.getUpdateRevision());
  }
}
