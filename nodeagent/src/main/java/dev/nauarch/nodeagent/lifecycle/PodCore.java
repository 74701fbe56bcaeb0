package dev.nauarch.nodeagent.lifecycle;

import dev.nauarch.kernel.Core;
import dev.nauarch.nodeagent.lifecycle.ContainerCore.Role;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that is decided about one pod on its node.
 *
 * <p>A pod goes from gang to volumes to sandbox, through its init containers one by one, to its
 * main containers. It winds down when it is deleted, when it runs out of time, or when its
 * containers have all ended for good: main containers first, then sidecars in reverse order, then
 * sandbox, network and volumes; a deleted pod's object goes last of all.
 */
public final class PodCore implements Core<PodEvent, PodCommand> {
  /** How far the pod's surroundings are. */
  enum Surroundings {
    NONE,
    AWAITING_GANG,
    PREPARING_VOLUMES,
    NO_SANDBOX,
    MAKING_SANDBOX,
    READY,
    TEARING_DOWN,
    GONE
  }

  private static final Duration FORCED_GRACE = Duration.ofSeconds(2);

  private final NodeFacts node;
  private final Map<String, ContainerCore> containers = new LinkedHashMap<>();
  private final List<PodCommand> commands = new ArrayList<>();
  private final Resizing resizing;
  private Pod wanted;
  private Pod pod;
  private Surroundings surroundings = Surroundings.NONE;
  private List<String> addresses = List.of();
  private Backoff faults = Backoff.PREPARE;
  private Instant notBefore = Instant.EPOCH;
  private Instant startTime = Instant.MAX;
  private Optional<PodEvent.Refused> refusal = Optional.empty();
  private boolean gangBound;
  private boolean initialized;
  private boolean removed;
  private boolean forgotten;
  private boolean pastDeadline;
  private Instant endBy = Instant.MAX;
  private Optional<PodStatus> published = Optional.empty();
  private Instant sayAgainAt = Instant.MAX;

  /** A pod that the agent has just heard of. */
  public PodCore(Pod pod, NodeFacts node) {
    this.node = node;
    this.resizing = new Resizing(pod);
    this.wanted = pod;
    this.pod = pod;
    specified();
    new StatusHistory(pod).restore(containers);
    StatusHistory.refusal(pod).ifPresent(this::refuse);
  }

  @Override
  public List<PodCommand> on(List<? extends PodEvent> events, Instant now) {
    commands.clear();
    if (startTime.equals(Instant.MAX)) {
      startTime = StatusHistory.startTime(pod).orElse(now);
      askRoom();
    }
    for (var event : events) {
      take(event, now);
    }
    decide(now);
    return List.copyOf(commands);
  }

  private void take(PodEvent event, Instant now) {
    switch (event) {
      case PodEvent.Desired(var newer) -> desired(newer, now);
      case PodEvent.RoomAnswered answer -> resize(answer, now);
      case PodEvent.Removed() -> removed = true;
      case PodEvent.Adopted(var at, var found) -> adopt(at, found);
      case PodEvent.Refused refused -> {
        refuse(refused);
        tell("Warning", refused.reason(), refused.message());
      }
      case PodEvent.GangBound() -> gangBound = true;
      case PodEvent.VolumesReady() -> surroundings = Surroundings.NO_SANDBOX;
      case PodEvent.VolumesFailed(var message) ->
          failedToPrepare("FailedMount", message, Surroundings.NONE, now);
      case PodEvent.SandboxReady(var at) -> {
        addresses = at;
        faults = Backoff.PREPARE;
        surroundings = Surroundings.READY;
      }
      case PodEvent.SandboxFailed(var message) ->
          failedToPrepare("FailedCreatePodSandBox", message, Surroundings.NO_SANDBOX, now);
      case PodEvent.TornDown() -> surroundings = Surroundings.GONE;
      case PodEvent.TearDownFailed(var message) ->
          failedToPrepare("FailedKillPod", message, Surroundings.READY, now);
      case PodEvent.Due() -> {}
      case PodEvent.Started e -> current(e.name(), e.attempt()).ifPresent(c -> started(c, e));
      case PodEvent.NotStarted e ->
          current(e.name(), e.attempt()).ifPresent(c -> notStarted(c, e, now));
      case PodEvent.HookDone e ->
          current(e.name(), e.attempt()).ifPresent(c -> hookDone(c, e, now));
      case PodEvent.Ended e -> current(e.name(), e.attempt()).ifPresent(c -> c.ended(e.exit()));
      case PodEvent.Probed e -> current(e.name(), e.attempt()).ifPresent(c -> probed(c, e, now));
    }
  }

