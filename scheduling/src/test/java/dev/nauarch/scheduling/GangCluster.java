package dev.nauarch.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.device.DeviceCommand;
import dev.nauarch.scheduling.device.DeviceEvent;
import dev.nauarch.scheduling.model.GangPlacement;
import dev.nauarch.scheduling.model.GangState;
import dev.nauarch.scheduling.model.PodState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * What an API server holds of nodes in racks, pods and gangs, and a scheduler that learns of it and
 * writes to it: at once, or late, in parts, with failures and from anew after a crash. Requests
 * about one object are carried out in their order.
 */
final class GangCluster {

  static final String RACK = "rack";

  /** Says of nodes and volumes the same as the rack. */
  static final String ZONE = "topology.kubernetes.io/zone";

  static final String GPU = "nvidia.com/gpu";
  static final int GPUS = 4;

  final TreeMap<String, String> rackByNode = new TreeMap<>();
  final TreeMap<ObjectKey, PodState> pods = new TreeMap<>();
  final TreeMap<ObjectKey, GangState> gangs = new TreeMap<>();
  final TreeMap<ObjectKey, String> nominated = new TreeMap<>();

  /** Where pods are to be bound. */
  final TreeMap<ObjectKey, String> decided = new TreeMap<>();

  final GangVolumes volumes = new GangVolumes(event -> tell(new SchedulerEvent.ForVolumes(event)));

  private final GangClaims claims = new GangClaims();

  /** By the label that they are about, how many of its pods may be stopped. */
  private final TreeMap<String, Integer> budgets = new TreeMap<>();

  private final SplittableRandom random;
  private final boolean isPrompt;
  private final List<SchedulerEvent> events = new ArrayList<>();
  private final TreeMap<ObjectKey, Queue<SchedulerCommand>> requests = new TreeMap<>();
  private final List<String> trace = new ArrayList<>();
  private SchedulerCore core = new SchedulerCore(SchedulerOptions.DEFAULT);
  private Instant now = Instant.EPOCH;
  private Optional<Instant> wakeAt = Optional.empty();
  private int names;

  /** Who is told of what one round of the scheduler wants. */
  interface Observer {
    void decided(List<SchedulerCommand> commands);
  }

  private Observer observer = commands -> {};

  /**
   * A cluster.
   *
   * @param isPrompt whether everything happens at once and succeeds
   */
  GangCluster(SplittableRandom random, boolean isPrompt, int nodes, int racks) {
    this.random = random;
    this.isPrompt = isPrompt;
    events.add(new SchedulerEvent.NamespaceSeen("default", new TreeMap<>()));
    for (var i = 0; i < nodes; i++) {
      rackByNode.put("n" + i, "r" + i % racks);
      tell(node("n" + i));
    }
    tell(new SchedulerEvent.Synced());
  }

  void observedBy(Observer other) {
    observer = other;
  }

  /** What happened so far, for people. */
  String story() {
    return String.join("\n", trace);
  }

  String newName(String prefix) {
    return prefix + names++;
  }

  private SchedulerEvent.NodeSeen node(String name) {
    return Texts.node(
        Texts.words(
            "node %s gpus=%d %s=%s %s=%4$s"
                .formatted(name, GPUS, RACK, rackByNode.get(name), ZONE)));
  }

  private void tell(SchedulerEvent event) {
    events.add(event);
  }

  void createGang(String text) {
    note("gang " + text);
    put(Texts.gang(Texts.words("gang " + text), now));
  }

  void createPod(String text) {
    note("pod " + text);
    var pod = Texts.pod(Texts.words("pod " + text), now);
    // Another pod of the same name is another pod.
    put(Pods.like(pod, "uid-" + names++, pod.devices()));
  }

  /** Every node gets so many devices. */
  void createDevices(int count) {
    claims.addDevices(rackByNode.keySet(), count, this::tell);
  }

  /** A claim of one device. */
  void createClaim(String name) {
    claims.create(name, "claim-" + names++, this::tell);
  }

  private void tell(DeviceEvent event) {
    tell(new SchedulerEvent.ForDevices(event));
  }

  /** Of the pods with a label so many may be stopped. */
  void putBudget(String label, int allowed) {
    note("budget " + label + " " + allowed);
    budgets.put(label, allowed);
    tellBudget(label, allowed);
  }

