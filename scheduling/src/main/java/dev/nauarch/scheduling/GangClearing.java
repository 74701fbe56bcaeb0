package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.GangPlacer.Wait.Reason;
import dev.nauarch.scheduling.GangPreemption.Plan;
import dev.nauarch.scheduling.fit.Area;
import dev.nauarch.scheduling.model.GangState;
import dev.nauarch.scheduling.model.PodState;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Makes room for gangs by stopping pods of lower priority, if those let it who have a say. */
final class GangClearing {

  /**
   * What came of it.
   *
   * @param words about those who stop, or why nobody does
   * @param reason what the gang waits for; while it waits for answers there is nothing to say
   */
  record Outcome(String words, Reason reason) {}

  private final World world;
  private final PodPlacer podPlacer;
  private final GangTopology topology;
  private final GangPreemption preemption;
  private final GangClearances clearances;

  /** What was said of those that are being stopped. */
  private final SortedMap<ObjectKey, String> wordsByGang = new TreeMap<>();

  GangClearing(
      World world,
      PodPlacer podPlacer,
      GangTrials trials,
      GangTopology topology,
      GangClearances clearances) {
    this.world = world;
    this.podPlacer = podPlacer;
    this.topology = topology;
    this.preemption = new GangPreemption(world, trials);
    this.clearances = clearances;
  }

  /**
   * Stops pods of lower priority if that makes room for all that are needed, else none.
   *
   * @param wanted the nodes that are being cleared for its pods already
   */
  Outcome makeRoom(
      GangState gang,
      List<PodState> present,
      List<PodState> waiting,
      int needed,
      SortedMap<ObjectKey, String> wanted,
      Instant now,
      List<SchedulerCommand> out) {
    if (isBeingCleared(wanted, waiting)) {
      nominate(wanted, out);
      return new Outcome(wordsByGang.getOrDefault(gang.key(), ""), Reason.CHANGES);
    }
    var failure = clearances.hear(gang.key(), waiting);
    if (failure.isPresent()) {
      waiting.forEach(pod -> podPlacer.withdrawNomination(pod, out));
      return new Outcome("nobody stops: " + failure.get() + ".", Reason.ANOTHER_TRY);
    }
    var struck = clearances.struck(gang.key());
    var plan =
        plan(
            topology.clearable(gang.topologyKey(), present, waiting, needed),
            waiting,
            needed,
            struck);
    if (plan.isPresent()
        && clearances.ask(gang.key(), waiting, plan.get().stopped().victims(), out)) {
      return new Outcome("", Reason.ANSWERS);
    }
    var victims =
        plan.map(one -> clearances.cleared(gang.key(), one.stopped().victims())).orElse(List.of());
    var nodeByPod =
        victims.isEmpty()
            ? Collections.<ObjectKey, String>emptySortedMap()
            : plan.get().nodeByPod();
    for (var pod : waiting) {
      if (!nodeByPod.containsKey(pod.key())) {
        podPlacer.withdrawNomination(pod, out);
      }
    }
    var words =
        victims.isEmpty()
            ? noRoom(waiting, plan.isPresent() || !struck.isEmpty())
            : clear(gang.key(), victims, nodeByPod, now, out);
    clearances.forget(gang.key());
    return new Outcome(words, Reason.CHANGES);
  }

  /** The cheapest plan without nodes that were struck out. */
  private Optional<Plan> plan(
      List<GangRange> ranges, List<PodState> waiting, int needed, SortedSet<String> struck) {
    if (struck.isEmpty()) {
      return preemption.cheapest(waiting, needed, ranges);
    }
    var left = without(struck);
    var rest =
        ranges.stream()
            .map(range -> range.within(left))
            .filter(range -> !range.area().isEmpty())
            .toList();
    return preemption
        .cheapest(waiting, needed, rest)
        .filter(one -> one.victims().noneMatch(pod -> struck.contains(pod.node())));
  }

  private Area without(SortedSet<String> nodes) {
    var numbers = IntStream.range(0, world.cluster.numbers());
    return Area.of(
        numbers
            .filter(
                number -> {
                  var slot = world.cluster.slot(number);
                  return slot != null && !nodes.contains(slot.name());
                })
            .toArray());
  }

  /** The gang has its places, or is gone. */
  void forget(ObjectKey gang) {
    wordsByGang.remove(gang);
    clearances.forget(gang);
  }

  private String clear(
      ObjectKey gang,
      List<PodState> victims,
      SortedMap<ObjectKey, String> nodeByPod,
      Instant now,
      List<SchedulerCommand> out) {
    podPlacer.makeWay(victims, "gang " + gang + " of higher priority", now, out);
    nominate(nodeByPod, out);
    var count = victims.stream().filter(victim -> !victim.isPlaceOnly()).count();
    var words =
        "room is being made by stopping "
            + count
            + (count == 1 ? " pod of lower priority." : " pods of lower priority.");
    wordsByGang.put(gang, words);
    return words;
  }

  private void nominate(SortedMap<ObjectKey, String> nodeByPod, List<SchedulerCommand> out) {
    nodeByPod.forEach(
        (key, node) -> world.pod(key).ifPresent(pod -> podPlacer.nominate(pod, node, out)));
  }

  private static String noRoom(List<PodState> waiting, boolean isStruck) {
    if (isStruck) {
      return "nobody stops: an extender leaves too few who may.";
    }
    return waiting.stream().allMatch(PodState::mayPreempt)
        ? "stopping pods of lower priority would not make room for the gang."
        : "not eligible due to preemptionPolicy=Never.";
  }

  /** Whether pods that were asked to stop are still where the gang is to go. */
  private boolean isBeingCleared(SortedMap<ObjectKey, String> wanted, List<PodState> waiting) {
    return wanted.values().stream()
        .distinct()
        .flatMap(node -> world.cluster.slot(node).stream())
        .flatMap(slot -> slot.pods().stream())
        .anyMatch(
            pod ->
                pod.stage() == PodState.Stage.ENDING
                    && pod.priority() < waiting.getFirst().priority());
  }
}
