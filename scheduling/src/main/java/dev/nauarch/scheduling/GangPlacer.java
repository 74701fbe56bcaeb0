package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.GangTrials.Trial;
import dev.nauarch.scheduling.explain.Explanation;
import dev.nauarch.scheduling.model.GangPlacement;
import dev.nauarch.scheduling.model.GangState;
import dev.nauarch.scheduling.model.PodState;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Decides for a gang as a whole: either at least its minimum is placed at once, in one write from
 * which the bindings follow, or nothing is taken at all.
 */
final class GangPlacer {

  /** Above this many waiting pods only the group is told why, not each of them. */
  private static final int TOLD_MAX = 64;

  /** Why pods stop whose gang gives its places back. */
  private static final String RELEASED = "GangReleased";

  /** So long a gang may come together before it is told that it is not complete. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  private final World world;
  private final Bindings bindings;
  private final Reports reports;
  private final PodPlacer podPlacer;
  private final Holds holds;
  private final GangQuestions questions;
  private final GangTrials trials;
  private final GangTopology topology;
  private final GangWords wording;
  private final GangClearing clearing;
  private final GangRecalls recalls = new GangRecalls();
  private final SortedSet<ObjectKey> committing = new TreeSet<>();

  /** Those of the committing whose decision was taken back meanwhile. */
  private final SortedSet<ObjectKey> withdrawn = new TreeSet<>();

  private final SortedMap<ObjectKey, Incomplete> incompleteByGang = new TreeMap<>();

  GangPlacer(
      World world,
      Bindings bindings,
      Reports reports,
      PodPlacer podPlacer,
      Holds holds,
      GangQuestions questions) {
    this.questions = questions;
    this.holds = holds;
    this.world = world;
    this.bindings = bindings;
    this.reports = reports;
    this.podPlacer = podPlacer;
    this.trials = new GangTrials(world);
    this.topology = new GangTopology(world, trials);
    this.wording = new GangWords(world);
    this.clearing = new GangClearing(world, podPlacer, trials, topology, questions.clearances());
  }

  /**
   * A gang waits on.
   *
   * @param helpedBy the changes that may help
   * @param until when it is worth another try in any case; empty for not before long
   * @param reason what it waits for
   */
  record Wait(EnumSet<Hint> helpedBy, Optional<Instant> until, Reason reason) {

    /** What a gang waits for. */
    enum Reason {
      CHANGES,
      /** Somebody is asked about its pods. */
      ANSWERS,
      /** Somebody gave no answer, and will be asked again. */
      ANOTHER_TRY
    }

    static Wait forChanges(EnumSet<Hint> helpedBy) {
      return new Wait(helpedBy, Optional.empty(), Reason.CHANGES);
    }

    static Wait forAnswers() {
      return new Wait(EnumSet.noneOf(Hint.class), Optional.empty(), Reason.ANSWERS);
    }
  }

  /** Pods of a gang that is not complete. */
  private record Incomplete(int present, Instant since) {}

  /** Places the gang, or makes room for it, or says why not; then what it waits for. */
  Optional<Wait> attempt(GangState gang, Instant now, List<SchedulerCommand> out) {
    if (committing.contains(gang.key())) {
      return Optional.empty();
    }
    if (recalls.isPending(gang.key())) {
      return Optional.of(Wait.forChanges(EnumSet.noneOf(Hint.class)));
    }
    var waiting = waiting(gang.key());
    if (questions.areOpen(waiting)) {
      return Optional.of(Wait.forAnswers());
    }
    var present = world.present(gang.key());
    var needed = Math.max(1, gang.minCount() - world.settled(gang.key()).size());
    waiting.forEach(pod -> world.cluster.unplace(World.nominationKey(pod.key())));
    if (waiting.size() < needed) {
      return Optional.of(incomplete(gang, waiting, now, out));
    }
    incompleteByGang.remove(gang.key());
    var flaw = flaw(gang, present, waiting);
    if (flaw.isPresent()) {
      waiting.forEach(pod -> podPlacer.withdrawNomination(pod, out));
      tell(gang, waiting, flaw.get(), now, out);
      return Optional.of(Wait.forChanges(EnumSet.of(Hint.NODE, Hint.ROOM, Hint.COMPANY)));
    }
    var lent = waiting.stream().flatMap(pod -> holds.lend(pod).stream()).toList();
    var said = questions.said(waiting, out);
    if (said.isEmpty()) {
      lent.forEach(holds::giveBack);
      waiting.forEach(podPlacer::holdNomination);
      return Optional.of(Wait.forAnswers());
    }
    trials.heed(said.get());
    return place(gang, present, waiting, needed, lent, now, out);
  }

  /**
   * Tries to place a gang with what was said of its pods.
   *
   * @param lent the places that were held for its pods
   */
  private Optional<Wait> place(
      GangState gang,
      List<PodState> present,
      List<PodState> waiting,
      int needed,
      List<PodState> lent,
      Instant now,
      List<SchedulerCommand> out) {
    var wanted = podPlacer.nominations(waiting);
    if (!topology.isPossible(gang, present, wanted.values())) {
      waiting.forEach(pod -> podPlacer.withdrawNomination(pod, out));
      wanted.clear();
    }
    var found = topology.find(gang, present, waiting, wanted);
    if (found.trial().fitting() >= needed) {
      commit(gang, waiting, found.trial(), now, out);
      holds.settle(lent, found.trial().nodeByPod().values());
      return Optional.empty();
    }
    var next = found.trial().homeless().getFirst();
    var refusals = world.search.refusals(next, trials.advice(next));
    var why = wording.why(found, refusals, waiting.size(), needed);
    var helpedBy = PodPlacer.hints(refusals);
    helpedBy.add(Hint.ROOM);
    trials.undo(found.trial(), waiting);
    podPlacer.clearTheWay(next, refusals, out);
    lent.forEach(holds::giveBack);
    var cleared = clearing.makeRoom(gang, present, waiting, needed, wanted, now, out);
    if (cleared.reason() == Wait.Reason.ANSWERS) {
      waiting.forEach(podPlacer::holdNomination);
      return Optional.of(Wait.forAnswers());
    }
    tell(gang, waiting, why.withPreemption(cleared.words()), now, out);
    return Optional.of(
        new Wait(
            helpedBy,
            Optional.empty(),
            trials.lackAnswers() ? Wait.Reason.ANOTHER_TRY : cleared.reason()));
  }