  private void tellBudget(String label, int allowed) {
    var name = label.replace(':', '-');
    tell(Texts.budget(Texts.words("budget " + name + " " + label + " allowed=" + allowed)));
  }

  /** Whether a budget is about a pod. */
  boolean hasBudget(PodState pod) {
    return budgets.containsKey("team:" + pod.labels().get("team"));
  }

  /** Whether a pod must not be stopped if that can be helped. */
  boolean isProtected(PodState pod) {
    return budgets.getOrDefault("team:" + pod.labels().get("team"), 1) == 0;
  }

  /** Whether a pod can have the devices that it wants on a node. */
  boolean hasDeviceFor(PodState pod, String node, int count) {
    return claims.hasRoom(pod, node, count);
  }

  void checkDevices() {
    claims.check(pods.values(), story());
  }

  void delete(ObjectKey pod) {
    note("gone " + pod.name());
    pods.remove(pod);
    nominated.remove(pod);
    decided.remove(pod);
    tell(new SchedulerEvent.PodGone(pod));
    claims.delete(pod, this::tell);
  }

  void deleteGang(ObjectKey gang) {
    note("gang gone " + gang.name());
    gangs.remove(gang);
    tell(new SchedulerEvent.GangGone(gang));
  }

  private void put(PodState pod) {
    pods.put(pod.key(), pod);
    tell(new SchedulerEvent.PodSeen(pod));
  }

  private void put(GangState gang) {
    gangs.put(gang.key(), gang);
    tellGang(gang);
  }

  private void tellGang(GangState gang) {
    claims.tellGroup(gang, this::tell);
    tell(new SchedulerEvent.GangSeen(gang));
  }

  private void note(String line) {
    trace.add(now.toEpochMilli() + " " + line);
  }

  /** The scheduler crashes, with whatever it has not sent yet, and starts anew. */
  void restart() {
    note("restart");
    requests.clear();
    events.clear();
    decided.clear();
    wakeAt = Optional.empty();
    core = new SchedulerCore(SchedulerOptions.DEFAULT);
    events.add(new SchedulerEvent.NamespaceSeen("default", new TreeMap<>()));
    rackByNode.keySet().forEach(name -> tell(node(name)));
    gangs.values().forEach(this::tellGang);
    claims.tellAll(this::tell);
    volumes.tellAll();
    budgets.forEach(this::tellBudget);
    pods.forEach(
        (key, pod) -> {
          var node = nominated.getOrDefault(key, "");
          tell(new SchedulerEvent.PodSeen(pod.nominatedTo(node)));
        });
    tell(new SchedulerEvent.Synced());
  }

  /** Some time passes, in which some or all of what is under way happens. */
  void advance(Duration time) {
    var end = now.plus(time);
    settle();
    while (wakeAt.filter(at -> !at.isAfter(end)).isPresent()) {
      now = wakeAt.get().isAfter(now) ? wakeAt.get() : now;
      wakeAt = Optional.empty();
      tell(new SchedulerEvent.Woken());
      settle();
    }
    now = end;
  }

  /** Everything happens that is under way. */
  void settleAll(Duration time) {
    var end = now.plus(time);
    while (now.isBefore(end)) {
      for (var i = 0; i < 50 && !(events.isEmpty() && requests.isEmpty()); i++) {
        step(events.size(), true);
        carryOutAll();
      }
      now = wakeAt.filter(at -> at.isAfter(now) && at.isBefore(end)).orElse(end);
      wakeAt = Optional.empty();
      tell(new SchedulerEvent.Woken());
    }
  }

  private void carryOutAll() {
    while (!requests.isEmpty()) {
      carryOutOne(true);
    }
    while (volumes.work(false)) {
      note("a volume is bound or made, or goes");
    }
  }

  private void settle() {
    if (isPrompt) {
      for (var i = 0; !events.isEmpty(); i++) {
        assertTrue(i < 100, () -> "it never comes to rest:\n" + story());
        step(events.size(), true);
        carryOutAll();
      }
      return;
    }
    for (var i = random.nextInt(12); i > 0; i--) {
      if (random.nextBoolean()) {
        step(events.isEmpty() ? 0 : random.nextInt(events.size() + 1), false);
      } else if (!requests.isEmpty()) {
        carryOutOne(false);
      } else if (volumes.work(i == 1)) {
        note("a volume is bound, made or not, or goes");
      }
    }
  }

