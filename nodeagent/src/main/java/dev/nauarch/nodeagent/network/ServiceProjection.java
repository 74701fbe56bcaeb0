package dev.nauarch.nodeagent.network;

import dev.nauarch.nodeagent.network.ClusterServices.Endpoint;
import dev.nauarch.nodeagent.network.ClusterServices.Entry;
import dev.nauarch.nodeagent.network.ClusterServices.Locality;
import dev.nauarch.nodeagent.network.ClusterServices.Port;
import dev.nauarch.nodeagent.network.ClusterServices.Readiness;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Turns Services and EndpointSlices into what the proxy and the name server need. Pure. */
final class ServiceProjection {
  private static final String SERVICE_NAME = "kubernetes.io/service-name";

  private ServiceProjection() {}

  /**
   * What the proxy and the name server of a machine need.
   *
   * @param node the name of the machine's node
   */
  static ClusterServices of(
      Collection<Service> services, Collection<EndpointSlice> slices, String node) {
    var endpointsByService = new TreeMap<String, List<Endpoint>>();
    for (var slice : slices) {
      var service = labels(slice).get(SERVICE_NAME);
      if (service != null && "IPv4".equals(slice.getAddressType())) {
        endpointsByService
            .computeIfAbsent(
                slice.getMetadata().getNamespace() + "/" + service, key -> new ArrayList<>())
            .addAll(endpoints(slice, node));
      }
    }
    var entries = new TreeMap<String, Entry>();
    for (var service : services) {
      var key = service.getMetadata().getNamespace() + "/" + service.getMetadata().getName();
      var endpoints = endpointsByService.getOrDefault(key, new ArrayList<>());
      endpoints.sort(Comparator.comparing(Endpoint::address));
      entries.put(key, entry(service, endpoints));
    }
    return new ClusterServices(entries);
  }

  private static Entry entry(Service service, List<Endpoint> endpoints) {
    var spec = service.getSpec();
    var ip = text(spec.getClusterIP());
    var isAlias = "ExternalName".equals(spec.getType());
    return new Entry(
        service.getMetadata().getNamespace(),
        service.getMetadata().getName(),
        isAlias || ip.isEmpty() || ip.equals("None") ? Optional.empty() : Optional.of(ip),
        isAlias ? Optional.of(text(spec.getExternalName())) : Optional.empty(),
        new Locality(
            "Local".equals(spec.getInternalTrafficPolicy()),
            "Local".equals(spec.getExternalTrafficPolicy())),
        spec.getPorts().stream().map(ServiceProjection::port).toList(),
        List.copyOf(endpoints));
  }

  private static Port port(ServicePort port) {
    var nodePort = port.getNodePort();
    return new Port(
        text(port.getName()),
        protocol(port.getProtocol()),
        port.getPort(),
        nodePort == null ? 0 : nodePort);
  }

  private static List<Endpoint> endpoints(EndpointSlice slice, String node) {
    var portByName = new LinkedHashMap<String, Integer>();
    for (var port : slice.getPorts()) {
      if (port.getPort() != null) {
        portByName.put(text(port.getName()), port.getPort());
      }
    }
    var result = new ArrayList<Endpoint>();
    for (var endpoint : slice.getEndpoints()) {
      var readiness = readiness(endpoint.getConditions());
      var isHere = node.equals(endpoint.getNodeName());
      for (var address : endpoint.getAddresses()) {
        result.add(
            new Endpoint(address, text(endpoint.getHostname()), readiness, isHere, portByName));
      }
    }
    return result;
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

  private static Map<String, String> labels(EndpointSlice slice) {
    var labels = slice.getMetadata().getLabels();
    return labels == null ? new TreeMap<>() : labels;
  }

  private static String protocol(@Nullable String protocol) {
    return protocol == null ? "tcp" : protocol.toLowerCase(Locale.ROOT);
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }
}
