package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.device.BindingState;
import dev.nauarch.scheduling.device.DeviceCommand;
import dev.nauarch.scheduling.extender.Consultations;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.volume.Progress;
import dev.nauarch.scheduling.volume.VolumeCommand;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Decisions on their way to the API server. A decided pod has its place in the cluster's picture
 * from the moment of the decision; it is confirmed when the pod is seen bound, or taken back.
 *
 * <pre>
 * COMMITTING (gangs: until the PodGroup is written)
 *   → CLAIMING (until it is written which volumes are chosen) → VOLUMES (until claims are bound)
 *   → DEVICES (until claims are written) → PREPARING (until devices are ready)
 *   → BINDING → confirmed | RETRYING → CLAIMING, DEVICES or BINDING | taken back
 * </pre>
 */
final class Bindings {

  private static final Duration RETRY = Duration.ofMillis(200);
  private static final int FAILURES_MAX = 6;

  private enum Step {
    COMMITTING,
    CLAIMING,
    VOLUMES,
    DEVICES,
    PREPARING,
    BINDING,
    RETRYING
  }

  private record Decision(PodState pod, Step step, int failures, Instant retryAt) {
    Decision at(Step next) {
      return new Decision(pod, next, failures, retryAt);
    }
  }

  private final World world;
  private final Consultations consultations;
  private final Map<ObjectKey, Decision> decisionByPod = new LinkedHashMap<>();

  private boolean freed;

  /** Those that go on by themselves, in time or with their volumes. */
  private final SortedSet<ObjectKey> pausing = new TreeSet<>();

  Bindings(World world, Consultations consultations) {
    this.world = world;
    this.consultations = consultations;
  }

  boolean isDecided(ObjectKey pod) {
    return decisionByPod.containsKey(pod);
  }

  /** The pods that were decided for a node but are not yet seen there. */
  List<PodState> on(String node) {
    return decisionByPod.values().stream()
        .map(Decision::pod)
        .filter(pod -> pod.node().equals(node))
        .toList();
  }

  /** Decides for a pod that waits for nothing else, and begins to bind it. */
  void decide(PodState pod, String node, Instant now, List<SchedulerCommand> out) {
    reserve(pod, node);
    proceed(pod.key(), now, out);
  }

  /** Decides for a pod whose gang must be written first. */
  void reserve(PodState pod, String node) {
    var placed = pod.on(node);
    world.cluster.place(placed);
    put(new Decision(placed, Step.COMMITTING, 0, Instant.EPOCH));
  }

  /** The gang is written: begins to bind those of its pods that were decided. */
  void committed(ObjectKey gang, Instant now, List<SchedulerCommand> out) {
    for (var decision : List.copyOf(decisionByPod.values())) {
      if (decision.step == Step.COMMITTING && belongs(decision, gang)) {
        proceed(decision.pod.key(), now, out);
      }
    }
  }

  /** The pods of a gang for which requests to bind them are under way. */
  List<PodState> sent(ObjectKey gang) {
    return decisionByPod.values().stream()
        .filter(decision -> decision.step == Step.BINDING && belongs(decision, gang))
        .map(Decision::pod)
        .toList();
  }

  /** Whether a request to bind a pod is under way. */
  boolean isSent(ObjectKey pod) {
    var decision = decisionByPod.get(pod);
    return decision != null && decision.step == Step.BINDING;
  }

  /** Takes back what was decided for a gang, but for pods that may be bound by now. */
  void takeBack(ObjectKey gang) {
    takeBack(gang, decision -> decision.step != Step.BINDING);
  }

  /** The gang could not be written: takes back what was to be written of it. */
  void notCommitted(ObjectKey gang) {
    takeBack(gang, decision -> decision.step == Step.COMMITTING);
  }

  private void takeBack(ObjectKey gang, Predicate<Decision> which) {
    for (var decision : List.copyOf(decisionByPod.values())) {
      if (belongs(decision, gang) && which.test(decision)) {
        takeBackPod(decision.pod.key());
      }
    }
  }

  /** Takes one decision back. */
  void takeBackPod(ObjectKey pod) {
    var decision = decisionByPod.remove(pod);
    if (decision != null) {
      pausing.remove(pod);
      world.cluster.unplace(pod);
      world.release(decision.pod);
      freed = true;
    }
  }

  /** Whether a place became free since this was last asked. */
  boolean takeFreed() {
    var result = freed;
    freed = false;
    return result;
  }

  /** The pod is seen bound; its place is now a fact. */
  void confirmed(ObjectKey pod) {
    var decision = decisionByPod.remove(pod);
    if (decision != null) {
      pausing.remove(pod);
      if (decision.pod.mayUseDevices()) {
        world.cluster.devices().settled(decision.pod.uid());
      }
      if (!decision.pod.shape().volumes().isEmpty()) {
        world.cluster.volumes().release(decision.pod.uid());
      }
    }
  }

  /** Whether a failure is to be tried again; else the decision must be taken back. */
  boolean retry(ObjectKey pod, String uid, Instant now) {
    var decision = decisionByPod.get(pod);
    if (decision == null || !decision.pod.uid().equals(uid)) {
      return true;
    }
    if (decision.failures + 1 >= FAILURES_MAX) {
      return false;
    }
    var pause = RETRY.multipliedBy(1L << decision.failures);
    put(new Decision(decision.pod, Step.RETRYING, decision.failures + 1, now.plus(pause)));
    return true;
  }