  private void step(int count, boolean always) {
    if (count == 0 && !always) {
      return;
    }
    var batch = List.copyOf(events.subList(0, count));
    events.subList(0, count).clear();
    var commands = core.on(batch, now);
    commands.forEach(this::noteDecision);
    observer.decided(commands);
    commands.forEach(this::send);
  }

  private void noteDecision(SchedulerCommand command) {
    switch (command) {
      case SchedulerCommand.BindPod bind -> decided.put(bind.pod(), bind.node());
      case SchedulerCommand.CommitGang commit ->
          commit
              .placement()
              .nodeByPod()
              .forEach(
                  (pod, node) -> decided.put(new ObjectKey(commit.gang().namespace(), pod), node));
      default -> {
        // Nobody gets a place by it.
      }
    }
  }

  private void send(SchedulerCommand command) {
    switch (command) {
      case SchedulerCommand.WakeAt(var at) ->
          wakeAt = wakeAt.filter(known -> known.isBefore(at)).or(() -> Optional.of(at));
      case SchedulerCommand.BindPod bind -> send(bind.pod(), bind);
      case SchedulerCommand.EvictPod evict -> send(evict.pod(), evict);
      case SchedulerCommand.NominateNode nominate -> send(nominate.pod(), nominate);
      case SchedulerCommand.ForDevices(DeviceCommand.WriteClaims wanted) ->
          send(wanted.pod(), command);
      case SchedulerCommand.ForVolumes(var wanted) -> send(wanted.pod(), command);
      case SchedulerCommand.ForDevices(DeviceCommand.Deallocate(var claim)) ->
          send(ObjectKey.of(claim), command);
      case SchedulerCommand.CommitGang commit -> send(commit.gang(), commit);
      case SchedulerCommand.ReleaseGang release -> send(release.gang(), release);
      case SchedulerCommand.MarkGangBound mark -> send(mark.gang(), mark);
      default -> {
        // The rest only tells people something.
      }
    }
  }

  private void send(ObjectKey key, SchedulerCommand command) {
    requests.computeIfAbsent(key, ignored -> new ArrayDeque<>()).add(command);
  }

  private void carryOutOne(boolean succeeds) {
    var keys = List.copyOf(requests.keySet());
    var key = keys.get(isPrompt ? 0 : random.nextInt(keys.size()));
    var queue = Objects.requireNonNull(requests.get(key));
    var command = queue.remove();
    if (queue.isEmpty()) {
      requests.remove(key);
    }
    var chance = isPrompt || succeeds ? 100 : random.nextInt(100);
    switch (command) {
      case SchedulerCommand.BindPod bind -> bind(bind, chance);
      case SchedulerCommand.EvictPod evict -> evict(evict, chance);
      case SchedulerCommand.ForVolumes(var wanted) -> {
        wanted.writes().forEach(write -> note(VolumeScenario.words(write)));
        volumes.write(wanted, chance < 5, this::story);
      }
      case SchedulerCommand.ForDevices(DeviceCommand.WriteClaims wanted) -> {
        note("claims of " + wanted.pod().name());
        claims.write(wanted, chance < 5, this::tell);
      }
      case SchedulerCommand.ForDevices(DeviceCommand.Deallocate(var claim)) -> {
        note("deallocate " + ObjectKey.of(claim).name());
        claims.deallocate(claim, this::tell);
      }
      case SchedulerCommand.CommitGang commit -> commit(commit, chance);
      case SchedulerCommand.NominateNode(var pod, var node) -> {
        note("nominate " + pod.name() + " " + node);
        if (node.isEmpty()) {
          nominated.remove(pod);
        } else if (pods.containsKey(pod)) {
          nominated.put(pod, node);
        }
      }
      case SchedulerCommand.ReleaseGang(var gang, var why, var at) -> {
        note("release " + gang.name() + ": " + why.summary());
        change(gang, GangPlacement.NONE, false);
      }
      case SchedulerCommand.MarkGangBound(var gang) -> {
        var known = gangs.get(gang);
        if (known != null) {
          change(gang, known.placement(), true);
        }
      }
      default -> throw new IllegalStateException("not sent: " + command);
    }
  }

