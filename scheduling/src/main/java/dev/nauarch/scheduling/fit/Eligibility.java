package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.NodeSlot;
import dev.nauarch.scheduling.model.Filter;
import dev.nauarch.scheduling.model.PodShape;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * What shapes with the same selection and tolerations have in common: which nodes are possible for
 * what they are, whoever runs on them, and how welcome.
 */
final class Eligibility {

  /** The node is selected. */
  static final byte SELECTED = 1;

  /** Its taints are tolerated. */
  static final byte TOLERATED = 2;

  private static final byte UNCORDONED = 4;

  private final PodShape shape;
  private final Cluster cluster;

  /** What must hold of a node that is possible. */
  private final int needed;

  private final Progress progress = new Progress();
  private final Runnable whenAll = this::checkAll;
  private final IntConsumer whenOne = this::check;
  private byte[] flags = new byte[0];
  private int[] welcome = new int[0];
  private long version;

  /**
   * For shapes that differ from this one in what they ask for only.
   *
   * @param shape without requests, ports and volumes, and without images that don't matter
   */
  Eligibility(PodShape shape, Cluster cluster) {
    this.shape = shape;
    this.cluster = cluster;
    this.needed =
        UNCORDONED
            | (shape.isUnder(Filter.NODE_AFFINITY) ? SELECTED : 0)
            | (shape.isUnder(Filter.TAINT_TOLERATION) ? TOLERATED : 0);
  }

  /** The score of each node for what it is; less than 0 where it is not possible. */
  int[] welcome() {
    follow();
    return welcome;
  }

  /** Changes when the scores are others than those that were handed out before. */
  long version() {
    follow();
    return version;
  }

  /** Grows when nodes that did not change have other scores than before. */
  long worthVersion() {
    return cluster.images().version(shape.images());
  }

  /** What holds of each node. */
  byte[] flags() {
    follow();
    return flags;
  }

  private void follow() {
    if (flags.length < cluster.numbers()) {
      progress.reset();
    }
    progress.follow(cluster.nodeChanges(), worthVersion(), whenAll, whenOne);
  }

  private void checkAll() {
    version++;
    var length = Math.max(64, cluster.numbers() + cluster.numbers() / 4);
    flags = new byte[length];
    welcome = new int[length];
    Arrays.fill(welcome, -1);
    for (var number = 0; number < cluster.numbers(); number++) {
      check(number);
    }
  }

  private void check(int number) {
    var slot = cluster.slot(number);
    flags[number] = slot == null ? 0 : flags(slot);
    welcome[number] = slot != null && (flags[number] & needed) == needed ? score(slot) : -1;
  }

  private int score(NodeSlot slot) {
    var images = cluster.images().score(shape.images(), slot.state());
    return Scores.ofNode(shape, slot) + shape.weights().images() * images;
  }

  private byte flags(NodeSlot slot) {
    var node = slot.state();
    var all = 0;
    all |= shape.selects(node) ? SELECTED : 0;
    all |= NodeRules.untolerated(shape, node).isEmpty() ? TOLERATED : 0;
    all |= NodeRules.isCordoned(shape, node) ? 0 : UNCORDONED;
    return (byte) all;
  }
}
