package dev.nauarch.reconcile.daemon;

import static dev.nauarch.reconcile.Numbers.orZero;

import dev.nauarch.reconcile.Pods;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatus;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatusBuilder;
import java.util.Objects;

/** What a set says of its nodes. */
final class DaemonReport {

  private DaemonReport() {}

  static DaemonSetStatus statusOf(DaemonSet set) {
    return set.getStatus() == null ? new DaemonSetStatus() : set.getStatus();
  }

  static DaemonSetStatus of(DaemonView view) {
    int current = 0;
    int misscheduled = 0;
    int ready = 0;
    int available = 0;
    int updated = 0;
    for (var name : view.nodesByName().keySet()) {
      var pods = view.pods(name);
      if (pods.isEmpty()) {
        continue;
      }
      if (!view.desired().contains(name)) {
        misscheduled++;
        continue;
      }
      current++;
      var pod = pods.getFirst();
      ready += Pods.isReady(pod) ? 1 : 0;
      available += view.isAvailable(pod) ? 1 : 0;
      updated += view.isUpdated(pod) ? 1 : 0;
    }
    var desired = view.desired().size();
    var old = statusOf(view.set());
    var collisions = view.history().collisions();
    return new DaemonSetStatusBuilder(old)
        .withObservedGeneration(view.set().getMetadata().getGeneration())
        .withDesiredNumberScheduled(desired)
        .withCurrentNumberScheduled(current)
        .withNumberMisscheduled(misscheduled)
        .withNumberReady(ready)
        .withNumberAvailable(available)
        .withNumberUnavailable(desired - available)
        .withUpdatedNumberScheduled(updated)
        .withCollisionCount(collisions == 0 ? old.getCollisionCount() : Integer.valueOf(collisions))
        .build();
  }

  /** Whether two statuses say the same, absent numbers being 0. */
  static boolean areEqual(DaemonSetStatus a, DaemonSetStatus b) {
    return Objects.equals(a.getObservedGeneration(), b.getObservedGeneration())
        && orZero(a.getDesiredNumberScheduled()) == orZero(b.getDesiredNumberScheduled())
        && orZero(a.getCurrentNumberScheduled()) == orZero(b.getCurrentNumberScheduled())
        && orZero(a.getNumberMisscheduled()) == orZero(b.getNumberMisscheduled())
        && orZero(a.getNumberReady()) == orZero(b.getNumberReady())
        && orZero(a.getNumberAvailable()) == orZero(b.getNumberAvailable())
        && orZero(a.getNumberUnavailable()) == orZero(b.getNumberUnavailable())
        && orZero(a.getUpdatedNumberScheduled()) == orZero(b.getUpdatedNumberScheduled())
        && orZero(a.getCollisionCount()) == orZero(b.getCollisionCount());
  }
}