  /** The decision is written: the bindings may follow, unless too little is left of the gang. */
  void committed(ObjectKey key, Instant now, List<SchedulerCommand> out) {
    committing.remove(key);
    if (withdrawn.remove(key)) {
      return;
    }
    var gang = world.gang(key);
    var members = world.members(key);
    if (gang.isPresent()
        && members.stream().noneMatch(PodState::isBound)
        && world.settled(key).size() < gang.get().minCount()) {
      release(gang.get(), "pods of it went before any was bound", now, out);
    } else {
      bindings.committed(key, now, out);
    }
  }

  /** The decision could not be written: it never was. */
  void commitFailed(ObjectKey gang) {
    committing.remove(gang);
    withdrawn.remove(gang);
    bindings.notCommitted(gang);
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
    recalls.add(gang.key(), bindings.sent(gang.key()));
    withdraw(gang.key());
    out.add(
        new SchedulerCommand.ReleaseGang(
            gang.key(), Explanation.of("Unschedulable", "GangReleased", why), now));
    reports.forgetGang(gang.key());
    for (var member : world.members(gang.key())) {
      if (member.isBound() && member.stage() == PodState.Stage.LIVE) {
        podPlacer.stop(member, RELEASED, why, now, out);
      }
    }
  }

  /**
   * It is known whether a pod was bound. If its gang was released in between it stops again.
   *
   * @return whether that was so
   */
  boolean endRecall(PodState pod, Instant now, List<SchedulerCommand> out) {
    if (!recalls.end(pod)) {
      return false;
    }
    if (pod.isBound() && pod.stage() == PodState.Stage.LIVE) {
      podPlacer.stop(pod, RELEASED, "its gang was released", now, out);
    }
    return true;
  }

  void forget(ObjectKey gang) {
    withdraw(gang);
    incompleteByGang.remove(gang);
    clearing.forget(gang);
    reports.forgetGang(gang);
  }

  /** An answer that is still under way is not for what is decided next. */
  private void withdraw(ObjectKey gang) {
    if (committing.contains(gang)) {
      withdrawn.add(gang);
    }
    bindings.takeBack(gang);
  }

  private void commit(
      GangState gang,
      List<PodState> waiting,
      Trial trial,
      Instant now,
      List<SchedulerCommand> out) {
    var nodeByName = new TreeMap<String, String>();
    world.settled(gang.key()).forEach(member -> nodeByName.put(member.key().name(), member.node()));
    for (var pod : waiting) {
      var node = trial.nodeByPod().get(pod.key());
      if (node != null) {
        podPlacer.forget(pod.key());
        bindings.reserve(pod, node);
        reports.placed(pod, out);
        nodeByName.put(pod.key().name(), node);
      } else {
        podPlacer.holdNomination(pod);
      }
    }
    clearing.forget(gang.key());
    committing.add(gang.key());
    reports.placed(gang);
    out.add(new SchedulerCommand.CommitGang(gang.key(), new GangPlacement(nodeByName), now));
  }

  /** What keeps a gang from being placed at all; empty for nothing. */
  private Optional<Explanation> flaw(
      GangState gang, List<PodState> present, List<PodState> waiting) {
    var rank = gang.rank();
    return Stream.concat(present.stream(), waiting.stream())
        .filter(
            pod ->
                rank.stated()
                    && (pod.priority() != rank.priority() || pod.mayPreempt() != rank.mayPreempt()))
        .findFirst()
        .map(pod -> GangWords.otherRank(rank, pod))
        .or(() -> topology.contradiction(gang, present));
  }

  /** Pods mostly come one after the other, so that nothing is said while they do. */
  private Wait incomplete(
      GangState gang, List<PodState> waiting, Instant now, List<SchedulerCommand> out) {
    waiting.forEach(pod -> podPlacer.withdrawNomination(pod, out));
    var known = incompleteByGang.get(gang.key());
    if (known == null || known.present != waiting.size()) {
      known = new Incomplete(waiting.size(), now);
      incompleteByGang.put(gang.key(), known);
    }
    var due = known.since.plus(PATIENCE);
    if (waiting.isEmpty() || !due.isAfter(now)) {
      tell(gang, waiting, GangWords.incomplete(gang, waiting.size()), now, out);
      return Wait.forChanges(EnumSet.noneOf(Hint.class));
    }
    return new Wait(EnumSet.noneOf(Hint.class), Optional.of(due), Wait.Reason.CHANGES);
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

  private List<PodState> waiting(ObjectKey gang) {
    return world.members(gang).stream()
        .filter(PodState::waits)
        .filter(pod -> !bindings.isDecided(pod.key()))
        .sorted(Comparator.comparing(pod -> pod.key().name(), RankOrder.INSTANCE))
        .toList();
  }
}
