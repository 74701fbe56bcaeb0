package dev.nauarch.api;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A port of its node that a pod takes for itself.
 *
 * @param address the node's address; empty or 0.0.0.0 for all of them
 * @param protocol TCP, UDP or SCTP
 * @param port 1 to 65535
 */
public record HostPort(String address, String protocol, int port) {

  /** Those of a pod: of its main containers and sidecars. */
  public static List<HostPort> of(PodSpec pod) {
    var sidecars =
        pod.getInitContainers().stream().filter(init -> "Always".equals(init.getRestartPolicy()));
    return Stream.concat(pod.getContainers().stream(), sidecars)
        .map(Container::getPorts)
        .flatMap(List::stream)
        .filter(port -> port.getHostPort() != null && port.getHostPort() > 0)
        .map(
            port ->
                new HostPort(
                    Objects.requireNonNullElse(port.getHostIP(), ""),
                    Objects.requireNonNullElse(port.getProtocol(), "TCP"),
                    port.getHostPort()))
        .toList();
  }

  /** Whether both can't be taken on one node. */
  public boolean conflictsWith(HostPort other) {
    return port == other.port
        && protocol.equals(other.protocol)
        && (isWildcard() || other.isWildcard() || address.equals(other.address));
  }

  private boolean isWildcard() {
    return address.isEmpty() || address.equals("0.0.0.0");
  }
}
