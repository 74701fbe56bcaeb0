package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Columns;
import dev.nauarch.scheduling.cluster.NodeSlot;
import dev.nauarch.scheduling.model.PodShape;
import dev.nauarch.scheduling.model.Taint;
import dev.nauarch.scheduling.model.Weights;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How good nodes are for pods of one shape, as integers; each part is 0 to 100 times its weight.
 *
 * <p>Pods that ask for devices go where the least of them is lost for others, see {@link
 * ShareScores}; their scores count {@link ShareScores#POINT} times as much. Pods that don't are
 * spread over the emptiest nodes, and kept off nodes with devices.
 */
final class Scores {

  private static final int PART_MAX = 100;
  private static final int DEVICE_WEIGHT = 2;

  /**
   * So many nodes are looked at together, that what is noted of them stays in the nearest cache.
   */
  private static final int BLOCK = 512;

  private final Columns.Demand demand;
  private final @Nullable ShareScores shares;
  private final double[][] free;
  private final int columnLength;
  private final long version;
  private final int[] welcome;
  private final double[] cpuShare;
  private final double[] memoryShare;
  private final double[] cpuLoad;
  private final double[] memoryLoad;
  private final boolean[] hasDevices;

  /** What a node is worth that is used evenly and is otherwise as it should be. */
  private final double best;

  /** What of that is lost where one thing is used more than the other. */
  private final double uneven;

  /** What of that is lost or, less than 0, gained by what is used. */
  private final double used;

  /**
   * The scores as the nodes are now; others are needed once a node has come or changed.
   *
   * @param weights how much its parts count
   * @param shares for shapes that ask for devices; null for others
   */
  Scores(
      Columns columns,
      Eligibility eligibility,
      Columns.Demand demand,
      Weights weights,
      @Nullable ShareScores shares) {
    this.demand = demand;
    this.shares = shares;
    this.columnLength = columns.length();
    this.welcome = eligibility.welcome();
    this.version = eligibility.version();
    this.cpuShare = columns.cpuShare();
    this.memoryShare = columns.memoryShare();
    this.cpuLoad = columns.cpuLoad();
    this.memoryLoad = columns.memoryLoad();
    this.hasDevices = columns.hasDevices();
    this.best = PART_MAX * (weights.balanced() + (weights.packs() ? 0.0 : weights.free()));
    this.uneven = PART_MAX * weights.balanced();
    this.used = PART_MAX * weights.free() * (weights.packs() ? -0.5 : 0.5);
    this.free = new double[demand.columns().length][];
    for (var i = 0; i < free.length; i++) {
      free[i] = columns.free(demand.columns()[i]);
    }
  }

  /** Whether it still looks at the present columns. */
  boolean isCurrent(Columns present, Eligibility eligibility) {
    return columnLength == present.length() && version == eligibility.version();
  }

  /**
   * Writes the scores of all nodes; larger is better, and less than 0 means that the shape does not
   * fit there.
   *
   * @param into gets the score of the node number 0 at this place, and those of the others behind
   */
  void writeAll(int nodes, int[] scores, int into) {
    var block = new Block();
    for (var begin = 0; begin < nodes; begin += BLOCK) {
      var count = Math.min(BLOCK, nodes - begin);
      block.lacks(this, begin, count);
      block.rooms(this, begin, count);
      if (shares != null) {
        for (var i = 0; i < count; i++) {
          scores[into + begin + i] = block.lacks[i] < 0 ? -1 : score(begin + i, block.parts[i]);
        }
      } else {
        block.sum(this, begin, count, scores, into + begin);
      }
    }
  }

  /** The score of one node. */
  int of(int node) {
    for (var i = 0; i < free.length; i++) {
      if (demand.amounts()[i] > free[i][node]) {
        return -1;
      }
    }
    var room =
        room(
            best,
            uneven,
            used,
            (cpuLoad[node] + demand.cpuLoad()) * cpuShare[node],
            (memoryLoad[node] + demand.memoryLoad()) * memoryShare[node]);
    return score(node, (int) room);
  }

  /**
   * What is noted of some nodes. These loops are written such that the compiler makes vector
   * instructions of them, which makes them five times as fast; look at what {@code nau bench
   * decide} says of distinct shapes before and after you change one.
   */
  private static final class Block {
    /** Less than 0 where something is lacking. */
    private final int[] lacks = new int[BLOCK];

    private final double[] rooms = new double[BLOCK];
    private final int[] parts = new int[BLOCK];

    void lacks(Scores of, int begin, int count) {
      Arrays.fill(lacks, 0);
      for (var i = 0; i < of.free.length; i++) {
        lacks(of.free[i], of.demand.amounts()[i], begin, count);
      }
    }

    private void lacks(double[] free, double amount, int begin, int count) {
      for (var k = 0; k < count; k++) {
        // All amounts are whole, and what is too large for an int keeps its sign.
        lacks[k] |= (int) (free[begin + k] - amount);
      }
    }

    void rooms(Scores of, int begin, int count) {
      var cpu = of.demand.cpuLoad();
      var memory = of.demand.memoryLoad();
      var cpus = of.cpuLoad;
      var cpuShares = of.cpuShare;
      var memories = of.memoryLoad;
      var memoryShares = of.memoryShare;
      var best = of.best;
      var uneven = of.uneven;
      var used = of.used;
      for (var k = 0; k < count; k++) {
        rooms[k] =
            room(
                best,
                uneven,
                used,
                (cpus[begin + k] + cpu) * cpuShares[begin + k],
                (memories[begin + k] + memory) * memoryShares[begin + k]);
      }
      for (var k = 0; k < count; k++) {
        parts[k] = (int) rooms[k];
      }
    }

    void sum(Scores of, int begin, int count, int[] scores, int into) {
      var welcome = of.welcome;
      var hasDevices = of.hasDevices;
      for (var k = 0; k < count; k++) {
        var score = welcome[begin + k];
        var part = Math.max(0, parts[k]) + (hasDevices[begin + k] ? 0 : DEVICE_WEIGHT * PART_MAX);
        scores[into + k] = (lacks[k] | score) < 0 ? -1 : score + part;
      }
    }
  }

  /** How evenly a node would be used, and how much of it would be left or taken. */
  private static double room(
      double best, double uneven, double used, double cpuPart, double memoryPart) {
    return best - uneven * Math.abs(cpuPart - memoryPart) - used * (cpuPart + memoryPart);
  }

  private int score(int node, int room) {
    if (welcome[node] < 0) {
      return -1;
    }
    if (shares != null) {
      return welcome[node] * ShareScores.POINT + shares.of(node);
    }
    return welcome[node] + Math.max(0, room) + (hasDevices[node] ? 0 : DEVICE_WEIGHT * PART_MAX);
  }

  /** What a node of this number scores for what it is. */
  static int ofNode(PodShape shape, NodeSlot slot) {
    var weights = shape.weights();
    return weights.preferredNodes() * preference(shape, slot)
        + weights.taints() * taints(shape, slot);
  }

  private static int preference(PodShape shape, NodeSlot slot) {
    var matched = 0;
    var possible = 0;
    for (var term : shape.preferredNodes()) {
      possible += term.weight();
      matched += term.matches(slot.state()) ? term.weight() : 0;
    }
    return possible == 0 ? 0 : PART_MAX * matched / possible;
  }

  private static int taints(PodShape shape, NodeSlot slot) {
    var unwelcome = 0;
    for (var taint : slot.state().taints()) {
      unwelcome +=
          taint.effect() == Taint.Effect.PREFER_NO_SCHEDULE && !shape.tolerates(taint) ? 1 : 0;
    }
    return PART_MAX / (1 + unwelcome);
  }
}
