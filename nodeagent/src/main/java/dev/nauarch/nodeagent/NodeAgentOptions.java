package dev.nauarch.nodeagent;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * How a node agent is set up.
 *
 * @param nodeName the node's name, which is also its host name label
 * @param nodeIp the address that the API server reaches the agent at
 * @param clusterName tells clusters on one machine apart; in the names of cgroups
 * @param home the agent's own directory, for example {@code HOME/node/NAME}
 * @param podCidr the pods' range of addresses on this node; empty where pods share the host's
 * @param labels for the node, besides those that every node has
 * @param version what the node calls its kubelet version, for example {@code v1.36.0}
 * @param runtimeSocket where a runtime listens that speaks CRI; empty for the process runtime
 * @param serverHost the address that the agent listens on
 * @param serverPort the port that it listens on; 0 for any
 * @param serverTls the agent's certificate, and the authority that its clients must be known to
 */
public record NodeAgentOptions(
    String nodeName,
    String nodeIp,
    String clusterName,
    Path home,
    String podCidr,
    Map<String, String> labels,
    String version,
    Optional<Path> runtimeSocket,
    String serverHost,
    int serverPort,
    SSLContext serverTls) {

  /** The cgroup below which all of this agent's containers are. */
  public String cgroup() {
    return "nauarch-" + clusterName + "-" + nodeName;
  }
}
