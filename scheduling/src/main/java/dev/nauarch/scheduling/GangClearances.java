package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.extender.Clearances;
import dev.nauarch.scheduling.extender.Question.Victim;
import dev.nauarch.scheduling.extender.Question.Victims;
import dev.nauarch.scheduling.model.PodState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whom extenders let stop for gangs. They are asked about all at once that would have to stop, in
 * the name of the first of the gang's pods that is their business. A node that they strike out is
 * not there for the gang in this attempt, so that they may have to be asked about others then.
 */
final class GangClearances {

  /** What was asked and said in one attempt. */
  private static final class Talk {
    private final NavigableSet<String> nodes = new TreeSet<>();
    private final NavigableSet<String> struck = new TreeSet<>();
    private final NavigableSet<String> askedUids = new TreeSet<>();
    private final NavigableSet<String> clearedUids = new TreeSet<>();

    void take(SortedMap<String, List<String>> uidsByNode) {
      nodes.stream().filter(node -> !uidsByNode.containsKey(node)).forEach(struck::add);
      uidsByNode.values().forEach(clearedUids::addAll);
    }
  }

  private final World world;
  private final Clearances clearances;
  private final PodPlacer podPlacer;
  private final SortedMap<ObjectKey, Talk> talkByGang = new TreeMap<>();

  GangClearances(World world, Clearances clearances, PodPlacer podPlacer) {
    this.world = world;
    this.clearances = clearances;
    this.podPlacer = podPlacer;
  }

  /**
   * Takes up what was said.
   *
   * @return why nobody may stop, where somebody gave no answer; the attempt is over then
   */
  Optional<String> hear(ObjectKey gang, List<PodState> waiting) {
    var talk = talkByGang.get(gang);
    var said = waiting.stream().flatMap(pod -> clearances.take(pod.key()).stream()).findFirst();
    if (talk != null && said.isPresent()) {
      switch (said.get()) {
        case Clearances.Outcome.Cleared(var uidsByNode) -> talk.take(uidsByNode);
        case Clearances.Outcome.Failed(var why) -> {
          talkByGang.remove(gang);
          return Optional.of(why);
        }
      }
    } else {
      talkByGang.remove(gang); // whoever it was asked for is gone, or is another now
    }
    return Optional.empty();
  }

  /** The nodes that were struck out. */
  SortedSet<String> struck(ObjectKey gang) {
    var talk = talkByGang.get(gang);
    return talk == null ? Collections.emptySortedSet() : talk.struck;
  }

  /** Asks whether pods may stop, unless that was said; whether somebody was asked. */
  boolean ask(
      ObjectKey gang, List<PodState> waiting, List<PodState> victims, List<SchedulerCommand> out) {
    var first = waiting.stream().filter(clearances::concern).findFirst();
    var byNode = byNode(victims);
    if (first.isEmpty() || byNode.isEmpty()) {
      return false;
    }
    var talk = talkByGang.computeIfAbsent(gang, ignored -> new Talk());
    var isNew = false;
    for (var one : byNode.values()) {
      for (var victim : one.pods()) {
        isNew |= talk.askedUids.add(victim.uid());
      }
    }
    if (isNew) {
      talk.nodes.clear();
      talk.nodes.addAll(byNode.keySet());
      podPlacer.ask(first.get(), clearances.ask(first.get(), waiting, byNode), out);
    }
    return isNew;
  }

  /** Those who may stop; of those who stop together all may or none. */
  List<PodState> cleared(ObjectKey gang, List<PodState> victims) {
    var talk = talkByGang.get(gang);
    if (talk == null) {
      return victims;
    }
    var spared = new TreeSet<ObjectKey>();
    for (var victim : victims) {
      if (talk.askedUids.contains(victim.uid()) && !talk.clearedUids.contains(victim.uid())) {
        spared.add(world.unitOf(victim));
      }
    }
    return victims.stream().filter(victim -> !spared.contains(world.unitOf(victim))).toList();
  }

  /** The attempt is over, whatever came of it. */
  void forget(ObjectKey gang) {
    talkByGang.remove(gang);
  }

  /** Places that are only held are nobody's business, nor are those who stop already. */
  private SortedMap<String, Victims> byNode(List<PodState> victims) {
    var podsByNode = new TreeMap<String, List<PodState>>();
    for (var pod : victims) {
      if (!pod.isPlaceOnly() && pod.stage() == PodState.Stage.LIVE) {
        podsByNode.computeIfAbsent(pod.node(), ignored -> new ArrayList<>()).add(pod);
      }
    }
    var victimsByNode = new TreeMap<String, Victims>();
    podsByNode.forEach(
        (node, pods) ->
            victimsByNode.put(
                node,
                new Victims(
                    pods.stream().map(pod -> new Victim(pod.key(), pod.uid())).toList(),
                    world.cluster.budgets().broken(pods).size())));
    return victimsByNode;
  }
}
