package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.kernel.Core;
import dev.nauarch.scheduling.WaitingQueue.Unit;
import dev.nauarch.scheduling.device.Demand;
import dev.nauarch.scheduling.device.DeviceEvent;
import dev.nauarch.scheduling.extender.Answer;
import dev.nauarch.scheduling.extender.Consultations;
import dev.nauarch.scheduling.model.GangState;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.volume.VolumeEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides where pods run. Pods stand alone or in gangs; a gang is placed whole or not at all. What
 * can't be placed is told why, and is tried again when something has changed that may help.
 *
 * <p>It decides nothing before {@link SchedulerEvent.Synced}, for a picture with holes in it would
 * give away places that are taken.
 */
public final class SchedulerCore implements Core<SchedulerEvent, SchedulerCommand> {

  private final World world = new World();
  private final WaitingQueue queue;
  private final Consultations consultations;
  private final Bindings bindings;
  private final Holds holds;
  private final QueueDesk queues;
  private final Reports reports = new Reports();
  private final PodPlacer podPlacer;
  private final GangPlacer gangPlacer;
  private final EnumSet<Hint> hints = EnumSet.noneOf(Hint.class);
  private final GangStarts gangStarts = new GangStarts(world);
  private boolean synced;
  private Optional<Instant> wakeAsked = Optional.empty();

  /** A scheduler that knows nothing yet. */
  public SchedulerCore(SchedulerOptions options) {
    this.queue = new WaitingQueue(options);
    this.consultations = new Consultations(options.extenders());
    this.bindings = new Bindings(world, consultations);
    this.holds = new Holds(world, bindings);
    this.queues = new QueueDesk(world, holds);
    this.podPlacer = new PodPlacer(world, bindings, reports, holds, consultations);
    this.gangPlacer =
        new GangPlacer(
            world,
            bindings,
            reports,
            podPlacer,
            holds,
            new GangQuestions(world, consultations, podPlacer));
  }

  @Override
  public List<SchedulerCommand> on(List<? extends SchedulerEvent> events, Instant now) {
    var out = new ArrayList<SchedulerCommand>();
    world.cluster.devices().advance(now);
    for (var event : events) {
      apply(event, now, out);
    }
    if (synced) {
      decide(now, out);
    }
    return out;
  }

  private void apply(SchedulerEvent event, Instant now, List<SchedulerCommand> out) {
    switch (event) {
      case SchedulerEvent.Synced() -> begin(now, out);
      case SchedulerEvent.Woken() -> wakeAsked = Optional.empty();
      case SchedulerEvent.NodeSeen(var node) -> hint(Hint.NODE, world.cluster.put(node));
      case SchedulerEvent.NodeGone(var name) -> nodeGone(name, now, out);
      case SchedulerEvent.PodSeen(var pod) -> podSeen(world.present(pod), now, out);
      case SchedulerEvent.PodGone(var key) -> podGone(key, now, out);
      case SchedulerEvent.GangSeen(var gang) -> gangSeen(gang, out);
      case SchedulerEvent.GangGone(var key) -> gangGone(key);
      case SchedulerEvent.EvictFailed(var key, var uid, _) -> evictFailed(key, uid, now, out);
      case SchedulerEvent.BudgetSeen(var budget) -> world.cluster.budgets().put(budget);
      case SchedulerEvent.BudgetGone(var key) -> world.cluster.budgets().remove(key);
      case SchedulerEvent.GroupSeen(var group) ->
          hint(Hint.COMPANY, world.cluster.groups().put(group));
      case SchedulerEvent.GroupGone(var ref) ->
          hint(Hint.COMPANY, world.cluster.groups().remove(ref));
      case SchedulerEvent.ExtenderAnswered(var pod, var question, var answer) ->
          answered(pod, question, answer, out);
      case SchedulerEvent.BindFailed failed -> bindFailed(failed, now, out);
      case SchedulerEvent.GangCommitted(var key) -> {
        gangPlacer.committed(key, now, out);
        world.members(key).forEach(member -> requeue(member.key()));
      }
      case SchedulerEvent.GangCommitFailed(var key, var why) -> commitFailed(key, now);
      case SchedulerEvent.ForQueue(var told) -> queues.apply(told);
      case SchedulerEvent.ForDevices(var told) -> devicesSeen(told, now, out);
      case SchedulerEvent.ForVolumes(var told) -> storageSeen(told, now, out);
      case SchedulerEvent.NamespaceSeen(var name, var labels) ->
          hint(Hint.NODE, world.cluster.putNamespace(name, labels));
      case SchedulerEvent.NamespaceGone(var name) -> world.cluster.removeNamespace(name);
    }
  }

