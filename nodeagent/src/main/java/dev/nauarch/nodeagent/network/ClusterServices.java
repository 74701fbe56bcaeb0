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
   * @param locality which of its traffic stays on the machine
   * @param ports its ports
   * @param endpoints who serves it, ready or not
   */
  public record Entry(
      String namespace,
      String name,
      Optional<String> clusterIp,
      Optional<String> externalName,
      Locality locality,
      List<Port> ports,
      List<Endpoint> endpoints) {

    /**
     * Where new connections to a port may go: to the ready endpoints, or where nobody is ready to
     * those that are ending and still serve.
     *
     * @param isLocal whether only the machine's own endpoints count
     */
    List<Endpoint> targets(Port port, boolean isLocal) {
      var all =
          endpoints.stream()
              .filter(e -> e.portByName().containsKey(port.name()) && (e.isHere() || !isLocal))
              .toList();
      var ready = all.stream().filter(Endpoint::isReady).toList();
      return ready.isEmpty()
          ? all.stream().filter(e -> e.readiness() == Readiness.ENDING).toList()
          : ready;
    }
  }

  /**
   * Which traffic of a Service goes to endpoints on the machine that it arrives at alone.
   *
   * @param inside what is sent to its cluster IP ({@code internalTrafficPolicy})
   * @param outside what is sent to its node ports ({@code externalTrafficPolicy})
   */
  public record Locality(boolean inside, boolean outside) {

    /** None: it goes to any endpoint. */
    public static final Locality ANYWHERE = new Locality(false, false);
  }

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
   * @param readiness whether new connections may go there
   * @param isHere whether it is on this machine's node
   * @param portByName where it serves each port of the Service
   */
  public record Endpoint(
      String address,
      String hostname,
      Readiness readiness,
      boolean isHere,
      Map<String, Integer> portByName) {

    /** Whether new connections may go there, whoever else there is. */
    public boolean isReady() {
      return readiness == Readiness.READY;
    }
  }

  /** Whether new connections may go to an endpoint. */
  public enum Readiness {
    /** They may. */
    READY,
    /** It is ending and still serves: they may where nobody is ready. */
    ENDING,
    /** They may not. */
    NOT_READY
  }
}
