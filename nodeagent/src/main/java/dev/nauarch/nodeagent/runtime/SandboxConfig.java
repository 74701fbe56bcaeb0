package dev.nauarch.nodeagent.runtime;

import dev.nauarch.nodeagent.PodIdentity;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The surroundings that the containers of one pod share.
 *
 * @param pod whose it is
 * @param attempt 0 for the pod's first, one more for each that follows
 * @param handler what of the runtime's is to run it; empty for the default
 * @param hostname what its containers see as the host's name; empty for the host's own
 * @param resolver how its containers find names
 * @param ports which of its ports are reached at the host's
 * @param labels the pod's labels and annotations
 * @param logs the directory of its containers' logs
 * @param sharing what it shares with the host
 * @param cgroup the control group above those of its containers, from the root of the hierarchy;
 *     empty where there is none
 * @param limits what all its containers together may use
 * @param security as whom it runs where a container does not say
 * @param sysctls settings of the kernel in its namespaces
 */
public record SandboxConfig(
    PodIdentity pod,
    int attempt,
    String handler,
    String hostname,
    Resolver resolver,
    List<Port> ports,
    Labels labels,
    Path logs,
    Sharing sharing,
    String cgroup,
    ResourceLimits limits,
    ContainerConfig.Security security,
    Map<String, String> sysctls) {

  /** Whether its containers see the host's processes. */
  public boolean hostPid() {
    return sharing.hostPid();
  }

  /** Whether its containers share the host's System V and POSIX memory. */
  public boolean hostIpc() {
    return sharing.hostIpc();
  }

  /**
   * How names are found, as in {@code resolv.conf}.
   *
   * @param servers addresses of name servers
   * @param searches domains to look in
   * @param options of the resolver, for example {@code ndots:5}
   */
  public record Resolver(List<String> servers, List<String> searches, List<String> options) {}

  /**
   * A port of the pod that is reached at the host's.
   *
   * @param protocol {@code TCP}, {@code UDP} or {@code SCTP}
   * @param port the pod's
   * @param hostPort the host's
   * @param hostIp at which of the host's addresses; empty for all
   */
  public record Port(String protocol, int port, int hostPort, String hostIp) {}

  /**
   * What people wrote at a pod, for the runtime's plugins.
   *
   * @param labels its labels
   * @param annotations its annotations
   */
  public record Labels(Map<String, String> labels, Map<String, String> annotations) {}

  /**
   * What is shared with the host and within the pod.
   *
   * @param hostNetwork whether its containers are on the host's network
   * @param hostPid whether they see the host's processes
   * @param hostIpc whether they share the host's System V and POSIX memory
   * @param sharedPid whether they see each other's processes
   * @param users the ids of the pod's own users outside; empty where they are the host's
   */
  public record Sharing(
      boolean hostNetwork,
      boolean hostPid,
      boolean hostIpc,
      boolean sharedPid,
      Optional<IdRange> users) {

    /** Nothing with the host, and each container has processes of its own. */
    public static final Sharing NONE = new Sharing(false, false, false, false, Optional.empty());
  }

  /**
   * Ids 0 to {@code count - 1} of a pod, outside.
   *
   * @param first what its id 0 is
   * @param count how many there are
   */
  public record IdRange(long first, long count) {}
}