  private void devicesSeen(DeviceEvent event, Instant now, List<SchedulerCommand> out) {
    world.cluster.devices().apply(event, now);
    switch (event) {
      case DeviceEvent.ClaimSeen(var claim) -> touch(world.usersOf(ObjectKey.of(claim)));
      case DeviceEvent.ClaimGone(var key) -> touch(world.usersOf(key));
      case DeviceEvent.NotDeallocated(var key) -> touch(world.usersOf(key));
      case DeviceEvent.Written written when written.failure().isEmpty() ->
          bindings.written(written.pod(), written.uid(), now, out);
      case DeviceEvent.Written(var pod, var uid, _, _, var why, var mayPass) -> {
        bindFailed(unwritten(pod, uid, why, mayPass), now, out);
        world
            .pod(pod)
            .filter(known -> known.uid().equals(uid) && isUndecided(known))
            .ifPresent(known -> podPlacer.waits(known, PodWords.notWritten(why), now, out));
      }
      default -> {}
    }
    hint(Hint.NODE, world.cluster.devices().takeMapped());
    hint(Hint.DEVICES, world.cluster.devices().takeFreed());
  }

  private void storageSeen(VolumeEvent event, Instant now, List<SchedulerCommand> out) {
    world.cluster.volumes().apply(event);
    switch (event) {
      case VolumeEvent.ClaimSeen(var claim, _) -> touch(world.usersOfVolume(claim.key()));
      case VolumeEvent.ClaimGone(var key) -> touch(world.usersOfVolume(key));
      case VolumeEvent.VolumeSeen(var volume, _) ->
          volume.holder().ifPresent(holder -> touch(world.usersOfVolume(holder.claim())));
      case VolumeEvent.Written written when written.failure().isEmpty() ->
          bindings.written(written.pod(), written.uid(), now, out);
      case VolumeEvent.Written(var pod, var uid, _, _, var why, var mayPass) ->
          bindFailed(unwritten(pod, uid, why, mayPass), now, out);
      default -> {}
    }
  }

  private static SchedulerEvent.BindFailed unwritten(
      ObjectKey pod, String uid, String why, boolean mayPass) {
    var failure = mayPass ? SchedulerEvent.Failure.PASSING : SchedulerEvent.Failure.OVERTAKEN;
    return new SchedulerEvent.BindFailed(pod, uid, failure, why);
  }

  private void touch(List<PodState> pods) {
    pods.stream().filter(this::isUndecided).map(this::unitOf).forEach(queue::touch);
  }

  private void decide(Instant now, List<SchedulerCommand> out) {
    for (var pod : bindings.broken(now)) {
      bindings.takeBackPod(pod.key());
      podPlacer.waits(pod, PodWords.notReady(pod), now, out);
      requeue(pod.key());
      queue.retryLater(unitOf(pod), now);
    }
    bindings.progress(now, out);
    hint(Hint.STORAGE, world.cluster.volumes().takeFreed());
    queue.wake(hints, now);
    var roomChanged = !hints.isEmpty();
    hints.clear();
    for (var unit : queue.due(now)) {
      if (unit.gang()) {
        attemptGang(unit, now, out);
      } else {
        attemptPod(unit, now, out);
      }
    }
    queues.decide(roomChanged, now, out);
    hint(Hint.ROOM, holds.takeFreed());
    hint(Hint.ROOM, podPlacer.takeFreed());
    hint(Hint.ROOM, bindings.takeFreed());
    hint(Hint.STORAGE, world.cluster.volumes().takeFreed());
    // Places that were given or taken in this round may help those that were parked before it.
    if (!hints.isEmpty()) {
      queue.wake(hints, now);
      hints.clear();
    }
    askToBeWoken(now, out);
  }

