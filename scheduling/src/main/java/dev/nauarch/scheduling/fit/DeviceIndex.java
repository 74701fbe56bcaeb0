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

  private static final int UNKNOWN = -1;

  private final List<ClaimPlan> wanted;
  private final Cluster cluster;
  private final Progress nodeProgress = new Progress();
  private final Progress deviceProgress = new Progress();
  private final Progress roomProgress = new Progress();
  private @Nullable Outcome[] outcomes = new Outcome[0];
  private int[] scores = new int[0];
  private long cpuMillis;

  DeviceIndex(List<ClaimPlan> wanted, Cluster cluster) {
    this.wanted = wanted;
    this.cluster = cluster;
  }

  /**
   * Catches up with what has changed.
   *
   * @param asked how much processor time the pods ask for
   */
  void follow(long asked) {
    if (outcomes.length < cluster.numbers()) {
      outcomes = Arrays.copyOf(outcomes, Math.max(64, 2 * cluster.numbers()));
      scores = new int[outcomes.length];
      roomProgress.reset();
    }
    if (asked != cpuMillis) {
      cpuMillis = asked;
      roomProgress.reset();
    }
    nodeProgress.follow(cluster.nodeChanges(), this::forgetAll, this::forget);
    deviceProgress.follow(cluster.deviceChanges(), this::forgetAll, this::forget);
    var mix = cluster.devices().mixVersion();
    roomProgress.follow(
        cluster.changes(), mix, () -> Arrays.fill(scores, UNKNOWN), node -> scores[node] = UNKNOWN);
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

  /** How good it is for others if a pod that fits on a node has its devices there. */
  int score(NodeSlot slot) {
    var number = slot.number();
    if (scores[number] == UNKNOWN && on(slot) instanceof Outcome.Possible possible) {
      var columns = cluster.columns();
      var left = (long) columns.free(columns.column("cpu"))[number];
      scores[number] = cluster.devices().score(possible, left, cpuMillis);
    }
    return scores[number];
  }

  private void forgetAll() {
    Arrays.fill(outcomes, null);
    Arrays.fill(scores, UNKNOWN);
  }

  private void forget(int node) {
    outcomes[node] = null;
    scores[node] = UNKNOWN;
  }
}
