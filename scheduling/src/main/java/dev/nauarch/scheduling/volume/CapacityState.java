package dev.nauarch.scheduling.volume;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.Requirement;
import java.util.List;

/**
 * A CSIStorageCapacity as the scheduler knows it.
 *
 * @param key its name
 * @param storageClass of which class volumes can be made
 * @param isReachable whether there are nodes at all that can use them
 * @param topology what must hold of the labels of such a node
 * @param bytes how large a volume can be; less than 0 where that is not known
 */
public record CapacityState(
    ObjectKey key,
    String storageClass,
    boolean isReachable,
    List<Requirement> topology,
    long bytes) {

  /** Copies the list. */
  public CapacityState {
    topology = List.copyOf(topology);
  }

  /** Whether a volume of this size can be made that the node can use. */
  boolean has(long wanted, NodeState node) {
    return isReachable
        && bytes >= wanted
        && topology.stream().allMatch(requirement -> requirement.matches(node.labels()));
  }
}
