package dev.nauarch.nodeagent.network.policy;

import dev.nauarch.nodeagent.ClusterDns;
import dev.nauarch.nodeagent.PodAddress;
import dev.nauarch.nodeagent.PodIdentity;
import dev.nauarch.nodeagent.PodNetwork;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A network whose pods wait for their policies. */
public final class GuardedNetwork implements PodNetwork {
  private final PodNetwork network;
  private final PolicyGate gate;

  /**
   * @param network how pods are attached
   * @param gate where they wait
   */
  public GuardedNetwork(PodNetwork network, PolicyGate gate) {
    this.network = network;
    this.gate = gate;
  }

  @Override
  public PodAddress attach(PodIdentity pod) throws IOException {
    var address = network.attach(pod);
    gate.admit(pod, List.of(address.ip()));
    return address;
  }

  @Override
  public void detach(PodIdentity pod) throws IOException {
    network.detach(pod);
    gate.release(pod);
  }

  @Override
  public void retain(Collection<PodIdentity> living) throws IOException {
    network.retain(living);
  }

  @Override
  public Optional<ClusterDns> clusterDns() {
    return network.clusterDns();
  }

  @Override
  public void close() {
    network.close();
  }
}