  /** The claims of a pod are written: goes on with it. */
  void written(ObjectKey pod, String uid, Instant now, List<SchedulerCommand> out) {
    var decision = decisionByPod.get(pod);
    if (decision != null
        && decision.pod.uid().equals(uid)
        && (decision.step == Step.DEVICES || decision.step == Step.CLAIMING)) {
      bind(decision, now, out);
    }
  }

  /** Those that will not get the volumes or the devices that were chosen for them. */
  List<PodState> broken(Instant now) {
    return pausing.isEmpty()
        ? List.of()
        : pausing().stream()
            .filter(decision -> isBroken(decision, now))
            .map(Decision::pod)
            .toList();
  }

  private boolean isBroken(Decision decision, Instant now) {
    return switch (decision.step) {
      case PREPARING -> world.cluster.devices().state(decision.pod) == BindingState.FAILED;
      case VOLUMES -> {
        var progress = volumes(decision.pod);
        yield progress == Progress.FAILED
            || (progress == Progress.WAITS && !decision.retryAt.isAfter(now));
      }
      default -> false;
    };
  }

  /** Goes on with everything that can go on now. */
  void progress(Instant now, List<SchedulerCommand> out) {
    if (pausing.isEmpty()) {
      return;
    }
    for (var decision : pausing()) {
      var pod = decision.pod;
      if (decision.step == Step.VOLUMES && volumes(pod) == Progress.READY) {
        bind(decision, now, out);
      } else if (decision.step == Step.PREPARING
          && world.cluster.devices().state(pod) == BindingState.READY) {
        bind(decision, now, out);
      } else if (decision.step == Step.RETRYING && !decision.retryAt.isAfter(now)) {
        bind(decision, now, out);
      }
    }
  }

  Optional<Instant> nextDue() {
    return pausing().stream().map(Decision::retryAt).min(Comparator.naturalOrder());
  }

  private void proceed(ObjectKey key, Instant now, List<SchedulerCommand> out) {
    var decision = decisionByPod.get(key);
    if (decision == null) {
      return;
    }
    bind(decision, now, out);
  }

  private void bind(Decision decision, Instant now, List<SchedulerCommand> out) {
    var pod = decision.pod;
    if (!pod.shape().volumes().isEmpty() && !hasVolumes(decision, now, out)) {
      return;
    }
    if (pod.mayUseDevices() && !hasDevices(decision, now, out)) {
      return;
    }
    put(decision.at(Step.BINDING));
    var bind = new SchedulerCommand.BindPod(pod.key(), pod.uid(), pod.node(), now);
    out.add(
        consultations
            .binder(pod)
            .<SchedulerCommand>map(one -> new SchedulerCommand.BindByExtender(bind, one))
            .orElse(bind));
  }

  /** Whether the pod has its volumes; else it is seen to that it gets them. */
  private boolean hasVolumes(Decision decision, Instant now, List<SchedulerCommand> out) {
    var pod = decision.pod;
    var writes = world.cluster.volumes().writes(pod);
    if (!writes.isEmpty()) {
      put(decision.at(Step.CLAIMING));
      out.add(new SchedulerCommand.ForVolumes(new VolumeCommand(pod.key(), pod.uid(), writes)));
      return false;
    }
    if (volumes(pod) != Progress.READY) {
      put(new Decision(pod, Step.VOLUMES, decision.failures, now.plus(Progress.TIMEOUT)));
      return false;
    }
    return true;
  }

  private Progress volumes(PodState pod) {
    return world
        .cluster
        .slot(pod.node())
        .map(slot -> world.cluster.volumes().progress(pod, slot.state()))
        .orElse(Progress.FAILED);
  }

  /** Whether the pod has its devices; else it is seen to that it gets them. */
  private boolean hasDevices(Decision decision, Instant now, List<SchedulerCommand> out) {
    var pod = decision.pod;
    var writes = world.cluster.devices().writes(pod);
    if (!writes.isEmpty()) {
      put(decision.at(Step.DEVICES));
      out.add(
          new SchedulerCommand.ForDevices(
              new DeviceCommand.WriteClaims(pod.key(), pod.uid(), writes)));
      return false;
    }
    if (world.cluster.devices().state(pod) != BindingState.READY) {
      var end = now.plus(BindingState.TIMEOUT).plus(RETRY);
      put(new Decision(pod, Step.PREPARING, decision.failures, end));
      return false;
    }
    return true;
  }

  private void put(Decision decision) {
    var key = decision.pod.key();
    decisionByPod.put(key, decision);
    switch (decision.step) {
      case COMMITTING, CLAIMING, DEVICES, BINDING -> pausing.remove(key);
      case VOLUMES, PREPARING, RETRYING -> pausing.add(key);
    }
  }

  private List<Decision> pausing() {
    return pausing.stream().map(key -> Objects.requireNonNull(decisionByPod.get(key))).toList();
  }

  private static boolean belongs(Decision decision, ObjectKey gang) {
    return !decision.pod.membership().gang().isEmpty() && decision.pod.gangKey().equals(gang);
  }
}
