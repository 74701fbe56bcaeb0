package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.Columns;
import dev.nauarch.scheduling.model.PodShape;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The score of each node for pods of one shape, and the best of them. It catches up with the
 * cluster's changes, so a decision costs what has changed since the last one and not the number of
 * nodes.
 *
 * <p>The scores are the leaves of a tree whose other knots hold the larger of their two children; a
 * change climbs towards the root, and the best is found on the way down from it. A shape that comes
 * only once has no use for the tree, so it is not built before the second question.
 */
final class ShapeIndex {

  private final Cluster cluster;
  private final Progress progress = new Progress();
  private PodShape shape;
  private Eligibility eligibility;
  private Columns.Demand demand;
  private @Nullable ShareScores shares;
  private Scores scores;
  private final Runnable whenAll = this::checkAll;
  private final IntConsumer whenOne = this::check;

  /** The leaves are its second half. */
  private int[] tree = new int[2];

  private boolean isTree;
  private boolean isNew = true;

  ShapeIndex(PodShape shape, Eligibility eligibility, Cluster cluster) {
    this.cluster = cluster;
    this.shape = shape;
    this.eligibility = eligibility;
    this.demand = cluster.columns().demand(shape);
    this.shares = shares(shape);
    this.scores = new Scores(cluster.columns(), eligibility, demand, shape.weights(), shares);
  }

  /** Becomes that of another shape. */
  void become(PodShape other, Eligibility itsEligibility) {
    shape = other;
    eligibility = itsEligibility;
    demand = cluster.columns().demand(other);
    shares = shares(other);
    scores = new Scores(cluster.columns(), eligibility, demand, other.weights(), shares);
    progress.reset();
    isTree = false;
    isNew = true;
  }

  private @Nullable ShareScores shares(PodShape one) {
    return demand.devices() == 0
        ? null
        : new ShareScores(cluster.columns(), demand, one.requests().cpuMillis(), cluster.mixes());
  }

  /** How much one point of a score counts here. */
  int point() {
    return shares == null ? 1 : ShareScores.POINT;
  }

  /** What the shape has in common with others. */
  Eligibility eligibility() {
    return eligibility;
  }

  /**
   * The number of the best node of an area, the lowest among equals; less than 0 where it fits on
   * none.
   */
  int best(Area area) {
    return area.isWhole() ? best() : bestOf(area);
  }

  private int best() {
    follow();
    if (isNew) {
      isNew = false;
      return bestOf(Area.WHOLE);
    }
    buildTree();
    if (tree[1] < 0) {
      return -1;
    }
    var knot = 1;
    var leaves = leaves();
    while (knot < leaves) {
      knot = tree[2 * knot] == tree[knot] ? 2 * knot : 2 * knot + 1;
    }
    return knot - leaves;
  }

  private int bestOf(Area area) {
    follow();
    var best = -1;
    var most = -1;
    var leaves = leaves();
    var size = area.size(cluster.numbers());
    for (var i = 0; i < size; i++) {
      var node = area.node(i);
      if (tree[leaves + node] > most) {
        most = tree[leaves + node];
        best = node;
      }
    }
    return best;
  }

  /** The scores by number, from {@link #leaves} on; valid until the cluster changes. */
  int[] scores() {
    follow();
    return tree;
  }

  /** How many numbers there is room for. */
  int leaves() {
    return tree.length / 2;
  }

  private void follow() {
    if (leaves() < cluster.numbers()) {
      tree = new int[2 * Integer.highestOneBit(Math.max(64, 2 * cluster.numbers() - 1))];
      progress.reset();
    }
    if (!scores.isCurrent(cluster.columns(), eligibility)) {
      shares = shares(shape);
      scores = new Scores(cluster.columns(), eligibility, demand, shape.weights(), shares);
    }
    progress.follow(cluster.changes(), version(), whenAll, whenOne);
  }

  /** Changes when nodes that did not change have other scores than before. */
  long version() {
    return (shares == null ? 0 : shares.version()) + eligibility.worthVersion();
  }

  private void checkAll() {
    var leaves = leaves();
    scores.writeAll(cluster.numbers(), tree, leaves);
    Arrays.fill(tree, leaves + cluster.numbers(), tree.length, -1);
    if (!shape.ports().isEmpty()) {
      for (var node = 0; node < cluster.numbers(); node++) {
        checkPorts(node);
      }
    }
    isTree = false;
  }

  private void check(int node) {
    tree[leaves() + node] = scores.of(node);
    checkPorts(node);
    if (isTree) {
      climb(leaves() + node);
    }
  }

  private void checkPorts(int node) {
    var slot = shape.ports().isEmpty() ? null : cluster.slot(node);
    if (slot != null && !NodeRules.hasPorts(shape, slot)) {
      tree[leaves() + node] = -1;
    }
  }

  private void climb(int leaf) {
    for (var knot = leaf / 2; knot > 0; knot /= 2) {
      var larger = Math.max(tree[2 * knot], tree[2 * knot + 1]);
      if (tree[knot] == larger) {
        return;
      }
      tree[knot] = larger;
    }
  }

  private void buildTree() {
    if (!isTree) {
      for (var knot = leaves() - 1; knot > 0; knot--) {
        tree[knot] = Math.max(tree[2 * knot], tree[2 * knot + 1]);
      }
      isTree = true;
    }
  }
}
