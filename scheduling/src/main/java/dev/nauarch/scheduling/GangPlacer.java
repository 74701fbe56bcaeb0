package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.explain.Explanation;
import dev.nauarch.scheduling.model.GangPlacement;
import dev.nauarch.scheduling.model.GangState;
import dev.nauarch.scheduling.model.PodState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Decides for a gang as a whole: either at least its minimum is placed at once, in one write from
 * which the bindings follow, or nothing is taken at all.
 */
final class GangPlacer {

  /** Above this many waiting pods only the group is told why, not each of them. */
  private static final int TOLD_MAX = 64;

  private static final Explanation ASKS_EXTENDERS =
      Explanation.of(
          "Unschedulable",
          "AsksExtender",
          "An extender must be asked about its pods, which it is one by one; a gang is placed at"
              + " once.");

  private final World world;
  private final Bindings bindings;
  private final Reports reports;
  private final PodPlacer podPlacer;
  private final Holds holds;
  private final SortedSet<ObjectKey> committing = new TreeSet<>();

  GangPlacer(World world, Bindings bindings, Reports reports, PodPlacer podPlacer, Holds holds) {
    this.holds = holds;
    this.world = world;
    this.bindings = bindings;
    this.reports = reports;
    this.podPlacer = podPlacer;
  }

  /** What came of trying to give places to the pods of a gang. */
  private record Trial(SortedMap<ObjectKey, String> nodeByPod, List<PodState> homeless) {}

  /** Places the gang, or makes room for it, or says why not; the changes that may help then. */
  Optional<EnumSet<Hint>> attempt(GangState gang, Instant now, List<SchedulerCommand> out) {
    if (committing.contains(gang.key())) {
      return Optional.empty();
    }
    var waiting = waiting(gang.key());
    if (waiting.stream().anyMatch(podPlacer::needsAdvice)) {
      tell(gang, waiting, ASKS_EXTENDERS, now, out);
      return Optional.of(EnumSet.noneOf(Hint.class));
    }
    var needed = Math.max(1, gang.minCount() - settled(gang.key()));
    waiting.forEach(pod -> world.cluster.unplace(World.nominationKey(pod.key())));
    if (waiting.size() < needed) {
      tell(gang, waiting, incomplete(gang, waiting.size()), now, out);
      return Optional.of(EnumSet.noneOf(Hint.class));
    }
    var lent = waiting.stream().flatMap(pod -> holds.lend(pod).stream()).toList();
    var trial = tryAll(waiting);
    if (trial.nodeByPod.size() >= needed) {
      return commit(gang, waiting, trial, now, out);
    }
    var homeless = trial.homeless.getFirst();
    var refusals = world.search.refusals(homeless);
    var alone = world.explainer.unschedulable(homeless, refusals);
    var helpedBy = PodPlacer.hints(refusals);
    var fitting = trial.nodeByPod.size();
    undo(trial, waiting);
    podPlacer.clearTheWay(homeless, refusals, out);
    lent.forEach(holds::giveBack);
    var found = alone.withPreemption(preempt(gang, waiting, needed, now, out));
    var head = fitting + " of " + waiting.size() + " pods of the gang fit";
    var why =
        found.within(
            head + ", " + needed + " are needed. For the next: " + found.summary(),
            head + "; for " + homeless.key().name() + ": " + found.message());
    tell(gang, waiting, why, now, out);
    return Optional.of(helpedBy);
  }

  /** The decision is written: the bindings may follow. */
  void committed(ObjectKey gang, Instant now, List<SchedulerCommand> out) {
    committing.remove(gang);
    bindings.committed(gang, now, out);
  }

  /** The decision could not be written: it never was. */
  void commitFailed(ObjectKey gang) {
    committing.remove(gang);
    bindings.takeBack(gang);
  }

  /**
   * Continues a decision that was written before this scheduler started: pods that are not bound
   * yet are bound where it says. One that does not fit there any more is decided anew.
   */
  void rollForward(GangState gang, Instant now, List<SchedulerCommand> out) {
    for (var pod : waiting(gang.key())) {
      var node = gang.placement().nodeByPod().get(pod.key().name());
      if (node != null && world.search.fits(pod, node) && world.assume(pod, node)) {
        bindings.decide(pod, node, now, out);
      }
    }
  }

  /** Gives a gang's places back after a failure that will not pass; its bound pods are stopped. */
  void release(GangState gang, String why, Instant now, List<SchedulerCommand> out) {
    committing.remove(gang.key());
    bindings.takeBack(gang.key());
    out.add(
        new SchedulerCommand.ReleaseGang(
            gang.key(), Explanation.of("Unschedulable", "GangReleased", why), now));
    reports.forgetGang(gang.key());
    for (var member : world.members(gang.key())) {
      if (member.isBound() && member.stage() == PodState.Stage.LIVE) {
        podPlacer.stop(member, "GangReleased", why, now, out);
      }
    }
  }

  void forget(ObjectKey gang) {
    committing.remove(gang);
    bindings.takeBack(gang);
    reports.forgetGang(gang);
  }