  /** The container that an event is about, unless it is about an attempt long past. */
  private Optional<ContainerCore> current(String name, int attempt) {
    return Optional.ofNullable(containers.get(name)).filter(c -> c.attempt() == attempt);
  }

  /** What the node has set aside for the pod. */
  public Allotment allotment() {
    return resizing.allotment();
  }

  private void desired(Pod newer, Instant now) {
    wanted = newer;
    if (published.isEmpty() || !Denial.isOf(published.get(), newer)) {
      sayAgainAt = Instant.MAX;
    } else if (sayAgainAt.equals(Instant.MAX)) {
      sayAgainAt = now.plus(Denial.PATIENCE);
    }
    askRoom();
    specified();
  }

  private void askRoom() {
    resizing.desired(wanted).ifPresent(commands::add);
  }

  private void specified() {
    pod = resizing.allotment().applied(wanted);
    for (var container : pod.getSpec().getInitContainers()) {
      keep("Always".equals(container.getRestartPolicy()) ? Role.SIDECAR : Role.INIT, container);
    }
    pod.getSpec().getContainers().forEach(container -> keep(Role.MAIN, container));
  }

  private void resize(PodEvent.RoomAnswered answer, Instant now) {
    resizing.answered(answer, wanted, now).ifPresent(commands::add);
    specified();
    for (var container : containers.values()) {
      if (container.resize()) {
        stop(container, grace(), now, "it is resized, and its policy is to restart for that");
      }
    }
  }

  private void keep(Role role, Container container) {
    containers
        .computeIfAbsent(container.getName(), name -> new ContainerCore(role, container))
        .specified(container);
  }

  private void adopt(List<String> at, List<PodEvent.Found> found) {
    addresses = at;
    surroundings = Surroundings.READY;
    gangBound = true;
    for (var each : found) {
      var container = containers.get(each.name());
      if (container != null) {
        container.found(each);
      }
    }
    initialized =
        containers.values().stream()
            .anyMatch(c -> c.role() == Role.MAIN && (c.active() || c.exit().isPresent()));
  }

  /** Of the pod nothing is made, so that nothing has to be taken down. */
  private void refuse(PodEvent.Refused event) {
    refusal = Optional.of(event);
    surroundings = Surroundings.GONE;
  }

  private void failedToPrepare(String reason, String message, Surroundings back, Instant now) {
    tell("Warning", reason, message);
    faults = faults.next();
    notBefore = faults.due(now);
    surroundings = back;
  }

  private void started(ContainerCore container, PodEvent.Started event) {
    container.started(event.containerId(), event.at(), true);
    tell("Normal", "Started", "Container started: " + container.name());
  }

  private void notStarted(ContainerCore container, PodEvent.NotStarted event, Instant now) {
    container.notStarted(event.reason(), event.message(), now);
    tell("Warning", "Failed", event.reason() + ": " + event.message());
  }

  private void hookDone(ContainerCore container, PodEvent.HookDone event, Instant now) {
    container.hookDone();
    if (!event.failure().isEmpty()) {
      tell("Warning", "FailedPostStartHook", event.failure());
      stop(container, grace(), now, "its hook after the start failed");
    }
  }

  private void probed(ContainerCore container, PodEvent.Probed event, Instant now) {
    if (!event.success()) {
      tell("Warning", "Unhealthy", event.kind().title() + " probe failed: " + event.message());
    }
    container
        .probed(event.kind(), event.success())
        .ifPresent(
            probe -> {
              var own = probe.getTerminationGracePeriodSeconds();
              var why = event.kind().title().toLowerCase(java.util.Locale.ROOT);
              stop(
                  container,
                  own == null ? grace() : Duration.ofSeconds(own),
                  now,
                  "it failed its " + why + " probe, will be restarted");
            });
  }

