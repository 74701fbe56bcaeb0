package dev.nauarch.nodeagent;

import java.io.IOException;
import java.util.Collection;
import java.util.Optional;

/**
 * Gives pods their place on the network. Methods may be called from any thread and block. What is
 * attached outlives the agent's process, so that containers which go on keep their addresses.
 */
public interface PodNetwork extends AutoCloseable {

  /**
   * Gives a pod its address and, where the implementation has them, its network namespace. A pod
   * that is attached already keeps what it has. Pods on the host's network are never attached.
   *
   * @throws IOException where it can't be done now; the agent tries again, and the message is shown
   *     to the pod's owner
   */
  PodAddress attach(PodIdentity pod) throws IOException;

  /** Takes a pod off the network and frees its address; nothing happens where it is not on it. */
  void detach(PodIdentity pod) throws IOException;

  /**
   * Detaches every pod that is not among those that live. Called once as an agent starts, after the
   * containers that still run were adopted.
   */
  void retain(Collection<PodIdentity> living) throws IOException;

  /** The cluster's name server, where pods of this network can reach one. */
  Optional<ClusterDns> clusterDns();

  @Override
  void close();
}
