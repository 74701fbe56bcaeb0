package dev.nauarch.reconcile.stateful;

import dev.nauarch.reconcile.Numbers;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.history.History;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
import java.util.TreeSet;

/** Which revision which pod of a set has, and which it should have. */
final class SetRevisions {

  private final StatefulSet set;
  private final Ordinals ordinals;
  private final History history;
  private final ControllerRevision current;
  private final List<Pod> pods;

  SetRevisions(StatefulSet set, Ordinals ordinals, History history, List<Pod> pods) {
    this.set = set;
    this.ordinals = ordinals;
    this.history = history;
    this.pods = pods;
    var status = set.getStatus();
    var name = status == null ? null : status.getCurrentRevision();
    this.current = name == null ? history.wanted() : history.named(name).orElse(history.wanted());
  }

  /** The name of the revision that pods had before the update that is under way. */
  String current() {
    return current.getMetadata().getName();
  }

  /** The name of the revision of the set's template. */
  String update() {
    return history.wanted().getMetadata().getName();
  }

  String strategy() {
    return set.getSpec().getUpdateStrategy().getType();
  }

  boolean isUpdated(Pod pod) {
    return PlacePods.revision(pod).equals(update());
  }

  /** How many pods that stay have a revision. */
  int count(String revision) {
    return (int)
        pods.stream()
            .filter(pod -> !Pods.isTerminating(pod))
            .filter(pod -> PlacePods.revision(pod).equals(revision))
            .count();
  }

  /** The first ordinal that an update concerns. */
  int firstUpdated() {
    var rolling = set.getSpec().getUpdateStrategy().getRollingUpdate();
    var partition = rolling == null ? 0 : Numbers.orZero(rolling.getPartition());
    return ordinals.start() + Math.min(partition, ordinals.count());
  }

  /** The revision of a pod that is made now. */
  ControllerRevision ofNew(int ordinal) {
    if (!"RollingUpdate".equals(strategy())) {
      return history.wanted();
    }
    // Without a partition, places keep their revision until the update reaches them from above.
    var firstUpdated =
        set.getSpec().getUpdateStrategy().getRollingUpdate() == null
            ? ordinals.start() + count(current())
            : firstUpdated();
    return ordinal < firstUpdated ? current : history.wanted();
  }

  PodTemplateSpec template(ControllerRevision revision) {
    return history.template(revision);
  }

  /** Deletes revisions beyond the limit that no pod has. */
  void prune(PlanDraft draft) {
    var live = new TreeSet<String>();
    live.add(current());
    live.add(update());
    pods.forEach(pod -> live.add(PlacePods.revision(pod)));
    var limit = set.getSpec().getRevisionHistoryLimit();
    history.prune(
        draft, each -> live.contains(each.getMetadata().getName()), limit == null ? 10 : limit);
  }
}