  private void attemptPod(Unit unit, Instant now, List<SchedulerCommand> out) {
    var pod = world.pod(unit.key());
    if (pod.isEmpty() || !pod.get().waits() || bindings.isDecided(unit.key())) {
      queue.remove(unit);
      return;
    }
    if (lacksGang(pod.get())) {
      podPlacer.giveUpNomination(pod.get(), out);
      podPlacer.waits(pod.get(), PodWords.noGang(pod.get()), now, out);
      queue.park(unit, EnumSet.noneOf(Hint.class), now);
      return;
    }
    if (awaitsNews(pod.get())) {
      queue.park(unit, EnumSet.noneOf(Hint.class), now);
      return;
    }
    var result = podPlacer.attempt(pod.get(), now, out);
    if (consultations.areOpen(unit.key())) {
      queue.awaitAnswer(unit, now);
    } else if (podPlacer.takeFailed(unit.key())) {
      queue.retryLater(unit, now);
    } else {
      settle(unit, result, now);
    }
  }

  private void answered(ObjectKey key, long question, Answer answer, List<SchedulerCommand> out) {
    var next = consultations.answered(key, question, answer);
    var pod = world.pod(key);
    if (next.isPresent() && pod.isPresent()) {
      podPlacer.ask(pod.get(), next.get(), out);
    } else {
      pod.map(this::unitOf).ifPresent(queue::touch);
    }
  }

  /** Whether its claims were made and are not known here yet. */
  private boolean awaitsNews(PodState pod) {
    return world.cluster.devices().demand(pod) instanceof Demand.Unknown;
  }

  private void attemptGang(Unit unit, Instant now, List<SchedulerCommand> out) {
    var gang = world.gang(unit.key());
    if (gang.isEmpty() || world.members(unit.key()).stream().noneMatch(this::isUndecided)) {
      queue.remove(unit);
      return;
    }
    var wait = gangPlacer.attempt(gang.get(), now, out);
    switch (wait.map(GangPlacer.Wait::reason).orElse(GangPlacer.Wait.Reason.CHANGES)) {
      case ANSWERS -> queue.awaitAnswer(unit, now);
      case ANOTHER_TRY -> queue.retryLater(unit, now);
      case CHANGES ->
          wait.flatMap(GangPlacer.Wait::until)
              .ifPresentOrElse(
                  until -> queue.pause(unit, until),
                  () -> settle(unit, wait.map(GangPlacer.Wait::helpedBy), now));
    }
  }

  private void settle(Unit unit, Optional<EnumSet<Hint>> helpedBy, Instant now) {
    if (helpedBy.isPresent()) {
      queue.park(unit, helpedBy.get(), now);
    } else {
      queue.remove(unit);
      hints.add(Hint.COMPANY);
    }
  }

  private boolean isUndecided(PodState pod) {
    return pod.waits() && !bindings.isDecided(pod.key());
  }

  private void begin(Instant now, List<SchedulerCommand> out) {
    synced = true;
    queues.begin();
    for (var gang : world.gangs().values()) {
      if (gang.isUnit() && !gang.placement().isEmpty()) {
        gangPlacer.rollForward(gang, now, out);
        gangStarts.tell(gang, out);
      }
    }
  }

