package dev.nauarch.scheduling.fit;

/**
 * The scores of nodes for one pod, those of its claims included. Where a pod claims devices, what
 * it leaves of them for others counts instead of what it leaves of processor time and memory. Made
 * for one question.
 */
final class NodeScores {

  private final DeviceRules devices;
  private final boolean comparesDevices;
  private final int[] scores;
  private final int first;
  private final int[] welcome;
  private final int point;
  private final boolean hasShares;

  NodeScores(ShapeIndex index, DeviceRules devices) {
    this.devices = devices;
    this.comparesDevices = devices.comparesNodes();
    this.scores = index.scores();
    this.first = index.leaves();
    this.welcome = index.eligibility().welcome();
    this.hasShares = index.point() == ShareScores.POINT;
    this.point = comparesDevices ? ShareScores.POINT : index.point();
  }

  /** Whether the pod may fit on a node with a larger score than this one. */
  boolean mayExceed(int node, int least) {
    return scores[first + node] > (comparesDevices ? -1 : least);
  }

  /** The score of a node on which the pod fits. */
  int of(int node) {
    if (!comparesDevices) {
      return scores[first + node];
    }
    var own = hasShares ? scores[first + node] : welcome[node] * ShareScores.POINT;
    return own + devices.score(node);
  }

  /** How much one point of a score counts. */
  int point() {
    return point;
  }
}