  private void change(ObjectKey gang, GangPlacement placement, boolean bound) {
    var old = gangs.get(gang);
    if (old != null) {
      put(old.at(new GangState.Course(placement, bound, true)));
    }
  }

  private void commit(SchedulerCommand.CommitGang commit, int chance) {
    if (chance < 5 || !gangs.containsKey(commit.gang())) {
      note("commit " + commit.gang().name() + " fails");
      tell(new SchedulerEvent.GangCommitFailed(commit.gang(), "no"));
      return;
    }
    note("commit " + commit.gang().name() + " " + commit.placement().nodeByPod());
    change(commit.gang(), commit.placement(), false);
    tell(new SchedulerEvent.GangCommitted(commit.gang()));
  }

  private void evict(SchedulerCommand.EvictPod evict, int chance) {
    var pod = pods.get(evict.pod());
    if (pod == null || !pod.uid().equals(evict.uid()) || chance < 3) {
      note("evict " + evict.pod().name() + " fails");
      tell(new SchedulerEvent.EvictFailed(evict.pod(), evict.uid(), "no"));
      return;
    }
    note("evict " + evict.pod().name() + " " + evict.reason() + " " + evict.message());
    put(pod.at(PodState.Stage.ENDING));
  }

  private void bind(SchedulerCommand.BindPod bind, int chance) {
    var pod = pods.get(bind.pod());
    if (pod == null || !pod.uid().equals(bind.uid()) || pod.isBound()) {
      fail(bind, SchedulerEvent.Failure.OVERTAKEN);
    } else if (chance < 4) {
      fail(bind, SchedulerEvent.Failure.LASTING);
    } else if (chance < 10) {
      fail(bind, SchedulerEvent.Failure.PASSING);
    } else {
      note("bind " + bind.pod().name() + " " + bind.node());
      if (pod.stage() == PodState.Stage.LIVE) {
        checkCommitted(pod, bind.node());
      }
      nominated.remove(bind.pod());
      put(pod.on(bind.node()));
    }
  }

  private void fail(SchedulerCommand.BindPod bind, SchedulerEvent.Failure failure) {
    note("bind " + bind.pod().name() + " fails: " + failure);
    tell(new SchedulerEvent.BindFailed(bind.pod(), bind.uid(), failure, "no"));
  }

  /** No pod of a gang is bound before it is written that enough of it have a place. */
  private void checkCommitted(PodState pod, String node) {
    var gang = pod.membership().gang().isEmpty() ? null : gangs.get(pod.gangKey());
    if (gang == null || !gang.isUnit() || gang.placement().isEmpty() || isToStop(pod)) {
      // A request that overtook the release of its gang is stopped when it is seen.
      return;
    }
    var nodeByPod = gang.placement().nodeByPod();
    assertEquals(node, nodeByPod.get(pod.key().name()), () -> "not as written:\n" + story());
    assertTrue(nodeByPod.size() >= gang.minCount(), () -> "too few are written:\n" + story());
  }

  private boolean isToStop(PodState pod) {
    var behind = requests.get(pod.key());
    return behind != null
        && behind.stream().anyMatch(command -> command instanceof SchedulerCommand.EvictPod);
  }

  /** The pods with a place on a node. */
  List<PodState> on(String node) {
    return pods.values().stream()
        .filter(pod -> pod.node().equals(node) && pod.holdsPlace())
        .toList();
  }

  static int gpus(PodState pod) {
    return (int) pod.shape().requests().of(GPU);
  }

  List<PodState> members(ObjectKey gang) {
    return pods.values().stream()
        .filter(pod -> pod.membership().gang().equals(gang.name()))
        .filter(pod -> pod.stage() == PodState.Stage.LIVE)
        .toList();
  }

  void checkNodes() {
    for (var node : rackByNode.keySet()) {
      var used = on(node).stream().mapToInt(GangCluster::gpus).sum();
      assertTrue(used <= GPUS, () -> node + " has " + used + ":\n" + story());
    }
  }

  void checkRacks() {
    for (var gang : gangs.values()) {
      if (!gang.topologyKey().isEmpty()) {
        var racks =
            members(gang.key()).stream()
                .filter(PodState::isBound)
                .map(pod -> rackByNode.get(pod.node()))
                .distinct()
                .toList();
        assertTrue(racks.size() <= 1, () -> gang.key() + " is in " + racks + ":\n" + story());
      }
    }
  }
}
