package dev.nauarch.scheduling.fit;

import java.util.Arrays;

/** The nodes among which one is looked for, by their numbers, the lowest first. */
public final class Area {

  /** All nodes. */
  public static final Area WHOLE = new Area(new int[0], true);

  private final int[] nodes;
  private final boolean isWhole;

  private Area(int[] nodes, boolean isWhole) {
    this.nodes = nodes;
    this.isWhole = isWhole;
  }

  /**
   * Some nodes.
   *
   * @param nodes their numbers, the lowest first; not to be changed any more
   */
  public static Area of(int[] nodes) {
    return new Area(nodes, false);
  }

  /** Whether it is the whole cluster. */
  public boolean isWhole() {
    return isWhole;
  }

  /**
   * How many nodes it has.
   *
   * @param numbers that of the cluster
   */
  public int size(int numbers) {
    return isWhole ? numbers : nodes.length;
  }

  /** Whether it has no node. */
  public boolean isEmpty() {
    return !isWhole && nodes.length == 0;
  }

  /** What both have. */
  public Area within(Area other) {
    if (isWhole || other.isWhole) {
      return isWhole ? other : this;
    }
    var both =
        Arrays.stream(nodes).filter(node -> Arrays.binarySearch(other.nodes, node) >= 0).toArray();
    return Area.of(both);
  }

  /** One of them, of which the first has the position 0. */
  public int node(int position) {
    return isWhole ? position : nodes[position];
  }
}
