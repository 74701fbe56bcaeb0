package dev.nauarch.nodeagent.network;

import dev.nauarch.nodeagent.network.ClusterServices.Addresses;
import dev.nauarch.nodeagent.network.ClusterServices.Endpoint;
import dev.nauarch.nodeagent.network.ClusterServices.Entry;
import dev.nauarch.nodeagent.network.ClusterServices.Hint;
import dev.nauarch.nodeagent.network.ClusterServices.Place;
import dev.nauarch.nodeagent.network.ClusterServices.Port;
import dev.nauarch.nodeagent.network.ClusterServices.Readiness;
import dev.nauarch.nodeagent.network.ClusterServices.Traffic;
import dev.nauarch.nodeagent.network.nft.Family;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointHints;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.ForNode;
import io.fabric8.kubernetes.api.model.discovery.v1.ForZone;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns a Service and its EndpointSlices into what the proxy and the name server need, as seen from
 * one node. Pure. Addresses that are none, and slices of names, are left out.
 *
 * @param node the name of the node
 * @param zone the zone that the node is in; empty for none
 */
record ServiceProjection(String node, String zone) {
  private static final int DEFAULT_STICKY_SECONDS = 10_800;

  /** What there is to say of a Service. */
  Entry entry(Service service, Collection<EndpointSlice> slices) {
    var spec = service.getSpec();
    var isAlias = "ExternalName".equals(spec.getType());
    var endpoints = new ArrayList<Endpoint>();
    slices.forEach(slice -> add(endpoints, slice));
    endpoints.sort(Comparator.comparing(Endpoint::address));
    return new Entry(
        service.getMetadata().getNamespace(),
        service.getMetadata().getName(),
        isAlias ? Addresses.NONE : addresses(service),
        isAlias ? Optional.of(text(spec.getExternalName())) : Optional.empty(),
        traffic(service),
        spec.getPorts().stream().map(ServiceProjection::port).toList(),
        List.copyOf(endpoints));
  }

  private static Addresses addresses(Service service) {
    var spec = service.getSpec();
    var cluster =
        spec.getClusterIPs().isEmpty() ? List.of(text(spec.getClusterIP())) : spec.getClusterIPs();
    var status = service.getStatus();
    var balancer = status == null ? null : status.getLoadBalancer();
    return new Addresses(
        normal(cluster),
        normal(spec.getExternalIPs()),
        balancer == null || !"LoadBalancer".equals(spec.getType())
            ? List.of()
            : normal(
                balancer.getIngress().stream()
                    // Proxy: the load balancer wants to see such traffic itself.
                    .filter(ingress -> !"Proxy".equals(ingress.getIpMode()))
                    .map(LoadBalancerIngress::getIp)
                    .map(ServiceProjection::text)
                    .toList()));
  }

  private static List<String> normal(List<String> addresses) {
    return addresses.stream().flatMap(each -> Family.normal(each).stream()).distinct().toList();
  }

  private static Traffic traffic(Service service) {
    var spec = service.getSpec();
    var health = spec.getHealthCheckNodePort();
    var isOutsideLocal = "Local".equals(spec.getExternalTrafficPolicy());
    return new Traffic(
        "Local".equals(spec.getInternalTrafficPolicy()),
        isOutsideLocal,
        stickySeconds(service),
        spec.getLoadBalancerSourceRanges().stream().map(String::strip).toList(),
        health == null || !isOutsideLocal ? 0 : health);
  }

  private static int stickySeconds(Service service) {
    if (!"ClientIP".equals(service.getSpec().getSessionAffinity())) {
      return 0;
    }
    var config = service.getSpec().getSessionAffinityConfig();
    var client = config == null ? null : config.getClientIP();
    var seconds = client == null ? null : client.getTimeoutSeconds();
    return seconds == null ? DEFAULT_STICKY_SECONDS : seconds;
  }

  private static Port port(ServicePort port) {
    var nodePort = port.getNodePort();
    return new Port(
        text(port.getName()),
        protocol(port.getProtocol()),
        port.getPort(),
        nodePort == null ? 0 : nodePort);
  }

  private void add(List<Endpoint> endpoints, EndpointSlice slice) {
    if ("FQDN".equals(slice.getAddressType())) {
      return;
    }
    var portByName = new LinkedHashMap<String, Integer>();
    for (var port : slice.getPorts()) {
      if (port.getPort() != null) {
        portByName.put(text(port.getName()), port.getPort());
      }
    }
    for (var endpoint : slice.getEndpoints()) {
      var readiness = readiness(endpoint.getConditions());
      var place = place(endpoint.getNodeName(), endpoint.getHints());
      for (var address : normal(endpoint.getAddresses())) {
        endpoints.add(
            new Endpoint(address, text(endpoint.getHostname()), readiness, place, portByName));
      }
    }
  }

  private Place place(@Nullable String name, @Nullable EndpointHints hints) {
    var isHere = node.equals(name);
    return hints == null
        ? new Place(isHere, Hint.NONE, Hint.NONE)
        : new Place(
            isHere,
            hint(hints.getForNodes().stream().map(ForNode::getName).toList(), node),
            hint(hints.getForZones().stream().map(ForZone::getName).toList(), zone));
  }

  private static Hint hint(List<String> names, String own) {
    if (names.isEmpty()) {
      return Hint.NONE;
    }
    return names.contains(own) ? Hint.FOR_THIS : Hint.FOR_OTHERS;
  }

  private static Readiness readiness(@Nullable EndpointConditions conditions) {
    if (conditions == null || !Boolean.FALSE.equals(conditions.getReady())) {
      return Readiness.READY;
    }
    return Boolean.TRUE.equals(conditions.getServing())
            && Boolean.TRUE.equals(conditions.getTerminating())
        ? Readiness.ENDING
        : Readiness.NOT_READY;
  }

  private static String protocol(@Nullable String protocol) {
    return protocol == null ? "tcp" : protocol.toLowerCase(Locale.ROOT);
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }
}