  private void decide(Instant now) {
    pastDeadline |= !now.isBefore(deadline());
    if (surroundings == Surroundings.GONE) {
      finish(now);
      return;
    }
    if (deleted() || removed || pastDeadline || outcome().isPresent()) {
      windDown(now);
    } else {
      progress(now);
    }
    containers.values().forEach(container -> commands.addAll(container.dueProbes(now)));
    if (outcome().isPresent()) {
      resizing.ended();
    } else if (containers.values().stream().noneMatch(ContainerCore::restartsToResize)) {
      resizing.settled(wanted).ifPresent(commands::add);
    }
    publish(now);
    wake(now);
  }

  private boolean deleted() {
    return pod.getMetadata().getDeletionTimestamp() != null;
  }

  private Instant deadline() {
    var seconds = pod.getSpec().getActiveDeadlineSeconds();
    return seconds == null || finishedBefore() ? Instant.MAX : startTime.plusSeconds(seconds);
  }

  private boolean finishedBefore() {
    return !pastDeadline && outcome().isPresent();
  }

  /** The phase that the pod ends in, once nothing of it will run again. */
  private Optional<String> outcome() {
    if (pastDeadline || refusal.isPresent()) {
      return Optional.of("Failed");
    }
    for (var container : containers.values()) {
      var failed =
          container.role() == Role.INIT
              && !initialized
              && container.exit().isPresent()
              && container.exit().get().code() != 0
              && !restarts(container);
      if (failed) {
        return Optional.of("Failed");
      }
    }
    var mains = containers.values().stream().filter(c -> c.role() == Role.MAIN).toList();
    if (mains.stream().anyMatch(c -> c.exit().isEmpty() || !endsForGood(c))) {
      return Optional.empty();
    }
    var failed = mains.stream().anyMatch(c -> c.exit().orElseThrow().code() != 0);
    return Optional.of(failed ? "Failed" : "Succeeded");
  }

  private boolean endsForGood(ContainerCore container) {
    return deleted() || !restarts(container);
  }

  private boolean restarts(ContainerCore container) {
    if (container.restartsToResize()) {
      return true;
    }
    var code = container.exit().map(Exit::code).orElse(0);
    return switch (container.role()) {
      case MAIN -> RestartRules.restarts(pod.getSpec(), container.spec(), code);
      case INIT -> RestartRules.retriesInit(pod.getSpec(), container.spec(), code);
      case SIDECAR -> true;
    };
  }

  /** Takes the next step towards a pod that runs. */
  private void progress(Instant now) {
    switch (surroundings) {
      case NONE -> prepare(now);
      case AWAITING_GANG -> {
        if (gangBound) {
          prepare(now);
        }
      }
      case NO_SANDBOX -> {
        if (!notBefore.isAfter(now)) {
          surroundings = Surroundings.MAKING_SANDBOX;
          commands.add(new PodCommand.RunSandbox());
        }
      }
      case READY -> startContainers(now);
      case PREPARING_VOLUMES, MAKING_SANDBOX, TEARING_DOWN, GONE -> {}
    }
  }

  private void prepare(Instant now) {
    var group = pod.getSpec().getSchedulingGroup();
    if (group != null && group.getPodGroupName() != null && !gangBound) {
      if (surroundings == Surroundings.NONE) {
        surroundings = Surroundings.AWAITING_GANG;
        commands.add(new PodCommand.AwaitGang(group.getPodGroupName()));
      }
    } else if (!notBefore.isAfter(now)) {
      surroundings = Surroundings.PREPARING_VOLUMES;
      commands.add(new PodCommand.PrepareVolumes());
    }
  }

  private void startContainers(Instant now) {
    for (var container : containers.values()) {
      switch (container.role()) {
        case INIT -> {
          if (!initialized && container.exit().map(Exit::code).orElse(1) != 0) {
            startIfDue(container, now);
            return;
          }
        }
        case SIDECAR -> {
          startIfDue(container, now);
          if (!initialized && !container.isUp()) {
            return;
          }
        }
        case MAIN -> {
          initialized = true;
          if (container.exit().isEmpty() || restarts(container)) {
            startIfDue(container, now);
          }
        }
      }
    }
  }

