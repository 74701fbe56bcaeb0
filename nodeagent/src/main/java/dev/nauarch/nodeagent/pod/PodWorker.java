package dev.nauarch.nodeagent.pod;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.nodeagent.lifecycle.NodeFacts;
import dev.nauarch.nodeagent.lifecycle.PodCommand;
import dev.nauarch.nodeagent.lifecycle.PodCore;
import dev.nauarch.nodeagent.lifecycle.PodEvent;
import dev.nauarch.nodeagent.lifecycle.Room;
import dev.nauarch.nodeagent.lifecycle.StatusPatch;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives one pod from its arrival on the node to its end: asks its core what to do, has it done by
 * {@link PodSteps}, and writes its status. The worker's virtual thread alone touches the core.
 */
final class PodWorker {
  private static final Logger LOG = LoggerFactory.getLogger(PodWorker.class);
  private static final int INBOX_LIMIT = 1024;
  private static final Duration WRITE_RETRY = Duration.ofSeconds(1);

  private static final Room NOT_RESIZED =
      new Room.Never(
          "The agent of this node does not resize containers; they keep what they have until the"
              + " pod is made anew");

  private final NodeContext node;
  private final PodCore core;
  private final PodSteps steps;
  private final Consumer<PodWorker> onDone;
  private final BlockingQueue<PodEvent> inbox = new ArrayBlockingQueue<>(INBOX_LIMIT);
  private final Thread thread;
  private volatile Pod pod;

  /** The pod as its node has taken it: what it was resized to since is not in it. */
  private volatile Pod taken;

  private final List<PodEvent> answers = new ArrayList<>();
  private Instant wakeAt = Instant.MAX;
  private Optional<PodStatus> unwritten = Optional.empty();
  private Optional<PodCommand.Forget> forget = Optional.empty();
  private Optional<PodStatus> published = Optional.empty();
  private volatile boolean unhealthy;
  private boolean done;

  PodWorker(Pod pod, NodeContext node, Handlers handlers, Consumer<PodWorker> onDone) {
    this.node = node;
    this.pod = pod;
    this.taken = pod;
    this.onDone = onDone;
    var facts = new NodeFacts(node.nodeIp(), node.runtimeName(), NodeContext.DEFAULT_GRACE);
    this.core = new PodCore(pod, facts);
    this.steps = new PodSteps(node, handlers, () -> this.taken, this::tell);
    this.thread = Thread.ofVirtual().name("pod-" + ObjectKey.of(pod)).unstarted(this::run);
  }

  /** Starts to drive the pod, after what is known of it from before. */
  void start(List<PodEvent> first) {
    inbox.addAll(first);
    inbox.add(new PodEvent.Due());
    thread.start();
  }

  /** The pod as it was last seen. */
  Pod pod() {
    return pod;
  }

  String uid() {
    return pod.getMetadata().getUid();
  }

  /** The pod's object has changed. */
  void update(Pod newer) {
    pod = newer;
    tell(new PodEvent.Desired(newer));
  }

  void tell(PodEvent event) {
    try {
      inbox.put(event);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the pod's steps know: its address, its containers by name. */
  PodSteps steps() {
    return steps;
  }

  /** Stops to drive the pod, whose containers run on. */
  void release() {
    thread.interrupt();
  }

  private void run() {
    try {
      while (!done) {
        var commands = core.on(nextBatch(), node.clock().instant());
        taken = core.allotment().applied(pod);
        for (var command : commands) {
          carryOut(command);
        }
        if (unhealthy) {
          unhealthy = false;
          published.ifPresent(this::publish);
        }
        write();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("Pod {} is no longer driven", ObjectKey.of(pod), e);
    }
  }

  private List<PodEvent> nextBatch() throws InterruptedException {
    var batch = new ArrayList<>(answers);
    answers.clear();
    if (!batch.isEmpty()) {
      inbox.drainTo(batch);
      return batch;
    }
    var wait = Duration.between(node.clock().instant(), wakeAt.isBefore(FAR) ? wakeAt : FAR);
    var first = inbox.poll(Math.max(0, wait.toMillis()), TimeUnit.MILLISECONDS);
    batch.add(first == null ? new PodEvent.Due() : first);
    inbox.drainTo(batch);
    return batch;
  }

  /** So far away that it means never, and near enough to be reckoned with. */
  private static final Instant FAR = Instant.parse("9999-01-01T00:00:00Z");

  private void carryOut(PodCommand command) {
    switch (command) {
      case PodCommand.WakeAt(var at) -> wakeAt = at;
      case PodCommand.Publish(var status) -> publish(status);
      case PodCommand.Tell(var type, var reason, var message) ->
          node.events().record(pod, type, reason, message);
      case PodCommand.Forget gone -> forget = Optional.of(gone);
      case PodCommand.AskRoom(var generation) ->
          answers.add(new PodEvent.RoomAnswered(generation, NOT_RESIZED));
      case PodCommand.AwaitGang step -> steps.awaitGang(step);
      case PodCommand.PrepareVolumes step -> steps.prepareVolumes();
      case PodCommand.RunSandbox step -> steps.runSandbox();
      case PodCommand.Start step -> steps.start(step);
      case PodCommand.Stop step -> steps.stop(step);
      case PodCommand.RunProbe step -> steps.probe(step);
      case PodCommand.TearDown step -> steps.tearDown();
    }
  }

  private void publish(PodStatus status) {
    published = Optional.of(status);
    unwritten = Optional.of(PodHealth.described(node.equipment(), taken, status));
  }

  /** The devices of the pod are not as they were. */
  void healthChanged() {
    unhealthy = true;
    tell(new PodEvent.Due());
  }

  /** Writes what is to be written; what fails is tried again. */
  private void write() {
    try {
      if (unwritten.isPresent()) {
        patchStatus(unwritten.get());
        unwritten = Optional.empty();
      }
      if (forget.isPresent()) {
        steps.forget();
        if (forget.get().removeObject()) {
          var now = new DeleteOptions(OptionalLong.of(0), "Background", uid(), "");
          node.client().delete(Resources.PODS, ObjectKey.of(pod), now);
        }
        finish();
      }
    } catch (ApiException e) {
      switch (e.reason()) {
        case NOT_FOUND, CONFLICT -> {
          // The object is gone, or another one stands in its place.
          unwritten = Optional.empty();
          if (forget.isPresent()) {
            finish();
          }
        }
        default -> {
          LOG.warn("Pod {}: {}", ObjectKey.of(pod), e.getMessage());
          var retry = node.clock().instant().plus(WRITE_RETRY);
          wakeAt = retry.isBefore(wakeAt) ? retry : wakeAt;
        }
      }
    }
  }

  private void patchStatus(PodStatus status) {
    node.client().patch(Resources.PODS, ObjectKey.of(pod), StatusPatch.of(pod, status));
  }

  private void finish() {
    done = true;
    onDone.accept(this);
  }
}
