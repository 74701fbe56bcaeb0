package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.device.DeviceBook;
import dev.nauarch.scheduling.device.DeviceCommand;
import dev.nauarch.scheduling.explain.Explanation;
import dev.nauarch.scheduling.fit.Preemption;
import dev.nauarch.scheduling.fit.Refusal;
import dev.nauarch.scheduling.fit.Refusals;
import dev.nauarch.scheduling.model.GangState;
import dev.nauarch.scheduling.model.PodState;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Decides for one pod at a time. */
final class PodPlacer {

  /** Why pods stop that make room. */
  private static final String PREEMPTED = "PreemptionByScheduler";

  private final World world;
  private final Bindings bindings;
  private final Reports reports;
  private final Holds holds;
  private final SortedMap<ObjectKey, String> nominatedNodeByPod = new TreeMap<>();
  private boolean freed;

  PodPlacer(World world, Bindings bindings, Reports reports, Holds holds) {
    this.holds = holds;
    this.world = world;
    this.bindings = bindings;
    this.reports = reports;
  }

  /** Places the pod, or makes room for it, or says why not; the changes that may help then. */
  Optional<EnumSet<Hint>> attempt(PodState pod, Instant now, List<SchedulerCommand> out) {
    var nominated = nominatedNodeByPod.getOrDefault(pod.key(), "");
    world.cluster.unplace(World.nominationKey(pod.key()));
    var lent = holds.lend(pod);
    var wanted = lent.map(PodState::node).orElse(nominated);
    var node =
        !wanted.isEmpty() && world.search.fits(pod, wanted)
            ? Optional.of(wanted)
            : world.search.best(pod);
    if (node.isPresent() && world.assume(pod, node.get())) {
      nominatedNodeByPod.remove(pod.key());
      bindings.decide(pod, node.get(), now, out);
      reports.placed(pod, out);
      firstOf(pod).ifPresent(group -> reports.started(group, now, out));
      return Optional.empty();
    }
    lent.ifPresent(holds::giveBack);
    var refusals = world.search.refusals(pod);
    var why = world.explainer.unschedulable(pod, refusals);
    var plan = world.preemption.cheapest(pod);
    var words =
        plan.map(chosen -> makeRoom(pod, chosen, now, out)).orElseGet(() -> noRoom(pod, refusals));
    if (plan.isEmpty()) {
      withdrawNomination(pod, out);
    }
    var all = why.withPreemption(words);
    reports.waits(pod, all, now, out);
    firstOf(pod).ifPresent(group -> reports.waits(group, all, now, out));
    clearTheWay(pod, refusals, out);
    return Optional.of(hints(refusals));
  }

  /** The group of which a pod would be the first that is placed. */
  private Optional<GangState> firstOf(PodState pod) {
    return world.groupOf(pod).filter(group -> !group.course().scheduled());
  }

  /** A claim whose devices keep its only pod from every node gets others. */
  void clearTheWay(PodState pod, Refusals refusals, List<SchedulerCommand> out) {
    if (refusals.distinct().anyMatch(refusal -> refusal.reason().equals(DeviceBook.NOT_HERE))) {
      world
          .cluster
          .devices()
          .inTheWay(pod)
          .map(DeviceCommand.Deallocate::new)
          .map(SchedulerCommand.ForDevices::new)
          .ifPresent(out::add);
    }
  }

  /** Says of a pod why it is not even tried. */
  void waits(PodState pod, Explanation why, Instant now, List<SchedulerCommand> out) {
    reports.waits(pod, why, now, out);
  }

  /** The pod is gone or has its place; nothing is held for it any more. */
  void forget(ObjectKey pod) {
    if (nominatedNodeByPod.remove(pod) != null) {
      world.cluster.unplace(World.nominationKey(pod));
      freed = true;
    }
  }

  /** Whether a place that was held became free since this was last asked. */
  boolean takeFreed() {
    var result = freed;
    freed = false;
    return result;
  }