  private void startIfDue(ContainerCore container, Instant now) {
    if (container.active()) {
      return;
    }
    var before = container.state();
    if (container.mayStart(now)) {
      commands.add(container.start());
    } else if (!before.equals(container.state())
        && container.state() instanceof ContainerCore.State.Waiting waiting) {
      tell("Warning", "BackOff", waiting.message());
    }
  }

  /** How long the pod's containers may take to end. */
  private Duration grace() {
    if (removed) {
      return FORCED_GRACE;
    }
    var asked = deleted() ? pod.getMetadata().getDeletionGracePeriodSeconds() : null;
    var own = asked == null ? pod.getSpec().getTerminationGracePeriodSeconds() : asked;
    return own == null ? node.defaultGrace() : Duration.ofSeconds(own);
  }

  /** Takes the next step towards a pod of which nothing runs. */
  private void windDown(Instant now) {
    var by = now.plus(grace());
    endBy = by.isBefore(endBy) ? by : endBy;
    var left = Duration.between(now, endBy);
    var mains = containers.values().stream().filter(c -> c.role() != Role.SIDECAR).toList();
    var why = pastDeadline ? "the pod ran out of time" : "the pod is to end";
    mains.forEach(container -> stop(container, left, now, why));
    if (mains.stream().anyMatch(ContainerCore::active)) {
      return;
    }
    var sidecars = containers.values().stream().filter(c -> c.role() == Role.SIDECAR).toList();
    for (var sidecar : sidecars.reversed()) {
      if (sidecar.active()) {
        stop(sidecar, left.compareTo(FORCED_GRACE) > 0 ? left : FORCED_GRACE, now, why);
        return;
      }
    }
    tearDown(now);
  }

  private void tearDown(Instant now) {
    switch (surroundings) {
      case NONE, AWAITING_GANG, NO_SANDBOX, READY -> {
        if (!notBefore.isAfter(now) || surroundings != Surroundings.READY) {
          surroundings = Surroundings.TEARING_DOWN;
          commands.add(new PodCommand.TearDown());
        }
      }
      // What is on its way is awaited, and then taken down.
      case PREPARING_VOLUMES, MAKING_SANDBOX, TEARING_DOWN, GONE -> {}
    }
  }

  private void stop(ContainerCore container, Duration grace, Instant now, String why) {
    var wasStopping = container.stopping();
    container.stop(grace, now).ifPresent(commands::add);
    if (container.stopping() && !wasStopping) {
      tell("Normal", "Killing", "Container " + container.name() + " is stopped: " + why);
    }
  }

  /** Nothing of the pod is left on the node. */
  private void finish(Instant now) {
    publish(now);
    if ((deleted() || removed) && !forgotten) {
      forgotten = true;
      commands.add(new PodCommand.Forget(!removed));
    }
  }

  private void publish(Instant now) {
    if (removed) {
      return;
    }
    var facts =
        new PodStatusReport.Facts(
            node,
            addresses,
            startTime,
            initialized,
            surroundings == Surroundings.READY,
            outcome(),
            refusal,
            resizing.conditions());
    var status =
        new PodStatusReport(pod, List.copyOf(containers.values()), facts, published)
            .status(pastDeadline, now);
    if (!published.equals(Optional.of(status)) || !sayAgainAt.isAfter(now)) {
      sayAgainAt = Instant.MAX;
      published = Optional.of(status);
      commands.add(new PodCommand.Publish(status));
    }
  }

  private void wake(Instant now) {
    var due = deadline();
    if (pastDeadline || !due.isAfter(now)) {
      due = Instant.MAX;
    }
    if (notBefore.isAfter(now) && surroundings != Surroundings.READY) {
      due = notBefore.isBefore(due) ? notBefore : due;
    }
    for (var container : containers.values()) {
      var next = container.nextDue(now);
      due = next.isBefore(due) ? next : due;
    }
    commands.add(new PodCommand.WakeAt(sayAgainAt.isBefore(due) ? sayAgainAt : due));
  }

  private void tell(String type, String reason, String message) {
    commands.add(new PodCommand.Tell(type, reason, message));
  }
}
