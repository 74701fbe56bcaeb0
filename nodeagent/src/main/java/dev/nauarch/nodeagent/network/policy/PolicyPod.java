package dev.nauarch.nodeagent.network.policy;

import dev.nauarch.nodeagent.network.nft.Family;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What policies see of a pod.
 *
 * @param namespace its namespace
 * @param uid tells it from a later pod of the same name
 * @param labels its labels
 * @param ips its addresses on the pods' network; none before it is there and after it is over
 * @param isHere whether it runs on this machine's node
 * @param ports its ports that have names
 */
record PolicyPod(
    String namespace,
    String uid,
    SortedMap<String, String> labels,
    List<String> ips,
    boolean isHere,
    List<NamedPort> ports) {

  /** A port by name, with its protocol in small letters. */
  record NamedPort(String name, String protocol, int number) {}

  /** A pod as the API has it; one on the network of its node has no addresses of its own. */
  static PolicyPod of(Pod pod, String node) {
    var meta = pod.getMetadata();
    return new PolicyPod(
        meta.getNamespace(),
        meta.getUid(),
        sorted(meta.getLabels()),
        ips(pod),
        node.equals(pod.getSpec().getNodeName()),
        Stream.concat(
                pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
            .flatMap(container -> container.getPorts().stream())
            .filter(port -> port.getName() != null)
            .map(PolicyPod::port)
            .toList());
  }

  private static List<String> ips(Pod pod) {
    var status = pod.getStatus();
    if (status == null
        || Boolean.TRUE.equals(pod.getSpec().getHostNetwork())
        || "Succeeded".equals(status.getPhase())
        || "Failed".equals(status.getPhase())) {
      return List.of();
    }
    return status.getPodIPs().stream()
        .map(PodIP::getIp)
        .flatMap(ip -> ip == null ? Stream.of() : Family.normal(ip).stream())
        .toList();
  }

  private static NamedPort port(ContainerPort port) {
    var protocol = port.getProtocol() == null ? "tcp" : port.getProtocol();
    return new NamedPort(
        port.getName(), protocol.toLowerCase(Locale.ROOT), port.getContainerPort());
  }

  static SortedMap<String, String> sorted(@Nullable Map<String, String> labels) {
    return labels == null ? new TreeMap<>() : new TreeMap<>(labels);
  }

  /** The same pod with other addresses. */
  PolicyPod at(List<String> addresses) {
    return new PolicyPod(namespace, uid, labels, addresses, isHere, ports);
  }

  /** Its addresses of one family. */
  List<String> ips(Family family) {
    return ips.stream().filter(family::has).toList();
  }
}
