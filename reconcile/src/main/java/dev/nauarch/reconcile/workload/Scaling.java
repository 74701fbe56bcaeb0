package dev.nauarch.reconcile.workload;

import dev.nauarch.reconcile.Numbers;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How large each ReplicaSet of a Deployment is to be next; arithmetic only. */
final class Scaling {

  private Scaling() {}

  private static int total(List<ReplicaSet> sets) {
    return sets.stream().mapToInt(Counts::replicas).sum();
  }

  /** How large the set of the wanted template may be now. */
  static int ofCurrent(Rollout rollout) {
    var size = rollout.current().map(Counts::replicas).orElse(0);
    if (!rollout.isRolling() || size > rollout.wanted()) {
      return rollout.wanted();
    }
    var room = rollout.wanted() + rollout.maxSurge() - total(rollout.all());
    return room <= 0 ? size : size + Math.min(room, rollout.wanted() - size);
  }

  /**
   * How large the old sets may be now, so that enough pods stay available: first pods go that are
   * not available anyway, then as many as the available ones allow. Sets that stay are left out.
   */
  static Map<ReplicaSet, Integer> ofOld(Rollout rollout, ReplicaSet current) {
    var minAvailable = rollout.wanted() - rollout.maxUnavailable();
    var unavailable = Counts.replicas(current) - staying(current);
    var budget = total(rollout.all()) - minAvailable - unavailable;
    var sizes = new LinkedHashMap<ReplicaSet, Integer>();
    if (budget <= 0 || total(rollout.old()) == 0) {
      return sizes;
    }
    for (var set : rollout.old()) {
      var unhealthy = Math.max(0, Counts.replicas(set) - Counts.available(set));
      var gone = Math.min(budget, unhealthy);
      budget -= gone;
      sizes.put(set, Counts.replicas(set) - gone);
    }
    var available = rollout.all().stream().mapToInt(Scaling::staying).sum();
    var spare = available - minAvailable;
    for (var set : rollout.old()) {
      var size = sizes.getOrDefault(set, 0);
      var gone = Math.max(0, Math.min(spare, size));
      spare -= gone;
      sizes.put(set, size - gone);
    }
    sizes.entrySet().removeIf(each -> each.getValue() == Counts.replicas(each.getKey()));
    return sizes;
  }

  /**
   * How many pods of a set serve and go on serving: what it reported before it shrank counts pods
   * that are about to go.
   */
  private static int staying(ReplicaSet set) {
    return Math.min(Counts.available(set), Counts.replicas(set));
  }

  /** Sizes after the Deployment's own size has changed, in proportion to what there is. */
  static Map<ReplicaSet, Integer> afterResize(Rollout rollout) {
    var active = rollout.all().stream().filter(set -> Counts.replicas(set) > 0).toList();
    var sizes = new LinkedHashMap<ReplicaSet, Integer>();
    if (active.size() <= 1) {
      var only = active.isEmpty() ? rollout.current().stream().toList() : active;
      only.forEach(set -> sizes.put(set, rollout.wanted()));
      return sizes;
    }
    if (isSaturated(rollout)) {
      rollout.old().stream()
          .filter(set -> Counts.replicas(set) > 0)
          .forEach(set -> sizes.put(set, 0));
      return sizes;
    }
    if (!rollout.isRolling()) {
      return sizes;
    }
    var allowed = rollout.wanted() == 0 ? 0 : rollout.wanted() + rollout.maxSurge();
    var change = allowed - total(active);
    var left = change;
    for (var set : largestFirst(active, change > 0)) {
      var share = share(set, rollout);
      var given = change > 0 ? Math.min(share, left) : Math.max(share, left);
      var usable = change == 0 ? 0 : given;
      sizes.put(set, Counts.replicas(set) + usable);
      left -= usable;
    }
    if (left != 0) {
      var first = sizes.firstEntry();
      sizes.put(first.getKey(), Math.max(0, first.getValue() + left));
    }
    return sizes;
  }

  private static boolean isSaturated(Rollout rollout) {
    return rollout
        .current()
        .filter(set -> Counts.replicas(set) == rollout.wanted())
        .filter(set -> Counts.available(set) == rollout.wanted())
        .filter(set -> Revisions.number(set, Revisions.DESIRED, -1) == rollout.wanted())
        .isPresent();
  }

  private static List<ReplicaSet> largestFirst(List<ReplicaSet> sets, boolean newestFirst) {
    var order = new ArrayList<>(newestFirst ? sets.reversed() : sets);
    order.sort(Comparator.comparing(Counts::replicas, Comparator.reverseOrder()));
    return order;
  }

  private static int share(ReplicaSet set, Rollout rollout) {
    var size = Counts.replicas(set);
    if (rollout.wanted() == 0) {
      return -size;
    }
    var status = rollout.deployment().getStatus();
    var reported = status == null ? 0 : Numbers.orZero(status.getReplicas());
    var before = Math.max(1, Revisions.number(set, Revisions.MAX, reported));
    var after = (long) size * (rollout.wanted() + rollout.maxSurge());
    return (int) Math.floorDiv(2 * after + before, 2 * before) - size;
  }
}
