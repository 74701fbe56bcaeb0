package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.device.DeviceBook;
import dev.nauarch.scheduling.device.DeviceCommand;
import dev.nauarch.scheduling.explain.Explanation;
import dev.nauarch.scheduling.extender.Clearances;
import dev.nauarch.scheduling.extender.Consultations;
import dev.nauarch.scheduling.extender.Said;
import dev.nauarch.scheduling.fit.Advice;
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
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Decides for one pod at a time. */
final class PodPlacer {

  /** Why pods stop that make room. */
  private static final String PREEMPTED = "PreemptionByScheduler";

  private final World world;
  private final Bindings bindings;
  private final Reports reports;
  private final Holds holds;
  private final Consultations consultations;
  private final SortedMap<ObjectKey, String> nominatedNodeByPod = new TreeMap<>();
  private boolean freed;

  /** Those for which somebody gave no answer without whom they can't be placed. */
  private final SortedSet<ObjectKey> failed = new TreeSet<>();

  PodPlacer(
      World world, Bindings bindings, Reports reports, Holds holds, Consultations consultations) {
    this.holds = holds;
    this.consultations = consultations;
    this.world = world;
    this.bindings = bindings;
    this.reports = reports;
  }

  /**
   * Places the pod, or makes room for it, or says why not; the changes that may help then. Where
   * somebody outside has to be asked first, the pod is left as it is until there is an answer.
   */
  Optional<EnumSet<Hint>> attempt(PodState pod, Instant now, List<SchedulerCommand> out) {
    if (consultations.areOpen(pod.key())) {
      return Optional.of(EnumSet.noneOf(Hint.class));
    }
    var nominated = nominatedNodeByPod.getOrDefault(pod.key(), "");
    world.cluster.unplace(World.nominationKey(pod.key()));
    var lent = holds.lend(pod);
    var said = consultations.take(pod.key());
    if (said.isEmpty() && consultations.concern(pod) && consult(pod, out)) {
      keepPlaces(pod, nominated, lent);
      return Optional.of(EnumSet.noneOf(Hint.class));
    }
    var advice = said.<Advice>map(one -> one).orElse(Advice.NONE);
    var wanted = lent.map(PodState::node).orElse(nominated);
    var node =
        !wanted.isEmpty() && world.search.fits(pod, wanted, advice)
            ? Optional.of(wanted)
            : world.search.best(pod, advice);
    if (node.isPresent() && world.assume(pod, node.get())) {
      nominatedNodeByPod.remove(pod.key());
      freed |= !wanted.isEmpty() && !wanted.equals(node.get());
      bindings.decide(pod, node.get(), now, out);
      reports.placed(pod, out);
      firstOf(pod).ifPresent(group -> reports.started(group, now, out));
      return Optional.empty();
    }
    var refusals = world.search.refusals(pod, advice);
    if (said.isPresent() && refusals.count() < world.cluster.size() && consult(pod, out)) {
      keepPlaces(pod, nominated, lent);
      return Optional.of(EnumSet.noneOf(Hint.class));
    }
    lent.ifPresent(holds::giveBack);
    if (said.filter(Said::hasFailed).isPresent()) {
      failed.add(pod.key());
    }
    var clearances = consultations.clearances();
    if (!clearances.concern(pod)) {
      var plan = world.preemption.cheapest(pod);
      return Optional.of(refuse(pod, refusals, plan, noRoom(pod, refusals), now, out));
    }
    var plans = world.preemption.candidates(pod);
    var cleared = clearances.take(pod.key());
    var victims = Plans.victims(plans);
    if (!victims.isEmpty() && cleared.isEmpty()) {
      ask(pod, clearances.ask(pod, victims), out);
      keepPlaces(pod, nominated, Optional.empty());
      return Optional.of(EnumSet.noneOf(Hint.class));
    }
    return Optional.of(refuse(pod, refusals, plans, cleared, now, out));
  }

  /** With what those have said who have a say in who stops. */
  private EnumSet<Hint> refuse(
      PodState pod,
      Refusals refusals,
      List<Preemption.Plan> plans,
      Optional<Clearances.Outcome> said,
      Instant now,
      List<SchedulerCommand> out) {
    return switch (said.orElseGet(() -> new Clearances.Outcome.Cleared(new TreeMap<>()))) {
      case Clearances.Outcome.Cleared(var uidsByNode) ->
          refuse(pod, refusals, Plans.first(plans, uidsByNode), noRoom(pod, refusals), now, out);
      case Clearances.Outcome.Failed(var why) -> {
        failed.add(pod.key());
        yield refuse(pod, refusals, Optional.empty(), why + ".", now, out);
      }
    };
  }

