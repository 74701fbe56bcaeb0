package dev.nauarch.nodeagent.resource;

import java.util.Locale;

/**
 * How near to each other the parts of a machine have to be that a pod gets.
 *
 * @param policy what becomes of pods whose parts are not near to each other
 * @param scope what has to be near to each other: each container's parts, or all of a pod's
 * @param preferClosest whether of sets of equal size the one is taken whose nodes are closest
 * @param nodesMax machines with more NUMA nodes are refused; the sets of nodes double with each
 */
public record TopologyOptions(Policy policy, Scope scope, boolean preferClosest, int nodesMax) {

  /** As many NUMA nodes as a machine can have unless somebody allows more. */
  public static final int NODES_MAX_DEFAULT = 8;

  /** Nothing has to be near to anything. */
  public static final TopologyOptions NONE =
      new TopologyOptions(Policy.NONE, Scope.CONTAINER, false, NODES_MAX_DEFAULT);

  /** What becomes of a pod whose parts are not near to each other. */
  public enum Policy {
    /** Nobody looks. */
    NONE,
    /** It runs, as near as can be. */
    BEST_EFFORT,
    /** It is refused where all its parts could be nearer to each other than those that are free. */
    RESTRICTED,
    /** It is refused unless all its parts are on one node. */
    SINGLE_NUMA_NODE;

    /** The policy of a name, for example {@code single-numa-node}. */
    public static Policy of(String name) {
      for (var policy : values()) {
        if (policy.toString().equals(name)) {
          return policy;
        }
      }
      throw new IllegalArgumentException(
          "there is no topology manager policy \""
              + name
              + "\"; there are none, best-effort, restricted and single-numa-node");
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Whose parts have to be near to each other. */
  public enum Scope {
    /** Those of each container. */
    CONTAINER,
    /** Those of a pod. */
    POD;

    /** The scope of a name, {@code container} or {@code pod}. */
    public static Scope of(String name) {
      for (var scope : values()) {
        if (scope.name().toLowerCase(Locale.ROOT).equals(name)) {
          return scope;
        }
      }
      throw new IllegalArgumentException(
          "there is no topology manager scope \"" + name + "\"; there are container and pod");
    }
  }

  /** Refuses a limit that would not hold anything. */
  public TopologyOptions {
    if (nodesMax < NODES_MAX_DEFAULT || nodesMax > NumaNodes.MAX) {
      throw new IllegalArgumentException(
          "max-allowable-numa-nodes is " + nodesMax + ", not between 8 and " + NumaNodes.MAX);
    }
  }
}
