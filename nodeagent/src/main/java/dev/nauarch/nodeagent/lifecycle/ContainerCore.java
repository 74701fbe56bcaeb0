package dev.nauarch.nodeagent.lifecycle;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One container of a pod through all its attempts: whether it waits, runs or has ended, when it may
 * start again, and what its probes say.
 */
final class ContainerCore {
  /** What part a container plays. */
  enum Role {
    /** Runs to its end before the next one starts. */
    INIT,
    /** Starts in its turn among the init containers and runs as long as the pod. */
    SIDECAR,
    /** What the pod is for. */
    MAIN
  }

  /** Where a container is. */
  sealed interface State {
    /**
     * It does not run.
     *
     * @param reason why, for people and programs
     * @param message the same in words
     * @param since when it began to wait for this reason
     */
    record Waiting(String reason, String message, Instant since) implements State {}

    /** The shell is at work to start it. */
    record Starting() implements State {}

    /**
     * It runs.
     *
     * @param containerId the runtime's name of it
     * @param startedAt since when
     */
    record Running(String containerId, Instant startedAt) implements State {}

    /** It ran, and how it ended. */
    record Ended(Exit exit) implements State {}
  }

  /** A container that ran this long had not crashed at its start: the waiting begins anew. */
  private static final Duration STEADY = Duration.ofMinutes(10);

  /** How long a pull error is shown as such before it is shown as a wait. */
  private static final Duration PULL_ERROR_SHOWN = Duration.ofSeconds(2);

  private final Role role;
  private Container spec;
  private State state = new State.Waiting("", "", Instant.EPOCH);
  private int attempt;
  private Optional<Exit> lastExit = Optional.empty();
  private Backoff crashes = Backoff.CRASH;
  private Duration crashWait = Duration.ZERO;
  private Backoff faults = Backoff.PREPARE;
  private Instant notBefore = Instant.EPOCH;
  private boolean hookPending;
  private Instant stopBy = Instant.MAX;
  private ResourceRequirements has = new ResourceRequirements();
  private boolean restartsToResize;
  private final Map<ProbeKind, ProbeTrack> probes = new EnumMap<>(ProbeKind.class);

  ContainerCore(Role role, Container spec) {
    this.role = role;
    this.spec = spec;
  }

  Role role() {
    return role;
  }

  Container spec() {
    return spec;
  }

  /** Takes a changed specification, which holds from the next start on. */
  void specified(Container changed) {
    spec = changed;
  }

  /** What it has while it runs, and would be given while it does not. */
  ResourceRequirements resources() {
    return running() ? has : given();
  }

  private ResourceRequirements given() {
    return spec.getResources() == null ? new ResourceRequirements() : spec.getResources();
  }

  /**
   * Takes up what its specification now gives it, if it runs: at once, or by a restart where its
   * policy says so.
   *
   * @return whether it has to restart
   */
  boolean resize() {
    var changed = Allotment.changed(has, given());
    if (!running() || changed.isEmpty()) {
      return false;
    }
    restartsToResize |=
        spec.getResizePolicy().stream()
            .filter(policy -> changed.contains(policy.getResourceName()))
            .anyMatch(policy -> "RestartContainer".equals(policy.getRestartPolicy()));
    if (!restartsToResize) {
      has = given();
    }
    return restartsToResize;
  }

  /** Whether it is on its way through a restart that gives it what it was resized to. */
  boolean restartsToResize() {
    return restartsToResize;
  }

  String name() {
    return spec.getName();
  }

  State state() {
    return state;
  }

  /** How often the container was started again; also the number of the attempt. */
  int attempt() {
    return attempt;
  }

  Optional<Exit> lastExit() {
    return lastExit;
  }

  boolean active() {
    return state instanceof State.Running || state instanceof State.Starting;
  }

  boolean running() {
    return state instanceof State.Running;
  }

  Optional<Exit> exit() {
    return state instanceof State.Ended(var exit) ? Optional.of(exit) : Optional.empty();
  }

  /** Goes on counting where an agent before this one had got to, as the pod's status tells it. */
  void countFrom(int restarts, Optional<Exit> last) {
    attempt = restarts;
    lastExit = last;
  }

  /** Takes a container that an agent before this one had started. */
  void found(PodEvent.Found found) {
    attempt = found.attempt();
    // Before it was found, the status had it down as lost.
    lastExit = lastExit.filter(exit -> !exit.containerId().equals(found.containerId()));
    found
        .exit()
        .ifPresentOrElse(
            exit -> state = new State.Ended(exit),
            () -> started(found.containerId(), found.startedAt(), false));
  }

  /** Whether it may start now; where not, it shows why it waits. */
  boolean mayStart(Instant now) {
    if (notBefore.isAfter(now)) {
      showWait(now);
      return false;
    }
    return true;
  }

  private void showWait(Instant now) {
    switch (state) {
      case State.Ended(var exit) -> {
        lastExit = Optional.of(exit);
        state =
            new State.Waiting(
                "CrashLoopBackOff",
                "back-off " + crashWait.toSeconds() + "s restarting failed container=" + name(),
                now);
      }
      case State.Waiting(var reason, var message, var since) -> {
        if (reason.equals("ErrImagePull") && !since.plus(PULL_ERROR_SHOWN).isAfter(now)) {
          state = new State.Waiting("ImagePullBackOff", "Back-off pulling image: " + message, now);
        }
      }
      default -> throw new IllegalStateException("container " + name() + " is " + state);
    }
  }

