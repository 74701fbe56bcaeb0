package dev.nauarch.scheduling.volume;

import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.NodeTerm;
import java.util.List;

/**
 * A StorageClass as the scheduler knows it.
 *
 * @param name its name
 * @param provisioner who makes volumes of it
 * @param waitsForConsumer whether its volumes are chosen once a pod's node is known
 * @param topologies of these alternatives one must hold of the node; empty for no condition
 */
public record StorageClassState(
    String name, String provisioner, boolean waitsForConsumer, List<NodeTerm> topologies) {

  /** The provisioner of classes whose volumes are made by people. */
  public static final String NOBODY = "kubernetes.io/no-provisioner";

  /** Copies the list. */
  public StorageClassState {
    topologies = List.copyOf(topologies);
  }

  /** Whether somebody makes volumes for such a node. */
  boolean isMadeFor(NodeState node) {
    return !provisioner.isEmpty()
        && !provisioner.equals(NOBODY)
        && (topologies.isEmpty() || topologies.stream().anyMatch(term -> term.matches(node)));
  }
}