  private void podSeen(PodState pod, Instant now, List<SchedulerCommand> out) {
    var old = world.pod(pod.key());
    if (old.isPresent() && !old.get().uid().equals(pod.uid())) {
      podGone(pod.key(), now, out);
      old = Optional.empty();
    }
    world.put(pod);
    if (!pod.holdsPlace()) {
      leavePlace(pod.key());
    } else if (pod.isBound()) {
      bindings.confirmed(pod.key());
      podPlacer.forget(pod.key());
      world.cluster.place(pod);
      hint(Hint.COMPANY, old.isEmpty() || !old.get().isBound());
      hint(Hint.ROOM, pod.stage() == PodState.Stage.ENDING);
      hint(Hint.ROOM, old.isPresent() && takesLess(old.get(), pod));
    }
    var unit = unitOf(pod);
    if (isUndecided(pod)) {
      offer(pod, unit);
      if (old.isEmpty()) {
        podPlacer.recall(pod);
      }
      if (old.isEmpty() || changesDecision(old.get(), pod)) {
        consultations.forget(pod.key());
        queue.touch(unit);
      }
    } else if (!unit.gang()) {
      queue.remove(unit);
    }
    if (!pod.isBound() && pod.stage() == PodState.Stage.ENDING && !bindings.isSent(pod.key())) {
      bindings.takeBackPod(pod.key());
    }
    if (synced) {
      world.gangOf(pod).ifPresent(gang -> gangStarts.tell(gang, out));
    }
    if (pod.isBound()) {
      endRecall(pod, now, out);
    }
  }

  /** Whether a resize has given something back. */
  private static boolean takesLess(PodState old, PodState pod) {
    return old.isBound() && !old.shape().requests().fitsIn(pod.shape().requests());
  }

  private void offer(PodState pod, Unit unit) {
    var gang = unit.gang() ? world.gang(unit.key()) : Optional.<GangState>empty();
    queue.offer(
        unit,
        gang.map(GangState::rank)
            .filter(GangState.Rank::stated)
            .map(GangState.Rank::priority)
            .orElse(pod.priority()),
        gang.map(GangState::created).orElse(pod.created()));
  }

  private static boolean changesDecision(PodState old, PodState pod) {
    return !old.shape().equals(pod.shape())
        || !old.labels().equals(pod.labels())
        || !old.annotations().equals(pod.annotations())
        || !old.gates().equals(pod.gates())
        || !old.devices().equals(pod.devices())
        || !old.neighbours().equals(pod.neighbours())
        || old.priority() != pod.priority();
  }

  /** It is known whether a pod was bound; whether its gang was released in between. */
  private boolean endRecall(PodState pod, Instant now, List<SchedulerCommand> out) {
    var isRecalled = gangPlacer.endRecall(pod, now, out);
    if (isRecalled) {
      queue.touch(new Unit(pod.gangKey(), true));
    }
    return isRecalled;
  }

  private void podGone(ObjectKey key, Instant now, List<SchedulerCommand> out) {
    var pod = world.remove(key);
    leavePlace(key);
    pod.ifPresent(gone -> endRecall(gone.on(""), now, out));
    reports.forgetPod(key);
    consultations.forget(key);
    queue.remove(new Unit(key, false));
    pod.filter(gone -> !gone.membership().gang().isEmpty())
        .ifPresent(gone -> queue.touch(new Unit(gone.gangKey(), true)));
  }

  private void leavePlace(ObjectKey key) {
    bindings.takeBackPod(key);
    podPlacer.forget(key);
    var place = world.cluster.unplace(key);
    hint(Hint.ROOM, place.isPresent());
    if (synced) {
      place.ifPresent(holds::left);
    }
  }

  private void nodeGone(String name, Instant now, List<SchedulerCommand> out) {
    world.cluster.removeNode(name);
    for (var pod : bindings.on(name)) {
      var gang = world.gangOf(pod);
      if (!bindings.isDecided(pod.key())) {
        continue;
      }
      if (gang.isPresent()) {
        releaseGang(gang.get(), "node " + name + " is gone", now, out);
      } else {
        bindings.takeBackPod(pod.key());
        requeue(pod.key());
      }
    }
  }

