package dev.nauarch.nodeagent.network;

import dev.nauarch.nodeagent.network.ServiceFrame.Door;
import dev.nauarch.nodeagent.network.nft.Family;
import dev.nauarch.nodeagent.network.nft.Item;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The ports of the node that lead to its pods ({@code hostPort}). Pure. A host port is what a node
 * port with one endpoint is, or, with a {@code hostIP}, what an address of a load balancer is.
 *
 * @param ports each where it is and where it leads
 */
record HostPorts(List<HostPort> ports) {

  /**
   * One of them.
   *
   * @param ip the node's address; empty for all
   */
  record HostPort(String ip, String protocol, int port, String podIp, int podPort) {}

  /** Those of pods that are on networks of their own and not over; the first of each is served. */
  static HostPorts of(Collection<Pod> pods) {
    var ports = new ArrayList<HostPort>();
    pods.stream()
        .filter(pod -> !Boolean.TRUE.equals(pod.getSpec().getHostNetwork()))
        .filter(pod -> pod.getStatus() != null && !isOver(pod))
        .sorted(
            Comparator.comparing((Pod pod) -> pod.getMetadata().getNamespace())
                .thenComparing(pod -> pod.getMetadata().getName()))
        .forEach(pod -> add(ports, pod));
    return new HostPorts(List.copyOf(ports));
  }

  private static boolean isOver(Pod pod) {
    return List.of("Succeeded", "Failed").contains(text(pod.getStatus().getPhase()));
  }

  private static void add(List<HostPort> ports, Pod pod) {
    var ips =
        pod.getStatus().getPodIPs().stream()
            .flatMap(ip -> Family.normal(text(ip.getIp())).stream())
            .toList();
    Stream.concat(
            pod.getSpec().getContainers().stream(), pod.getSpec().getInitContainers().stream())
        .flatMap(container -> container.getPorts().stream())
        .filter(port -> port.getHostPort() != null && port.getHostPort() != 0)
        .forEach(port -> ips.forEach(ip -> add(ports, port, ip)));
  }

  private static void add(List<HostPort> ports, ContainerPort port, String podIp) {
    var wanted = text(port.getHostIP());
    var isAny = wanted.isEmpty() || wanted.equals("0.0.0.0") || wanted.equals("::");
    var hostIp = isAny ? "" : Family.normal(wanted).orElse("");
    if (isAny || !hostIp.isEmpty()) {
      var protocol = port.getProtocol() == null ? "tcp" : port.getProtocol();
      ports.add(
          new HostPort(
              hostIp,
              protocol.toLowerCase(Locale.ROOT),
              port.getHostPort(),
              podIp,
              port.getContainerPort()));
    }
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** What the table of services holds for them. */
  Map<Item, String> items(Family family) {
    var items = new LinkedHashMap<Item, String>();
    for (var port : ports) {
      var isOfFamily = family.has(port.podIp) && (port.ip.isEmpty() || family.has(port.ip));
      var door = port.ip.isEmpty() ? Door.NODE_PORTS : Door.IPS;
      var at = door.key(port.ip, port.protocol, port.port);
      if (isOfFamily
          && items.putIfAbsent(Item.element(door.map(), at), "goto " + door.spread(1)) == null) {
        items.put(Item.element(door.endpoints(), at + " . 0"), port.podIp + " . " + port.podPort);
        items.put(Item.chain(door.spread(1)), door.spreadRules(family, 1));
        var self = port.podIp + " . " + port.podIp + " . " + port.protocol + " . " + port.podPort;
        items.put(Item.element(ServiceFrame.HAIRPINS, self), "");
      }
    }
    return items;
  }
}
