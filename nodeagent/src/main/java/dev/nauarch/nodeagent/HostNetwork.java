package dev.nauarch.nodeagent;

import dev.nauarch.nodeagent.network.AddressBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Lets pods share the host's network, each with a loopback address of its own: what can be had
 * without root. A pod may listen on its address alone, but nothing stops it from listening on all.
 */
public final class HostNetwork implements PodNetwork {
  private final AddressBlock block;

  private HostNetwork(AddressBlock block) {
    this.block = block;
  }

  /**
   * Opens the network of one node.
   *
   * @param directory where the addresses in use are written down
   * @param block which of the blocks 127.64.0.0/24 to 127.127.255.0/24 this node takes, 0 to 16383;
   *     nodes of one machine take different ones
   */
  public static HostNetwork open(Path directory, int block) throws IOException {
    if (block < 0 || block >= 64 * 256) {
      throw new IllegalArgumentException("block " + block + " is not within 0 to 16383");
    }
    var prefix = "127." + (64 + block / 256) + "." + block % 256 + ".";
    return new HostNetwork(AddressBlock.open(directory, prefix, 1));
  }

  @Override
  public PodAddress attach(PodIdentity pod) throws IOException {
    return new PodAddress(block.claim(pod.uid()), Optional.empty());
  }

  @Override
  public void detach(PodIdentity pod) throws IOException {
    block.release(pod.uid());
  }

  @Override
  public void retain(Collection<PodIdentity> living) throws IOException {
    var uids = living.stream().map(PodIdentity::uid).collect(Collectors.toSet());
    for (var uid : block.uids()) {
      if (!uids.contains(uid)) {
        block.release(uid);
      }
    }
  }

  /** None: without root nothing can listen on port 53, so pods resolve names as the host does. */
  @Override
  public Optional<ClusterDns> clusterDns() {
    return Optional.empty();
  }

  @Override
  public void close() {}
}
