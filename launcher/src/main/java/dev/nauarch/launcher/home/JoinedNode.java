package dev.nauarch.launcher.home;

import dev.nauarch.api.ModelCodec;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * This machine as a node of a cluster whose server is on another.
 *
 * @param name what the cluster is called on this machine
 * @param pid the agent's process
 * @param startedAt when that process started, as the operating system says
 * @param server where the API server is
 * @param nodeName the node's name
 * @param nodeIp the address at which other machines reach this one
 * @param network the addresses of the cluster and of this machine's pods
 */
public record JoinedNode(
    String name,
    long pid,
    Instant startedAt,
    URI server,
    String nodeName,
    String nodeIp,
    Network network) {

  /**
   * Addresses.
   *
   * @param podCidr the range of all pods
   * @param nodeCidr the part of it that is this machine's
   * @param serviceCidr the range of cluster IPs
   * @param version the cluster's version of Kubernetes, for example {@code v1.37.0}
   */
  public record Network(String podCidr, String nodeCidr, String serviceCidr, String version) {

    /** Whether what was made for the one will do for the other. */
    public boolean hasRangesOf(Network other) {
      return podCidr.equals(other.podCidr)
          && nodeCidr.equals(other.nodeCidr)
          && serviceCidr.equals(other.serviceCidr);
    }
  }

  static JoinedNode of(ObjectNode json) {
    return new JoinedNode(
        json.path("name").stringValue(),
        json.path("pid").longValue(),
        Instant.parse(json.path("startedAt").stringValue()),
        URI.create(json.path("server").stringValue()),
        json.path("nodeName").stringValue(),
        json.path("nodeIp").stringValue(),
        new Network(
            json.path("podCidr").stringValue(),
            json.path("nodeCidr").stringValue(),
            json.path("serviceCidr").stringValue(),
            json.path("version").stringValue()));
  }

  ObjectNode toJson() {
    return ModelCodec.emptyTree()
        .put("name", name)
        .put("pid", pid)
        .put("startedAt", startedAt.toString())
        .put("server", server.toString())
        .put("nodeName", nodeName)
        .put("nodeIp", nodeIp)
        .put("podCidr", network.podCidr())
        .put("nodeCidr", network.nodeCidr())
        .put("serviceCidr", network.serviceCidr())
        .put("version", network.version());
  }

  /** The agent's process, where it still runs. */
  public Optional<ProcessHandle> process() {
    return ClusterHome.runningProcess(pid, startedAt);
  }
}
