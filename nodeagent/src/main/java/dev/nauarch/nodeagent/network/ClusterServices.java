package dev.nauarch.nodeagent.network;

import dev.nauarch.nodeagent.network.nft.Family;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Predicate;

/**
 * Every Service of the cluster with its endpoints, as of one moment: what the proxy and the name
 * server work from. An entry that did not change is the same object as before.
 *
 * @param servicesByKey the services by {@code namespace/name}
 */
public record ClusterServices(SortedMap<String, Entry> servicesByKey) {

  /**
   * One Service.
   *
   * @param namespace its namespace
   * @param name its name
   * @param addresses where it is found
   * @param externalName the name that it is an alias of; empty for none
   * @param traffic who may come, and where each one goes
   * @param ports its ports
   * @param endpoints who serves it, ready or not
   */
  public record Entry(
      String namespace,
      String name,
      Addresses addresses,
      Optional<String> externalName,
      Traffic traffic,
      List<Port> ports,
      List<Endpoint> endpoints) {

    /** Its IPv4 address in the cluster; empty for a headless one and for an alias. */
    public Optional<String> clusterIp() {
      return addresses.cluster().stream().filter(Family.IPV4::has).findFirst();
    }

    /** Whether names lead to its endpoints alone. */
    public boolean isHeadless() {
      return addresses.cluster().isEmpty() && externalName.isEmpty();
    }

    /**
     * Where new connections to a port may go that may go anywhere: to the ready endpoints that are
     * meant for this machine, or where nobody is ready to those that are ending and still serve.
     */
    List<Endpoint> anywhere(Port port, Family family) {
      var all = serving(port, family, _ -> true);
      var ready = all.stream().filter(Endpoint::isReady).toList();
      return ready.isEmpty() ? all : ready.stream().filter(meantFor(ready)).toList();
    }

    /** Where new connections may go that stay on this machine; endings as above. */
    List<Endpoint> here(Port port, Family family) {
      var all = serving(port, family, endpoint -> endpoint.place().isHere());
      var ready = all.stream().filter(Endpoint::isReady).toList();
      return ready.isEmpty() ? all : ready;
    }

    /** Whether anybody serves a port, here or elsewhere. */
    boolean isServed(Port port, Family family) {
      return !serving(port, family, _ -> true).isEmpty();
    }

    private List<Endpoint> serving(Port port, Family family, Predicate<Endpoint> isMeant) {
      return endpoints.stream()
          .filter(e -> e.readiness() != Readiness.NOT_READY)
          .filter(e -> e.portByName().containsKey(port.name()) && family.has(e.address()))
          .filter(isMeant)
          .toList();
    }

    /**
     * Hints count only where all ready endpoints have them and one is for this machine: for its
     * node first, then for its zone. Else those without would be left out, or nobody would remain.
     */
    private static Predicate<Endpoint> meantFor(List<Endpoint> ready) {
      if (isUsable(ready.stream().map(e -> e.place().node()).toList())) {
        return endpoint -> endpoint.place().node() == Hint.FOR_THIS;
      }
      if (isUsable(ready.stream().map(e -> e.place().zone()).toList())) {
        return endpoint -> endpoint.place().zone() == Hint.FOR_THIS;
      }
      return _ -> true;
    }

    private static boolean isUsable(List<Hint> hints) {
      return !hints.contains(Hint.NONE) && hints.contains(Hint.FOR_THIS);
    }
  }

  /**
   * The addresses of a Service, of both families.
   *
   * @param cluster its cluster IPs; none for a headless one and for an alias
   * @param external those that somebody else leads to its nodes ({@code externalIPs})
   * @param balancer those of its load balancer that are handled on the nodes
   */
  public record Addresses(List<String> cluster, List<String> external, List<String> balancer) {

    /** Those of a headless Service. */
    public static final Addresses NONE = ofCluster();

    /** Cluster IPs alone. */
    public static Addresses ofCluster(String... ips) {
      return new Addresses(List.of(ips), List.of(), List.of());
    }
  }

  /**
   * Who may come to a Service, and where each one goes.
   *
   * @param isInsideLocal whether what is sent to its cluster IP goes to endpoints on this machine
   *     alone ({@code internalTrafficPolicy})
   * @param isOutsideLocal the same for what comes from outside ({@code externalTrafficPolicy})
   * @param stickySeconds how long a client goes where it went before; 0 for no affinity
   * @param sources the ranges that may use its load balancer; empty for all
   * @param healthPort where its load balancer asks whether it is served here; 0 for nowhere
   */
  public record Traffic(
      boolean isInsideLocal,
      boolean isOutsideLocal,
      int stickySeconds,
      List<String> sources,
      int healthPort) {

    /** From anywhere to anywhere. */
    public static final Traffic ANYWHERE = new Traffic(false, false, 0, List.of(), 0);
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
   * @param address its IPv4 or IPv6 address
   * @param hostname its name below the Service's; empty for none
   * @param readiness whether new connections may go there
   * @param place where it is, seen from this machine
   * @param portByName where it serves each port of the Service
   */
  public record Endpoint(
      String address,
      String hostname,
      Readiness readiness,
      Place place,
      Map<String, Integer> portByName) {

    /** Whether new connections may go there, whoever else there is. */
    public boolean isReady() {
      return readiness == Readiness.READY;
    }
  }

  /**
   * Where an endpoint is, seen from this machine's node, and for whom it is meant.
   *
   * @param isHere whether it is on this node
   * @param node whether it is meant for this node
   * @param zone whether it is meant for this node's zone
   */
  public record Place(boolean isHere, Hint node, Hint zone) {

    /** On this node, without hints. */
    public static final Place HERE = new Place(true, Hint.NONE, Hint.NONE);

    /** On another node, without hints. */
    public static final Place ELSEWHERE = new Place(false, Hint.NONE, Hint.NONE);
  }

  /** What a hint of an EndpointSlice says. */
  public enum Hint {
    /** There is none. */
    NONE,
    /** This node or zone is named. */
    FOR_THIS,
    /** Others are named. */
    FOR_OTHERS
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
