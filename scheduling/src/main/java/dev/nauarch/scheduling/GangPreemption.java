package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.fit.Area;
import dev.nauarch.scheduling.fit.Preemption;
import dev.nauarch.scheduling.model.PodState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Finds who has to stop for a whole gang. Its pods are placed in turn, each where that costs least;
 * then every victim that is not needed any more is given its place back, those first that a budget
 * protects, and of the others the important ones, by the order of Kubernetes' own scheduler. What
 * must stop together is taken and given back together. Nothing remains changed.
 */
final class GangPreemption {

  /**
   * Who stops, and where the gang goes then.
   *
   * @param nodeByPod the gang's places
   * @param stopped who stops for them, and what that costs
   */
  record Plan(SortedMap<ObjectKey, String> nodeByPod, Preemption.Plan stopped) {

    /** Those that stop. */
    Stream<PodState> victims() {
      return stopped.victims().stream().filter(pod -> !pod.isPlaceOnly());
    }
  }

  /** Pods that stop together. */
  private record Unit(List<PodState> pods, boolean isGroup) {

    int priority() {
      return pods.stream().mapToInt(PodState::priority).max().orElse(0);
    }

    Instant earliest() {
      return pods.stream().map(PodState::created).min(Comparator.naturalOrder()).orElseThrow();
    }
  }

  /** Groups before pods, large groups before small ones, what is older before what is younger. */
  private static final Comparator<Unit> IMPORTANT_FIRST =
      Comparator.comparingInt(Unit::priority)
          .reversed()
          .thenComparing(Comparator.comparing(Unit::isGroup).reversed())
          .thenComparing(Comparator.<Unit>comparingInt(unit -> unit.pods.size()).reversed())
          .thenComparing(Unit::earliest)
          .thenComparing(unit -> unit.pods.getFirst().key());

  private final World world;
  private final GangTrials trials;

  GangPreemption(World world, GangTrials trials) {
    this.world = world;
    this.trials = trials;
  }

  /**
   * The plan that costs least.
   *
   * @param needed how many pods must find a place
   * @param ranges in one of which they all must be
   */
  Optional<Plan> cheapest(List<PodState> waiting, int needed, List<GangRange> ranges) {
    if (!waiting.stream().allMatch(PodState::mayPreempt)) {
      return Optional.empty();
    }
    Optional<Plan> best = Optional.empty();
    for (var range : ranges) {
      var plan = in(range, waiting, needed);
      if (plan.isPresent()
          && (best.isEmpty() || Preemption.compare(plan.get().stopped, best.get().stopped) < 0)) {
        best = plan;
      }
    }
    return best;
  }

  private Optional<Plan> in(GangRange range, List<PodState> waiting, int needed) {
    var victims = new LinkedHashMap<ObjectKey, PodState>();
    var nodeByPod = new TreeMap<ObjectKey, String>();
    Optional<PodState> homeless = Optional.empty();
    for (var pod : waiting) {
      if (homeless.filter(other -> GangTrials.isLike(other, pod)).isPresent()) {
        continue;
      }
      var area = range.of(pod);
      var node = trials.best(pod, area).or(() -> clear(pod, area, victims));
      if (node.isPresent() && trials.take(pod, node.get())) {
        nodeByPod.put(pod.key(), node.get());
      } else {
        homeless = Optional.of(pod);
      }
    }
    var all = List.copyOf(victims.values());
    if (nodeByPod.size() >= needed && !victims.isEmpty()) {
      spare(victims, nodeByPod, waiting);
    }
    trials.undo(new GangTrials.Trial(nodeByPod, List.of()), waiting);
    all.forEach(world.cluster::place);
    world.cluster.budgets().spend(List.of());
    return nodeByPod.size() < needed || victims.isEmpty()
        ? Optional.empty()
        : Optional.of(new Plan(nodeByPod, plan(List.copyOf(victims.values()))));
  }

  private Optional<String> clear(PodState pod, Area area, Map<ObjectKey, PodState> victims) {
    var plan = world.preemption.cheapest(pod, area);
    for (var victim : plan.map(Preemption.Plan::victims).orElse(List.of())) {
      if (victims.putIfAbsent(victim.key(), victim) == null) {
        world.cluster.unplace(victim.key());
      }
    }
    world.cluster.budgets().spend(live(victims.values()));
    return plan.map(Preemption.Plan::node);
  }

  private Preemption.Plan plan(List<PodState> victims) {
    return new Preemption.Plan("", victims, world.cluster.budgets().broken(live(victims)).size());
  }

  private static List<PodState> live(Iterable<PodState> pods) {
    var live = new ArrayList<PodState>();
    for (var pod : pods) {
      if (pod.stage() == PodState.Stage.LIVE) {
        live.add(pod);
      }
    }
    return live;
  }

  /** Gives victims their places back where the gang keeps all of its own; takes those out. */
  private void spare(
      Map<ObjectKey, PodState> victims,
      SortedMap<ObjectKey, String> nodeByPod,
      List<PodState> waiting) {
    var units = units(victims);
    world.cluster.budgets().spend(List.of());
    var broken =
        world.cluster.budgets().broken(units.stream().flatMap(unit -> unit.pods.stream()).toList());
    units.sort(
        Comparator.<Unit, Boolean>comparing(unit -> unit.pods.stream().noneMatch(broken::contains))
            .thenComparing(IMPORTANT_FIRST));
    for (var unit : units) {
      if (isSpared(unit, nodeByPod, waiting)) {
        unit.pods.forEach(pod -> victims.remove(pod.key()));
      }
    }
  }

  private List<Unit> units(Map<ObjectKey, PodState> victims) {
    var podsByUnit = new LinkedHashMap<ObjectKey, List<PodState>>();
    for (var victim : live(victims.values())) {
      podsByUnit.computeIfAbsent(world.unitOf(victim), ignored -> new ArrayList<>()).add(victim);
    }
    var units = new ArrayList<Unit>();
    for (var pods : podsByUnit.values()) {
      units.add(new Unit(pods, !pods.getFirst().membership().gang().isEmpty()));
    }
    units.sort(IMPORTANT_FIRST);
    return units;
  }

  private boolean isSpared(
      Unit unit, SortedMap<ObjectKey, String> nodeByPod, List<PodState> waiting) {
    unit.pods.forEach(world.cluster::place);
    for (var pod : waiting) {
      var node = nodeByPod.get(pod.key());
      if (node != null && isConcerned(pod, node, unit) && !stands(pod, node)) {
        unit.pods.forEach(back -> world.cluster.unplace(back.key()));
        world.assume(pod, node);
        return false;
      }
    }
    return true;
  }

  private boolean isConcerned(PodState pod, String node, Unit unit) {
    return !pod.neighbours().isEmpty()
        || world.cluster.topology().keepsApart()
        || unit.pods.stream().anyMatch(other -> other.node().equals(node));
  }

  /** Whether a pod would still find the place that it has, and what it claims. */
  private boolean stands(PodState pod, String node) {
    world.cluster.unplace(pod.key());
    world.release(pod);
    var stands = world.search.fits(pod, node) && world.assume(pod, node);
    world.cluster.place(pod.on(node));
    return stands;
  }
}
