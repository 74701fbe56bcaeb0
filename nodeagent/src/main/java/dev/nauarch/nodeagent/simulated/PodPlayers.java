package dev.nauarch.nodeagent.simulated;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Informer;
import dev.nauarch.client.InformerListener;
import dev.nauarch.client.Selection;
import dev.nauarch.nodeagent.lifecycle.Admission;
import dev.nauarch.nodeagent.lifecycle.NodeFacts;
import dev.nauarch.nodeagent.lifecycle.PodCommand;
import dev.nauarch.nodeagent.lifecycle.PodEvent;
import dev.nauarch.nodeagent.lifecycle.Room;
import dev.nauarch.nodeagent.lifecycle.StatusPatch;
import dev.nauarch.nodeagent.pod.EventRecorder;
import dev.nauarch.nodeagent.simulated.stage.PlayedPod;
import dev.nauarch.nodeagent.simulated.stage.Stages;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays the pods that are bound to simulated nodes: one watch, and one loop that alone touches the
 * pods' cores. Of each pod one write is under way at a time; what it is to say next is only kept in
 * its newest form.
 */
final class PodPlayers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PodPlayers.class);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final Duration SYNC_TIMEOUT = Duration.ofMinutes(10);

  private final ClusterClient client;
  private final InstantSource clock;
  private final Stages stages;
  private final EventRecorder events;
  private final Writes writes = new Writes();
  private final Addresses addresses = Addresses.ofPods();
  private final LivingNodes nodes;
  private final Map<String, Set<ObjectKey>> podsByNode = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Done> done = new ConcurrentLinkedQueue<>();
  private final Map<ObjectKey, PlayedState> playedByKey = new HashMap<>();
  private final NodeRooms rooms = new NodeRooms();
  private final WaitingResizes waiting = new WaitingResizes();
  private final KeyLoop<ObjectKey> loop;
  private final Informer<Pod> informer;
  private final Thread starter;

  private record Done(
      ObjectKey key, String uid, Writes.Outcome outcome, Optional<PlayedState.Said> what) {}

  PodPlayers(ClusterClient client, Stages stages, InstantSource clock) {
    this.client = client;
    this.nodes = new LivingNodes(client);
    this.stages = stages;
    this.clock = clock;
    this.events = new EventRecorder(client, "kubelet", "simulated", clock);
    this.loop = new KeyLoop<>("simulated-pods", clock, this::look);
    this.informer = Informer.start(client, Resources.PODS.outline(), Selection.ALL, new Listener());
    this.starter = Thread.ofVirtual().name("simulated-pods-start").start(this::startOnceSynced);
  }

  /** Before all pods are known, an address that is taken could be given away again. */
  private void startOnceSynced() {
    try {
      if (informer.awaitSynced(SYNC_TIMEOUT)) {
        loop.start();
      } else {
        LOG.error("The pods are not known; those of simulated nodes are not played");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Plays the pods of a node from now on.
   *
   * @param node as it is now
   * @param offer what the node has for pods
   */
  void add(Node node, NodeRooms.Offer offer) {
    var name = node.getMetadata().getName();
    var isResized = rooms.offer(name, offer);
    if (nodes.add(node) || isResized) {
      podsOf(name).forEach(loop::tell);
    }
  }

  /** Lets go of them. */
  void remove(String node) {
    rooms.withdraw(node);
    if (nodes.remove(node)) {
      podsOf(node).forEach(loop::tell);
    }
  }

  private List<ObjectKey> podsOf(String node) {
    var pods = podsByNode.get(node);
    if (pods == null) {
      return List.of();
    }
    synchronized (pods) {
      return List.copyOf(pods);
    }
  }

  private final class Listener implements InformerListener<Pod> {
    @Override
    public void onUpsert(Pod pod) {
      var node = pod.getSpec().getNodeName();
      if (node != null) {
        var pods = podsByNode.computeIfAbsent(node, name -> new LinkedHashSet<>());
        synchronized (pods) {
          pods.add(ObjectKey.of(pod));
        }
        if (pod.getStatus() != null && pod.getStatus().getPodIP() != null) {
          addresses.taken(pod.getStatus().getPodIP());
        }
        if (nodes.has(node)) {
          loop.tell(ObjectKey.of(pod));
        }
      }
    }

    @Override
    public void onDelete(Pod pod) {
      var node = pod.getSpec().getNodeName();
      var pods = node == null ? null : podsByNode.get(node);
      if (pods != null) {
        synchronized (pods) {
          pods.remove(ObjectKey.of(pod));
        }
        loop.tell(ObjectKey.of(pod));
      }
    }
  }

  private void look(ObjectKey key) throws InterruptedException {
    settle();
    var before = playedByKey.get(key);
    lookAtOne(key);
    var played = playedByKey.getOrDefault(key, before);
    if (played != null && waiting.isAnyOn(played.node)) {
      askAgain(played.node);
    }
  }

  private void lookAtOne(ObjectKey key) throws InterruptedException {
    var pod = informer.get(key).filter(this::isOurs).orElse(null);
    if (pod == null) {
      forget(key);
      loop.wakeAt(key, Instant.MAX);
      return;
    }
    var played = playedByKey.get(key);
    if (played != null && !played.uid.equals(pod.getMetadata().getUid())) {
      forget(key);
      played = null;
    }
    if (played == null && hasEnded(pod) && pod.getMetadata().getDeletionTimestamp() == null) {
      forget(key);
      return;
    }
    if (played == null) {
      played = begin(pod);
      playedByKey.put(key, played);
      admit(pod, played);
    }
    if (hasEnded(pod)) {
      // Whoever has seen that it ended may count on its place.
      rooms.remove(key);
    }
    play(pod, played);
    write(key, pod, played);
    var settled = !played.writing && !played.toRemove && played.unwritten.isEmpty();
    if (settled && hasEnded(pod)) {
      forget(key);
    }
    var writesAgain = settled || played.writing ? Instant.MAX : played.writeAgainAt;
    loop.wakeAt(key, writesAgain.isBefore(played.wakeAt) ? writesAgain : played.wakeAt);
  }

  private void forget(ObjectKey key) {
    rooms.remove(key);
    var played = playedByKey.remove(key);
    if (played != null) {
      waiting.remove(played.node, key);
    }
  }

  /** Room may have come free on a node: asks for those that wait there, in their order. */
  private void askAgain(String node) {
    for (var pod : waiting.inOrder(node, informer::get, this::taken)) {
      var key = ObjectKey.of(pod);
      var played = playedByKey.get(key);
      if (played != null && played.version.equals(pod.getMetadata().getResourceVersion())) {
        carryOut(pod, played, List.of(new PodCommand.AskRoom(generation(pod))));
        if (played.unwritten.isPresent()) {
          loop.tell(key);
        }
      }
    }
  }

  private static long generation(Pod pod) {
    var generation = pod.getMetadata().getGeneration();
    return generation == null ? 0 : generation;
  }

  /** A pod as if it asked for what its node has set aside for it. */
  private Pod taken(Pod pod) {
    var played = playedByKey.get(ObjectKey.of(pod));
    return played == null ? pod : played.core.allotment().applied(pod);
  }

  private Room room(Pod pod) {
    var room = rooms.room(pod);
    if (room instanceof Room.Lacking) {
      waiting.add(pod.getSpec().getNodeName(), ObjectKey.of(pod));
    } else {
      waiting.remove(pod.getSpec().getNodeName(), ObjectKey.of(pod));
    }
    return room;
  }

  /** Has the node take a pod that it has not heard of before, or refuse it. */
  private void admit(Pod pod, PlayedState played) {
    if (hasEnded(pod)) {
      return;
    }
    if (wasTaken(pod)) {
      rooms.take(taken(pod));
      return;
    }
    // Whoever has bound the pod may know of more than was looked at here: who has gone since, and,
    // after a start, who was there before.
    var present = new LinkedHashSet<>(podsOf(played.node));
    rooms.removeAll(
        played.node,
        key ->
            !present.contains(key) || informer.get(key).filter(each -> !hasEnded(each)).isEmpty());
    present.stream()
        .filter(each -> !rooms.has(each))
        .flatMap(each -> informer.get(each).stream())
        .filter(PodPlayers::wasTaken)
        .forEach(rooms::take);
    var refusal = refusal(pod);
    if (refusal.isEmpty()) {
      rooms.take(pod);
    } else {
      var refused = new PodEvent.Refused(refusal.get().reason(), refusal.get().message());
      carryOut(pod, played, played.core.on(List.of(refused), clock.instant()));
    }
  }

  /** A refusal by what the node was when it was heard of last is looked into once more. */
  private Optional<Admission.Refusal> refusal(Pod pod) {
    var node = pod.getSpec().getNodeName();
    var first = rooms.refusal(pod, nodes.known(node));
    return first.filter(Admission.Refusal::isOfNodeState).isEmpty()
        ? first
        : rooms.refusal(pod, nodes.newest(node));
  }

  private static boolean wasTaken(Pod pod) {
    return !hasEnded(pod) && pod.getStatus() != null && pod.getStatus().getStartTime() != null;
  }

  private boolean isOurs(Pod pod) {
    var node = pod.getSpec().getNodeName();
    return node != null && nodes.has(node);
  }

  private static boolean hasEnded(Pod pod) {
    var phase = pod.getStatus() == null ? "" : pod.getStatus().getPhase();
    return "Succeeded".equals(phase) || "Failed".equals(phase);
  }

  private PlayedState begin(Pod pod) {
    var nodeAddress = nodes.address(pod.getSpec().getNodeName());
    var known = pod.getStatus() == null ? null : pod.getStatus().getPodIP();
    var onHost = Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
    var address = known != null ? known : onHost ? nodeAddress : addresses.take();
    var facts = new NodeFacts(nodeAddress, "simulated", GRACE);
    return new PlayedState(pod, new PlayedPod(pod, facts, address, stages));
  }

  private void play(Pod pod, PlayedState played) {
    var version = pod.getMetadata().getResourceVersion();
    var news =
        version.equals(played.version)
            ? List.of(new PodEvent.Due())
            : List.of(new PodEvent.Desired(pod));
    played.version = version;
    carryOut(pod, played, played.core.on(news, clock.instant()));
  }

  private void carryOut(Pod pod, PlayedState played, List<PodCommand> commands) {
    var answers = new ArrayList<PodEvent>();
    for (var command : commands) {
      switch (command) {
        case PodCommand.Publish(var status) -> {
          var shown = rooms.devices(ObjectKey.of(pod)).shownIn(status);
          played.unwritten = Optional.of(new PlayedState.Said(shown, played.core.usage()));
        }
        case PodCommand.Forget f -> played.toRemove = true;
        case PodCommand.WakeAt(var at) -> played.wakeAt = at;
        case PodCommand.AskRoom(var generation) ->
            answers.add(new PodEvent.RoomAnswered(generation, room(pod)));
        case PodCommand.Tell(var type, var reason, var message) -> {
          // What goes well, and often, is not told: it would be as many writes again.
          if (type.equals("Warning") || reason.startsWith("Resize")) {
            events.record(pod, type, reason, message);
          }
        }
        case PodCommand.AwaitGang a -> throw new IllegalStateException("played: " + a);
        case PodCommand.PrepareVolumes p -> throw new IllegalStateException("played: " + p);
        case PodCommand.RunSandbox r -> throw new IllegalStateException("played: " + r);
        case PodCommand.Start s -> throw new IllegalStateException("played: " + s);
        case PodCommand.Stop s -> throw new IllegalStateException("played: " + s);
        case PodCommand.RunProbe p -> throw new IllegalStateException("played: " + p);
        case PodCommand.TearDown t -> throw new IllegalStateException("played: " + t);
      }
    }
    if (!answers.isEmpty()) {
      var more = played.core.on(answers, clock.instant());
      rooms.resize(played.core.allotment().applied(pod));
      carryOut(pod, played, more);
    }
  }

  private void write(ObjectKey key, Pod pod, PlayedState played) throws InterruptedException {
    if (played.writing || played.writeAgainAt.isAfter(clock.instant())) {
      return;
    }
    // Whoever has a finalizer in a pod waits for its end; of others nobody sees the last status.
    var isWatched = !pod.getMetadata().getFinalizers().isEmpty();
    if (played.unwritten.isPresent() && (!played.toRemove || isWatched)) {
      var said = played.unwritten.get();
      played.unwritten = Optional.empty();
      var patch = StatusPatch.of(pod, said.status(), played.annotations(said));
      begin(key, played, Optional.of(said), () -> client.patchOnly(Resources.PODS, key, patch));
    } else if (played.toRemove) {
      begin(key, played, Optional.empty(), () -> remove(pod));
    }
  }

  private void begin(
      ObjectKey key, PlayedState played, Optional<PlayedState.Said> what, Runnable action)
      throws InterruptedException {
    played.writing = true;
    writes.begin(
        action,
        outcome -> {
          done.add(new Done(key, played.uid, outcome, what));
          loop.tell(key);
        });
  }

  /** Takes note of the writes that have ended. */
  private void settle() {
    for (var next = done.poll(); next != null; next = done.poll()) {
      var played = playedByKey.get(next.key());
      if (played == null || !played.uid.equals(next.uid())) {
        continue;
      }
      played.writing = false;
      if (next.outcome().settled()) {
        played.toRemove = played.toRemove && next.what().isPresent();
      } else {
        LOG.warn("Simulated pod {}: {}", next.key(), next.outcome().fault());
        if (played.unwritten.isEmpty()) {
          played.unwritten = next.what();
        }
        played.writeAgainAt = clock.instant().plus(RETRY);
      }
    }
  }

  private void remove(Pod pod) {
    client.delete(
        Resources.PODS,
        ObjectKey.of(pod),
        new DeleteOptions(OptionalLong.of(0), "Background", pod.getMetadata().getUid(), ""));
  }

  @Override
  public void close() {
    informer.close();
    starter.interrupt();
    loop.close();
    events.close();
  }
}
