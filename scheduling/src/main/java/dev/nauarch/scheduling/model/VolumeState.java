package dev.nauarch.scheduling.model;

import java.util.List;

/**
 * A PersistentVolume as the scheduler knows it.
 *
 * @param name its name
 * @param nodes of these alternatives one must hold of a node that uses it; empty for every node
 */
public record VolumeState(String name, List<NodeTerm> nodes) {

  /** Copies the list. */
  public VolumeState {
    nodes = List.copyOf(nodes);
  }

  /** Whether the node can use it. */
  public boolean isReachableFrom(NodeState node) {
    return nodes.isEmpty() || nodes.stream().anyMatch(term -> term.matches(node));
  }
}
