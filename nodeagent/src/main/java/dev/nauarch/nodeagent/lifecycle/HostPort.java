package dev.nauarch.nodeagent.lifecycle;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A port of a node that a pod listens on.
 *
 * @param address the address of the node that it is about; {@link #ANY} for all of them
 * @param protocol {@code TCP}, {@code UDP} or {@code SCTP}
 * @param number from 1 to 65535
 */
record HostPort(String address, String protocol, int number) {
  /** All addresses of a node. */
  static final String ANY = "0.0.0.0";

  /** Those of a pod: of its main containers and sidecars. */
  static List<HostPort> of(Pod pod) {
    var ports = new ArrayList<HostPort>();
    for (var container : pod.getSpec().getInitContainers()) {
      if ("Always".equals(container.getRestartPolicy())) {
        add(ports, container);
      }
    }
    pod.getSpec().getContainers().forEach(container -> add(ports, container));
    return List.copyOf(ports);
  }

  private static void add(List<HostPort> ports, Container container) {
    for (var port : container.getPorts()) {
      if (port.getHostPort() != null && port.getHostPort() > 0) {
        var address = Objects.requireNonNullElse(port.getHostIP(), "");
        ports.add(
            new HostPort(
                address.isEmpty() ? ANY : address,
                Objects.requireNonNullElse(port.getProtocol(), "TCP"),
                port.getHostPort()));
      }
    }
  }

  /** Whether only one of both can be listened on. */
  boolean conflictsWith(HostPort other) {
    return number == other.number
        && protocol.equals(other.protocol)
        && (address.equals(other.address) || address.equals(ANY) || other.address.equals(ANY));
  }
}
