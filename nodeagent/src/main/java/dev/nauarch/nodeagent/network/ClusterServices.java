package dev.nauarch.nodeagent.network;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Every Service of the cluster with its endpoints, as of one moment: what the proxy and the name
 * server work from.
 *
 * @param servicesByKey the services by {@code namespace/name}
 */
public record ClusterServices(SortedMap<String, Entry> servicesByKey) {

  /**
   * One Service.
   *
   * @param namespace its namespace
   * @param name its name
   * @param clusterIp its address; empty for a headless one and for an alias
   * @param externalName the name that it is an alias of; empty for none
   * @param ports its ports
   * @param endpoints who serves it, ready or not
   */
  public record Entry(
      String namespace,
      String name,
      Optional<String> clusterIp,
      Optional<String> externalName,
      List<Port> ports,
      List<Endpoint> endpoints) {}

  /**
   * One port of a Service.
   *
   * @param name its name; empty where it is the only one
   * @param protocol {@code tcp}, {@code udp} or {@code sctp}
   * @param port the port at the cluster IP
   * @param nodePort the port at the node's addresses; 0 for none
   */
  public record Port(String name, String protocol, int port, int nodePort) {}

  /**
   * One endpoint of a Service.
   *
   * @param address its IPv4 address
   * @param hostname its name below the Service's; empty for none
   * @param isReady whether new connections may go there
   * @param portByName where it serves each port of the Service
   */
  public record Endpoint(
      String address, String hostname, boolean isReady, Map<String, Integer> portByName) {}
}