  private Optional<EnumSet<Hint>> commit(
      GangState gang,
      List<PodState> waiting,
      Trial trial,
      Instant now,
      List<SchedulerCommand> out) {
    var nodeByName = new TreeMap<String, String>();
    for (var member : world.members(gang.key())) {
      if (member.isBound() && member.stage() == PodState.Stage.LIVE) {
        nodeByName.put(member.key().name(), member.node());
      }
    }
    for (var pod : waiting) {
      var node = trial.nodeByPod.get(pod.key());
      if (node != null) {
        podPlacer.forget(pod.key());
        bindings.reserve(pod, node);
        reports.placed(pod, out);
        nodeByName.put(pod.key().name(), node);
      }
    }
    committing.add(gang.key());
    reports.placed(gang);
    out.add(new SchedulerCommand.CommitGang(gang.key(), new GangPlacement(nodeByName), now));
    return Optional.empty();
  }

  /** Gives every pod a place in turn; what found one keeps it in the cluster's picture. */
  private Trial tryAll(List<PodState> waiting) {
    var nodeByPod = new TreeMap<ObjectKey, String>();
    var homeless = new ArrayList<PodState>();
    for (var pod : waiting) {
      var node =
          !homeless.isEmpty() && isLike(homeless.getLast(), pod)
              ? Optional.<String>empty()
              : world.search.best(pod);
      if (node.isPresent() && world.assume(pod, node.get())) {
        world.cluster.place(pod.on(node.get()));
        nodeByPod.put(pod.key(), node.get());
      } else {
        homeless.add(pod);
      }
    }
    return new Trial(nodeByPod, homeless);
  }

  /** Whether nothing but the name makes a difference, so that one's fate is the other's. */
  private static boolean isLike(PodState one, PodState other) {
    return one.shape().equals(other.shape())
        && one.neighbours().equals(other.neighbours())
        && one.shape().policy().plugins().isEmpty()
        && one.membership().controller().equals(other.membership().controller())
        && one.devices().isEmpty()
        && other.devices().isEmpty()
        && one.labels().equals(other.labels());
  }

  private void undo(Trial trial, List<PodState> waiting) {
    trial.nodeByPod.keySet().forEach(world.cluster::unplace);
    waiting.forEach(world::release);
  }

  /** Stops pods of lower priority if that makes room for all that are needed, else none. */
  private String preempt(
      GangState gang, List<PodState> waiting, int needed, Instant now, List<SchedulerCommand> out) {
    var victims = new ArrayList<PodState>();
    var trial = new Trial(new TreeMap<>(), new ArrayList<>());
    for (var pod : waiting) {
      var node = world.search.best(pod);
      if (node.isEmpty()) {
        var plan = world.preemption.cheapest(pod);
        plan.ifPresent(
            chosen -> {
              chosen.victims().forEach(victim -> world.cluster.unplace(victim.key()));
              victims.addAll(chosen.victims());
            });
        node = plan.map(chosen -> chosen.node());
      }
      if (node.isEmpty() || !world.assume(pod, node.get())) {
        break;
      }
      world.cluster.place(pod.on(node.get()));
      trial.nodeByPod.put(pod.key(), node.get());
    }
    undo(trial, waiting);
    victims.forEach(world.cluster::place);
    if (trial.nodeByPod.size() < needed || victims.isEmpty()) {
      return "stopping pods of lower priority would not make room for the gang.";
    }
    podPlacer.makeWay(victims, "gang " + gang.key() + " of higher priority", now, out);
    for (var pod : waiting) {
      var node = trial.nodeByPod.get(pod.key());
      if (node != null) {
        world.cluster.place(World.nomination(pod, node));
      }
    }
    return "room is being made by stopping " + victims.size() + " pods of lower priority.";
  }

  private void tell(
      GangState gang,
      List<PodState> waiting,
      Explanation why,
      Instant now,
      List<SchedulerCommand> out) {
    reports.waits(gang, why, now, out);
    if (waiting.size() <= TOLD_MAX) {
      waiting.forEach(pod -> reports.waits(pod, why, now, out));
    }
  }

  private static Explanation incomplete(GangState gang, int present) {
    return Explanation.of(
        "Unschedulable",
        "GangIncomplete",
        "The gang needs "
            + gang.minCount()
            + " pods at once; "
            + present
            + (present == 1 ? " exists" : " exist")
            + " and can be placed.");
  }

  private List<PodState> waiting(ObjectKey gang) {
    return world.members(gang).stream()
        .filter(PodState::waits)
        .filter(pod -> !bindings.isDecided(pod.key()))
        .sorted(Comparator.comparing(pod -> pod.key().name(), RankOrder.INSTANCE))
        .toList();
  }

  /** Those that have their place already. */
  private int settled(ObjectKey gang) {
    return (int)
        world.members(gang).stream()
            .filter(pod -> pod.stage() == PodState.Stage.LIVE)
            .filter(pod -> pod.isBound() || bindings.isDecided(pod.key()))
            .count();
  }
}