  private void gangSeen(GangState gang, List<SchedulerCommand> out) {
    var old = world.gangs().put(gang.key(), gang);
    gangStarts.seen(gang);
    if (old == null || !old.at(GangState.Course.NEW).equals(gang.at(GangState.Course.NEW))) {
      for (var member : world.members(gang.key())) {
        queue.remove(new Unit(member.key(), false));
        requeue(member.key());
      }
      queue.touch(new Unit(gang.key(), true));
    }
    if (synced) {
      gangStarts.tell(gang, out);
    }
  }

  private void gangGone(ObjectKey key) {
    world.gangs().remove(key);
    gangPlacer.forget(key);
    gangStarts.forget(key);
    queue.remove(new Unit(key, true));
    world.members(key).forEach(member -> requeue(member.key()));
  }

  private void bindFailed(
      SchedulerEvent.BindFailed failed, Instant now, List<SchedulerCommand> out) {
    var pod = world.pod(failed.key()).filter(known -> known.uid().equals(failed.uid()));
    if (pod.isEmpty() || !bindings.isDecided(failed.key())) {
      return;
    }
    if (!pod.get().waits() || endRecall(pod.get(), now, out)) {
      bindings.takeBackPod(failed.key());
      requeue(failed.key());
      return;
    }
    if (failed.failure() == SchedulerEvent.Failure.PASSING
        && bindings.retry(failed.key(), failed.uid(), now)) {
      return;
    }
    var gang = world.gangOf(pod.get());
    if (gang.isPresent() && failed.failure() != SchedulerEvent.Failure.OVERTAKEN) {
      bindings.takeBackPod(failed.key());
      releaseGang(gang.get(), failed.key() + " can't be bound: " + failed.why(), now, out);
    } else {
      bindings.takeBackPod(failed.key());
      requeue(failed.key());
      queue.retryLater(unitOf(pod.get()), now);
    }
  }

  /** The pod does not stop, so those for whom it should have must look further. */
  private void evictFailed(ObjectKey key, String uid, Instant now, List<SchedulerCommand> out) {
    world
        .goesOn(key, uid)
        .ifPresent(
            pod -> {
              podSeen(pod, now, out);
              hint(Hint.ROOM, true);
            });
  }

  private void commitFailed(ObjectKey gang, Instant now) {
    gangPlacer.commitFailed(gang);
    world.members(gang).forEach(member -> requeue(member.key()));
    queue.retryLater(new Unit(gang, true), now);
  }

  private void releaseGang(GangState gang, String why, Instant now, List<SchedulerCommand> out) {
    gangPlacer.release(gang, why, now, out);
    world.members(gang.key()).forEach(member -> requeue(member.key()));
    queue.retryLater(new Unit(gang.key(), true), now);
  }

  private void requeue(ObjectKey key) {
    world.pod(key).filter(this::isUndecided).ifPresent(pod -> offer(pod, unitOf(pod)));
  }

  private Unit unitOf(PodState pod) {
    return world
        .gangOf(pod)
        .map(gang -> new Unit(gang.key(), true))
        .orElseGet(() -> new Unit(pod.key(), false));
  }

  private boolean lacksGang(PodState pod) {
    return !pod.membership().gang().isEmpty() && world.gang(pod.gangKey()).isEmpty();
  }

  private void hint(Hint hint, boolean applies) {
    if (applies) {
      hints.add(hint);
    }
  }

  private void askToBeWoken(Instant now, List<SchedulerCommand> out) {
    Stream.of(queue.nextDue(), bindings.nextDue())
        .flatMap(Optional::stream)
        .min(Instant::compareTo)
        .map(due -> due.isBefore(now) ? now : due)
        .filter(due -> wakeAsked.isEmpty() || due.isBefore(wakeAsked.get()))
        .ifPresent(
            due -> {
              wakeAsked = Optional.of(due);
              out.add(new SchedulerCommand.WakeAt(due));
            });
  }
}