  /** When something about this container is due by itself. */
  Instant nextDue(Instant now) {
    var due = Instant.MAX;
    if (!active() && notBefore.isAfter(now)) {
      due = notBefore;
      if (state instanceof State.Waiting waiting && waiting.reason().equals("ErrImagePull")) {
        due = earlier(due, waiting.since().plus(PULL_ERROR_SHOWN));
      }
    }
    if (running() && !stopping()) {
      for (var kind : ProbeKind.values()) {
        if (asks(kind)) {
          due = earlier(due, track(kind).map(ProbeTrack::nextAt).orElse(Instant.MAX));
        }
      }
    }
    return due;
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  /** The next attempt begins. */
  PodCommand start() {
    exit().ifPresent(exit -> lastExit = Optional.of(exit));
    if (lastExit.isPresent()) {
      attempt++;
    }
    state = new State.Starting();
    stopBy = Instant.MAX;
    return new PodCommand.Start(name(), attempt);
  }

  void started(String containerId, Instant at, boolean hookRuns) {
    has = given();
    state = new State.Running(containerId, at);
    restartsToResize = false;
    faults = Backoff.PREPARE;
    hookPending =
        hookRuns && spec.getLifecycle() != null && spec.getLifecycle().getPostStart() != null;
    probes.clear();
    track(ProbeKind.STARTUP, spec.getStartupProbe(), at);
    track(ProbeKind.LIVENESS, spec.getLivenessProbe(), at);
    track(ProbeKind.READINESS, spec.getReadinessProbe(), at);
  }

  private void track(ProbeKind kind, @Nullable Probe probe, Instant at) {
    if (probe != null) {
      probes.put(kind, new ProbeTrack(probe, at));
    }
  }

  private Optional<ProbeTrack> track(ProbeKind kind) {
    return Optional.ofNullable(probes.get(kind));
  }

  /** The container could not be started: it waits, the longer the more often. */
  void notStarted(String reason, String message, Instant now) {
    if (reason.equals("ErrImagePull") && faults.initial().equals(Backoff.PREPARE.initial())) {
      faults = Backoff.PULL;
    }
    faults = faults.next();
    notBefore = faults.due(now);
    var shown = state instanceof State.Waiting waiting ? waiting.reason() : "";
    if (!shown.equals("ImagePullBackOff") || !reason.equals("ErrImagePull")) {
      state = new State.Waiting(reason, message, now);
    }
    // The attempt that failed to start is tried again under its own number.
    attempt = lastExit.isPresent() ? attempt - 1 : attempt;
  }

  void hookDone() {
    hookPending = false;
  }

  /** The container has ended; the next start waits, longer each time. */
  void ended(Exit exit) {
    state = new State.Ended(exit);
    hookPending = false;
    probes.clear();
    stopBy = Instant.MAX;
    if (restartsToResize) {
      notBefore = exit.finishedAt();
      return;
    }
    if (Duration.between(exit.startedAt(), exit.finishedAt()).compareTo(STEADY) >= 0) {
      crashes = Backoff.CRASH;
    }
    crashWait = crashes.delay();
    notBefore = crashes.due(exit.finishedAt());
    crashes = crashes.next();
  }

  /** Whether it is up: its hook has run and its startup probe, where it has one, is content. */
  boolean isUp() {
    return running()
        && !hookPending
        && track(ProbeKind.STARTUP).map(t -> t.verdict() == ProbeTrack.Verdict.GOOD).orElse(true);
  }

  /** Whether it may be sent requests. */
  boolean isReady() {
    return isUp()
        && !stopping()
        && track(ProbeKind.READINESS).map(t -> t.verdict() == ProbeTrack.Verdict.GOOD).orElse(true);
  }

  boolean stopping() {
    return stopBy.isBefore(Instant.MAX);
  }

  /** Ends the container by an instant, unless it is already ending by then. */
  Optional<PodCommand> stop(Duration grace, Instant now) {
    var by = now.plus(grace);
    if (!running() || !by.isBefore(stopBy)) {
      return Optional.empty();
    }
    stopBy = by;
    return Optional.of(new PodCommand.Stop(name(), attempt, grace));
  }

  /** Whether a kind of probe is asked in the state that the container is in. */
  private boolean asks(ProbeKind kind) {
    return kind == ProbeKind.STARTUP
        ? track(kind).map(t -> t.verdict() == ProbeTrack.Verdict.UNKNOWN).orElse(false)
        : isUp();
  }

  /** The probes that are due. */
  List<PodCommand> dueProbes(Instant now) {
    var commands = new ArrayList<PodCommand>();
    if (running() && !stopping()) {
      for (var entry : probes.entrySet()) {
        if (asks(entry.getKey()) && !entry.getValue().nextAt().isAfter(now)) {
          entry.getValue().asked(now);
          commands.add(new PodCommand.RunProbe(name(), attempt, entry.getKey()));
        }
      }
    }
    return commands;
  }

  /** Takes a probe's answer; gives the probe where it means that the container must go. */
  Optional<Probe> probed(ProbeKind kind, boolean success) {
    var track = track(kind);
    if (track.isEmpty()) {
      return Optional.empty();
    }
    track.get().answered(success);
    return kind != ProbeKind.READINESS && track.get().verdict() == ProbeTrack.Verdict.BAD
        ? Optional.of(track.get().probe())
        : Optional.empty();
  }
}