  private EnumSet<Hint> refuse(
      PodState pod,
      Refusals refusals,
      Optional<Preemption.Plan> plan,
      String noRoom,
      Instant now,
      List<SchedulerCommand> out) {
    var why = world.explainer.unschedulable(pod, refusals);
    var words = plan.map(chosen -> makeRoom(pod, chosen, now, out)).orElse(noRoom);
    if (plan.isEmpty()) {
      withdrawNomination(pod, out);
    }
    var all = why.withPreemption(words);
    reports.waits(pod, all, now, out);
    firstOf(pod).ifPresent(group -> reports.waits(group, all, now, out));
    clearTheWay(pod, refusals, out);
    return hints(refusals);
  }

  /** The group of which a pod would be the first that is placed. */
  private Optional<GangState> firstOf(PodState pod) {
    return world.groupOf(pod).filter(group -> !group.course().scheduled());
  }

  /** Asks about all nodes that are possible; whether there are some. */
  private boolean consult(PodState pod, List<SchedulerCommand> out) {
    var nodes = world.search.possible(pod);
    if (nodes.isEmpty()) {
      return false;
    }
    ask(pod, consultations.ask(pod, nodes), out);
    return true;
  }

  /** Sends a question out. */
  void ask(PodState pod, Consultations.Asked asked, List<SchedulerCommand> out) {
    out.add(new SchedulerCommand.AskExtender(pod.key(), pod.uid(), asked.question()));
  }

  private void keepPlaces(PodState pod, String nominated, Optional<PodState> lent) {
    lent.ifPresent(holds::giveBack);
    if (!nominated.isEmpty()) {
      world.cluster.place(World.nomination(pod, nominated));
    }
  }

  /** Whether the last try went wrong for want of an answer; says so once. */
  boolean takeFailed(ObjectKey pod) {
    return failed.remove(pod);
  }

  /**
   * A claim whose devices keep its only pod from every node gets others; what an earlier decision
   * has left goes.
   */
  void clearTheWay(PodState pod, Refusals refusals, List<SchedulerCommand> out) {
    var devices = world.cluster.devices();
    if (isRefusedFor(DeviceBook.NOT_HERE, refusals)) {
      var claim = devices.inTheWay(pod);
      claim.ifPresent(devices::leaves);
      claim
          .map(DeviceCommand.Deallocate::new)
          .map(SchedulerCommand.ForDevices::new)
          .ifPresent(out::add);
    }
    if (isRefusedFor(DeviceBook.STALE, refusals)) {
      var left = devices.leftBy(pod);
      if (left.isPresent() || pod.devices().extended().isNoted()) {
        out.add(
            new SchedulerCommand.ForDevices(
                new DeviceCommand.Withdraw(pod.key(), pod.uid(), left)));
      }
    }
  }

  private static boolean isRefusedFor(String reason, Refusals refusals) {
    return refusals.distinct().anyMatch(refusal -> refusal.reason().equals(reason));
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

  /** Goes on holding the place that a pod says is being cleared for it, as after a restart. */
  void recall(PodState pod) {
    var node = pod.membership().nominated();
    if (!node.isEmpty() && !nominatedNodeByPod.containsKey(pod.key())) {
      nominatedNodeByPod.put(pod.key(), node);
      world.cluster.place(World.nomination(pod, node));
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
    var count = plan.victims().stream().filter(victim -> !victim.isPlaceOnly()).count();
    return "room is being made on node "
        + plan.node()
        + " by stopping "
        + count
        + (count == 1 ? " pod of lower priority." : " pods of lower priority.");
  }

  /** Holds a place for a pod until those who must leave it are gone. */
  void nominate(PodState pod, String node, List<SchedulerCommand> out) {
    world.cluster.place(World.nomination(pod, node));
    var before = nominatedNodeByPod.put(pod.key(), node);
    if (!node.equals(before)) {
      freed |= before != null;
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
      if (victim.isPlaceOnly()) {
        world.cluster.unplace(victim.key());
        withdrawNomination(victim.placeFor(), out);
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

  /** Gives up the place that is held for a pod. */
  void giveUpNomination(PodState pod, List<SchedulerCommand> out) {
    world.cluster.unplace(World.nominationKey(pod.key()));
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
