package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.NodeSlot;
import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.model.PodShape;
import dev.nauarch.scheduling.model.Taint;

/**
 * How good a node is for pods of a shape, as integers; each part is 0 to 100 times its weight.
 *
 * <p>Pods that ask for devices are packed onto the fullest node, so that whole nodes stay free for
 * large gangs; pods that don't are spread over the emptiest nodes, and kept off nodes with devices.
 */
public final class Scores {

  private static final int PART_MAX = 100;
  private static final int PREFERENCE_WEIGHT = 4;
  private static final int TAINT_WEIGHT = 3;
  private static final int DEVICE_WEIGHT = 2;

  private Scores() {}

  /** The score of a node on which the shape fits; larger is better. */
  public static long of(PodShape shape, NodeSlot slot) {
    var requested = slot.used().plus(shape.requests());
    var allocatable = slot.state().allocatable();
    var devices = !shape.requests().extended().isEmpty();
    return (devices ? packed(shape, requested, allocatable) : spread(requested, allocatable))
        + balance(requested, allocatable)
        + (devices || allocatable.extended().isEmpty() ? DEVICE_WEIGHT * PART_MAX : 0)
        + PREFERENCE_WEIGHT * preference(shape, slot)
        + TAINT_WEIGHT * taints(shape, slot);
  }

  private static long spread(Amounts requested, Amounts allocatable) {
    return (PART_MAX
            - share(requested.cpuMillis(), allocatable.cpuMillis())
            + PART_MAX
            - share(requested.memoryBytes(), allocatable.memoryBytes()))
        / 2;
  }

  private static long packed(PodShape shape, Amounts requested, Amounts allocatable) {
    var sum = 0L;
    for (var device : shape.requests().extended().keySet()) {
      sum += share(requested.of(device), allocatable.of(device));
    }
    return sum / shape.requests().extended().size();
  }

  private static long balance(Amounts requested, Amounts allocatable) {
    var cpu = share(requested.cpuMillis(), allocatable.cpuMillis());
    var memory = share(requested.memoryBytes(), allocatable.memoryBytes());
    return PART_MAX - Math.abs(cpu - memory);
  }

  private static long preference(PodShape shape, NodeSlot slot) {
    var matched = 0L;
    var possible = 0L;
    for (var term : shape.preferredNodes()) {
      possible += term.weight();
      matched += term.matches(slot.state()) ? term.weight() : 0;
    }
    return possible == 0 ? 0 : PART_MAX * matched / possible;
  }

  private static long taints(PodShape shape, NodeSlot slot) {
    var unwelcome =
        slot.state().taints().stream()
            .filter(taint -> taint.effect() == Taint.Effect.PREFER_NO_SCHEDULE)
            .filter(taint -> !shape.tolerates(taint))
            .count();
    return PART_MAX / (1 + unwelcome);
  }

  /** Hundredths of the whole, 0 to 100. */
  private static long share(long part, long whole) {
    if (whole <= 0) {
      return PART_MAX;
    }
    var scaled = part > Long.MAX_VALUE / PART_MAX ? PART_MAX : part * PART_MAX / whole;
    return Math.clamp(scaled, 0, PART_MAX);
  }
}
