package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.NodeSlot;
import dev.nauarch.scheduling.fit.Preemption.Plan;
import dev.nauarch.scheduling.model.PodState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Finds who has to stop on a node for a pod to fit there, as few and as unimportant as can be. It
 * takes pods out of the cluster's picture and puts them back; nothing remains changed.
 *
 * <p>As in Kubernetes' own scheduler all that may be stopped are taken away first, and are then
 * given back one by one, those first that a disruption budget protects.
 */
final class Victims {

  /** Those that are asked to stop already cost nothing more, so they stay longest. */
  private static final Comparator<PodState> DEAREST_FIRST =
      Comparator.comparing(PodState::stage)
          .thenComparing(PodState::priority, Comparator.reverseOrder())
          .thenComparing(PodState::created)
          .thenComparing(PodState::key);

  /**
   * What was found for a node.
   *
   * @param plan who has to stop, if that helps
   * @param hingesOnOthers whether a gang with pods elsewhere is why there is no plan
   */
  record Found(Optional<Plan> plan, boolean hingesOnOthers) {

    private static final Found NONE = new Found(Optional.empty(), false);
  }

  private final Cluster cluster;
  private final Function<PodState, List<PodState>> togetherWith;

  /**
   * Over a cluster.
   *
   * @param togetherWith every pod that must stop when a pod is stopped, itself included
   */
  Victims(Cluster cluster, Function<PodState, List<PodState>> togetherWith) {
    this.cluster = cluster;
    this.togetherWith = togetherWith;
  }

  /**
   * Looks for a plan for a node.
   *
   * @param priority that of the pod; only pods below it stop
   * @param elsewhere pods of lower priority on other nodes that may be in the way too
   * @param fits whether the pod fits, as the picture is when it is asked
   */
  Found find(int priority, NodeSlot slot, List<PodState> elsewhere, BooleanSupplier fits) {
    var lower = new ArrayList<PodState>(elsewhere);
    for (var other : slot.pods()) {
      if (other.priority() < priority) {
        lower.add(other);
      }
    }
    if (lower.isEmpty()) {
      return Found.NONE;
    }
    lower.sort(DEAREST_FIRST);
    var broken = cluster.budgets().broken(lower.stream().filter(Victims::isLive).toList());
    lower.forEach(cluster::lift);
    var victims = new ArrayList<PodState>();
    var violations = 0;
    var possible = fits.getAsBoolean();
    if (possible) {
      for (var pod : broken) {
        violations += isNeeded(pod, fits, victims) ? 1 : 0;
      }
      for (var pod : lower) {
        if (!broken.contains(pod)) {
          isNeeded(pod, fits, victims);
        }
      }
      victims.forEach(cluster::putBack);
    } else {
      lower.forEach(cluster::putBack);
    }
    return possible && !victims.isEmpty() ? whole(priority, slot, victims, violations) : Found.NONE;
  }

  /** Gives a pod its place back, unless the other pod does not fit then. */
  private boolean isNeeded(PodState pod, BooleanSupplier fits, List<PodState> victims) {
    cluster.putBack(pod);
    if (fits.getAsBoolean()) {
      return false;
    }
    cluster.lift(pod);
    victims.add(pod);
    return true;
  }

  /** Adds those that must stop together with a victim; none of them may be as important. */
  private Found whole(int priority, NodeSlot slot, List<PodState> victims, int violations) {
    var all = new ArrayList<PodState>();
    for (var victim : victims) {
      // Those who stop already take nobody with them who was not asked then.
      for (var together : isLive(victim) ? togetherWith.apply(victim) : List.of(victim)) {
        if (all.stream().noneMatch(known -> known.key().equals(together.key()))) {
          all.add(together);
        }
      }
    }
    return all.stream().allMatch(victim -> victim.priority() < priority)
        ? new Found(Optional.of(new Plan(slot.name(), List.copyOf(all), violations)), false)
        : new Found(Optional.empty(), true);
  }

  private static boolean isLive(PodState pod) {
    return pod.stage() == PodState.Stage.LIVE;
  }
}