  /** Asks the victims of a plan to stop and holds the place; what to say about it. */
  String makeRoom(PodState pod, Preemption.Plan plan, Instant now, List<SchedulerCommand> out) {
    makeWay(plan.victims(), pod.key() + " of higher priority", now, out);
    nominate(pod, plan.node(), out);
    var count = plan.victims().stream().filter(victim -> !World.isHeld(victim)).count();
    return "room is being made on node "
        + plan.node()
        + " by stopping "
        + count
        + (count == 1 ? " pod of lower priority." : " pods of lower priority.");
  }

  /** Holds a place for a pod until those who must leave it are gone. */
  void nominate(PodState pod, String node, List<SchedulerCommand> out) {
    world.cluster.place(World.nomination(pod, node));
    if (!node.equals(nominatedNodeByPod.put(pod.key(), node))) {
      out.add(new SchedulerCommand.NominateNode(pod.key(), node));
    }
  }

  /** The nodes that are being cleared for pods. */
  SortedMap<ObjectKey, String> nominations(List<PodState> pods) {
    var nodeByPod = new TreeMap<ObjectKey, String>();
    for (var pod : pods) {
      var node = nominatedNodeByPod.get(pod.key());
      if (node != null) {
        nodeByPod.put(pod.key(), node);
      }
    }
    return nodeByPod;
  }

  /**
   * Asks pods to stop for others, and says so of groups that stop whole; places that were only held
   * are simply free.
   */
  void makeWay(List<PodState> victims, String forWhom, Instant now, List<SchedulerCommand> out) {
    victims.stream()
        .filter(victim -> victim.stage() == PodState.Stage.LIVE)
        .filter(victim -> !world.unitOf(victim).equals(victim.key()))
        .map(PodState::gangKey)
        .distinct()
        .map(
            group ->
                new SchedulerCommand.DisruptGang(
                    group, PREEMPTED, "makes room for " + forWhom, now))
        .forEach(out::add);
    for (var victim : victims) {
      if (World.isHeld(victim)) {
        world.cluster.unplace(victim.key());
        withdrawNomination(World.heldFor(victim), out);
      } else if (victim.stage() == PodState.Stage.LIVE) {
        if (!bindings.isSent(victim.key())) {
          bindings.takeBackPod(victim.key());
        }
        stop(victim, PREEMPTED, "makes room for " + forWhom, now, out);
      }
    }
  }

  /** Asks a pod to stop. */
  void stop(PodState pod, String reason, String why, Instant now, List<SchedulerCommand> out) {
    world.stop(pod);
    out.add(new SchedulerCommand.EvictPod(pod.key(), pod.uid(), reason, why, now));
  }

  /** Goes on holding what was held for a pod. */
  void holdNomination(PodState pod) {
    var node = nominatedNodeByPod.get(pod.key());
    if (node != null) {
      world.cluster.place(World.nomination(pod, node));
    }
  }

  /** No room is being made for a pod any more. */
  void withdrawNomination(PodState pod, List<SchedulerCommand> out) {
    withdrawNomination(pod.key(), out);
  }

  private void withdrawNomination(ObjectKey pod, List<SchedulerCommand> out) {
    if (nominatedNodeByPod.remove(pod) != null) {
      out.add(new SchedulerCommand.NominateNode(pod, ""));
      freed = true;
    }
  }

  private String noRoom(PodState pod, Refusals refusals) {
    if (!pod.mayPreempt()) {
      return "not eligible due to preemptionPolicy=Never.";
    }
    var nodes = world.cluster.size();
    var hopeless =
        refusals.groups().stream()
            .filter(Refusals.Group::isLasting)
            .mapToLong(Refusals.Group::count)
            .sum();
    var parts = new TreeMap<String, Long>();
    parts.put("Preemption is not helpful for scheduling", hopeless);
    parts.put("No preemption victims found for incoming pod", refusals.count() - hopeless);
    var detail =
        parts.entrySet().stream()
            .filter(part -> part.getValue() > 0)
            .map(part -> part.getValue() + " " + part.getKey())
            .sorted()
            .toList();
    return nodes == 0
        ? ""
        : "0/" + nodes + " nodes are available: " + String.join(", ", detail) + ".";
  }

  static EnumSet<Hint> hints(Refusals refusals) {
    return Hint.against(refusals.distinct().map(Refusal::rule).distinct().toList());
  }
}
