package dev.nauarch.scheduling.cluster;

import dev.nauarch.scheduling.model.NodeState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which nodes have which images already, and what that is worth to pods that need them: as much as
 * there is less to fetch, but less where few nodes have an image, so that not all pods go there.
 *
 * <p>The formula and its bounds are those of the plug-in {@code ImageLocality} of Kubernetes, with
 * the size that the node itself gives.
 */
public final class Images {

  private static final int SCORE_MAX = 100;
  private static final long MEGABYTE = 1L << 20;

  /** What is smaller is fetched in no time. */
  private static final long BYTES_MIN = 23 * MEGABYTE;

  /** More than this counts as this, for each image of a pod. */
  private static final long BYTES_MAX = 1_000 * MEGABYTE;

  /** The nodes that have one image. */
  private static final class Holders {
    private final TreeMap<Long, Integer> nodesBySize = new TreeMap<>();
    private int nodes;
    private long version;
  }

  private final Map<String, Holders> holdersByImage = new HashMap<>();
  private int nodes;

  /** Of how many nodes there are, and of images that no node has any more. */
  private long version;

  Images() {}

  /** A node comes. */
  void add(NodeState node) {
    nodes++;
    version++;
    node.images().forEach((image, size) -> count(image, size, 1));
  }

  /** A node goes, or its former self. */
  void remove(NodeState node) {
    nodes--;
    version++;
    node.images().forEach((image, size) -> count(image, size, -1));
  }

  /** A node has other images than it had. */
  void change(NodeState old, NodeState node) {
    old.images().forEach((image, size) -> count(image, size, -1));
    node.images().forEach((image, size) -> count(image, size, 1));
  }

  private void count(String image, long size, int difference) {
    var holders = holdersByImage.computeIfAbsent(image, ignored -> new Holders());
    holders.nodes += difference;
    holders.version++;
    if (holders.nodesBySize.merge(size, difference, Integer::sum) == 0) {
      holders.nodesBySize.remove(size);
    }
    if (holders.nodes == 0) {
      version += holders.version;
      holdersByImage.remove(image);
    }
  }

  /** The images of a pod where they make a difference between nodes; none where they don't. */
  public List<String> thatMatter(List<String> wanted) {
    if (wanted.isEmpty() || holdersByImage.isEmpty()) {
      return List.of();
    }
    var most = 0L;
    for (var image : wanted) {
      var holders = holdersByImage.get(image);
      most += holders == null ? 0 : scaled(holders, holders.nodesBySize.lastKey());
    }
    return most > BYTES_MIN ? wanted : List.of();
  }

  /** Grows when nodes are worth something else to pods with these images than before. */
  public long version(List<String> wanted) {
    if (wanted.isEmpty()) {
      return 0;
    }
    var sum = version;
    for (var image : wanted) {
      var holders = holdersByImage.get(image);
      sum += holders == null ? 0 : holders.version;
    }
    return sum;
  }

  /** How much of these images a node has, 0 to 100. */
  public int score(List<String> wanted, NodeState node) {
    if (wanted.isEmpty() || node.images().isEmpty()) {
      return 0;
    }
    var sum = 0L;
    for (var image : wanted) {
      var size = node.images().get(image);
      var holders = holdersByImage.get(image);
      sum += size == null || holders == null ? 0 : scaled(holders, size);
    }
    var most = BYTES_MAX * wanted.size();
    return (int) (SCORE_MAX * (Math.clamp(sum, BYTES_MIN, most) - BYTES_MIN) / (most - BYTES_MIN));
  }

  private long scaled(Holders holders, long size) {
    return Math.min(size, Long.MAX_VALUE / nodes) * holders.nodes / nodes;
  }
}
