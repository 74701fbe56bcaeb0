package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.NodeSlot;
import dev.nauarch.scheduling.model.PodState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds the pods of lower priority whose stopping costs least and makes room for one pod. It tries
 * by taking pods out of the cluster's picture and putting them back; nothing remains changed.
 */
public final class Preemption {

  /** So many nodes are compared at most; more would cost time and hardly improve the choice. */
  private static final int NODE_LIMIT = 100;

  /**
   * Where room can be made.
   *
   * @param node on which node
   * @param victims who must stop, the dearest first; may hold places that nobody has taken yet
   */
  public record Plan(String node, List<PodState> victims) {

    /** Those that still have to be asked to stop; the others cost nothing more. */
    public List<PodState> live() {
      return victims.stream().filter(pod -> pod.stage() == PodState.Stage.LIVE).toList();
    }
  }

  private static final int LEAST = Integer.MIN_VALUE;

  private final Cluster cluster;
  private final Search search;
  private final Function<PodState, List<PodState>> togetherWith;

  /**
   * Over a cluster.
   *
   * @param togetherWith every pod that must stop when a pod is stopped, itself included
   */
  public Preemption(
      Cluster cluster, Search search, Function<PodState, List<PodState>> togetherWith) {
    this.cluster = cluster;
    this.search = search;
    this.togetherWith = togetherWith;
  }

  /** The cheapest plan, or none; a pod that may not preempt has none. */
  public Optional<Plan> cheapest(PodState pod) {
    if (!pod.mayPreempt() || !cluster.hasBelow(pod.priority())) {
      return Optional.empty();
    }
    var refusals = search.refusals(pod);
    var plans = new ArrayList<Plan>();
    for (var node = 0; node < cluster.numbers() && plans.size() < NODE_LIMIT; node++) {
      var slot = cluster.slot(node);
      var group = refusals.groupOf(node);
      if (slot != null && group != null && !group.isLasting()) {
        plan(pod, slot).ifPresent(plans::add);
      }
    }
    return plans.stream().min(BY_COST);
  }

  private Optional<Plan> plan(PodState pod, NodeSlot slot) {
    var lower =
        slot.pods().stream()
            .filter(other -> other.priority() < pod.priority())
            .sorted(DEAREST_FIRST)
            .toList();
    if (lower.isEmpty()) {
      return Optional.empty();
    }
    lower.forEach(victim -> cluster.unplace(victim.key()));
    var victims = new ArrayList<PodState>();
    var possible = search.fits(pod, slot.name());
    for (var candidate : lower) {
      cluster.place(candidate);
      if (possible && !search.fits(pod, slot.name())) {
        cluster.unplace(candidate.key());
        victims.add(candidate);
      }
    }
    victims.forEach(cluster::place);
    return possible && !victims.isEmpty() ? whole(pod, slot, victims) : Optional.empty();
  }

  /** Adds those that must stop together with a victim; none of them may be as important. */
  private Optional<Plan> whole(PodState pod, NodeSlot slot, List<PodState> victims) {
    var all = new ArrayList<PodState>();
    for (var victim : victims) {
      for (var together : togetherWith.apply(victim)) {
        if (all.stream().noneMatch(known -> known.key().equals(together.key()))) {
          all.add(together);
        }
      }
    }
    return all.stream().allMatch(victim -> victim.priority() < pod.priority())
        ? Optional.of(new Plan(slot.name(), List.copyOf(all)))
        : Optional.empty();
  }

  private static final Comparator<PodState> DEAREST_FIRST =
      Comparator.comparingInt(PodState::priority)
          .reversed()
          .thenComparing(PodState::created)
          .thenComparing(PodState::key);

  private static final Comparator<Plan> BY_COST =
      Comparator.<Plan>comparingInt(
              plan -> plan.live().stream().mapToInt(PodState::priority).max().orElse(LEAST))
          .thenComparingLong(plan -> plan.live().stream().mapToLong(PodState::priority).sum())
          .thenComparingInt(plan -> plan.live().size())
          .thenComparing(Preemption::youngest, Comparator.reverseOrder())
          .thenComparing(Plan::node);

  private static Instant youngest(Plan plan) {
    return plan.live().stream()
        .map(PodState::created)
        .min(Comparator.naturalOrder())
        .orElse(Instant.EPOCH);
  }
}
