package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.NodeSlot;
import dev.nauarch.scheduling.device.ClaimPlan;
import dev.nauarch.scheduling.device.Outcome;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * On which nodes claims of equal specs can have devices. A node is looked at when somebody asks,
 * and again once its devices, or what is taken of them, have changed.
 */
final class DeviceIndex {

  private final List<ClaimPlan> wanted;
  private final Cluster cluster;
  private final Progress nodeProgress = new Progress();
  private final Progress deviceProgress = new Progress();
  private @Nullable Outcome[] outcomes = new Outcome[0];

  DeviceIndex(List<ClaimPlan> wanted, Cluster cluster) {
    this.wanted = wanted;
    this.cluster = cluster;
  }

  /** Catches up with what has changed. */
  void follow() {
    if (outcomes.length < cluster.numbers()) {
      outcomes = Arrays.copyOf(outcomes, Math.max(64, 2 * cluster.numbers()));
    }
    nodeProgress.follow(cluster.nodeChanges(), this::forgetAll, this::forget);
    deviceProgress.follow(cluster.deviceChanges(), this::forgetAll, this::forget);
  }

  /** What came of it on a node; valid until something changes. */
  Outcome on(NodeSlot slot) {
    var known = outcomes[slot.number()];
    if (known == null) {
      known = cluster.devices().allocate(slot.state(), wanted);
      outcomes[slot.number()] = known;
    }
    return known;
  }

  private void forgetAll() {
    Arrays.fill(outcomes, null);
  }

  private void forget(int node) {
    outcomes[node] = null;
  }
}
