package dev.nauarch.gateway;

import dev.nauarch.api.inference.InferencePool;
import dev.nauarch.routing.RouteTable;
import dev.nauarch.routing.Rule.Backend;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything a request can meet, as of one moment; immutable.
 *
 * @param table the routes
 * @param endpointsByPool the ready endpoints of each pool, by {@code namespace/name}
 * @param endpointsByService the ready endpoints of each Service's port, by {@code
 *     namespace/name:port}
 * @param podByEndpoint the name of the pod behind an endpoint of a pool
 */
record Targets(
    RouteTable table,
    Map<String, List<String>> endpointsByPool,
    Map<String, List<String>> endpointsByService,
    Map<String, String> podByEndpoint) {

  private static final String SERVICE_NAME = "kubernetes.io/service-name";

  static final Targets NONE = new Targets(new RouteTable(List.of()), Map.of(), Map.of(), Map.of());

  /** What is there, from the caches of informers. */
  static Targets of(
      RouteTable table,
      Collection<InferencePool> pools,
      Collection<Pod> pods,
      Collection<Service> services,
      Collection<EndpointSlice> slices) {
    var byPool = new TreeMap<String, List<String>>();
    var podByEndpoint = new TreeMap<String, String>();
    for (var pool : pools) {
      var endpoints = new TreeSet<String>();
      for (var pod : pods) {
        if (serves(pod, pool)) {
          for (var port : pool.spec().targetPorts()) {
            var endpoint = pod.getStatus().getPodIP() + ":" + port.number();
            endpoints.add(endpoint);
            podByEndpoint.put(endpoint, pod.getMetadata().getName());
          }
        }
      }
      byPool.put(
          key(pool.getMetadata().getNamespace(), pool.getMetadata().getName()),
          List.copyOf(endpoints));
    }
    return new Targets(table, byPool, ofServices(services, slices), podByEndpoint);
  }

  /** Every endpoint of every pool. */
  List<String> poolEndpoints() {
    return endpointsByPool.values().stream().flatMap(List::stream).distinct().toList();
  }

  /** Whether a backend's object is there at all. */
  boolean knows(Backend backend) {
    return backend.kind().equals("InferencePool")
        ? endpointsByPool.containsKey(key(backend.namespace(), backend.name()))
        : endpointsByService.containsKey(serviceKey(backend));
  }

  /** The ready endpoints of a backend. */
  List<String> endpoints(Backend backend) {
    return backend.kind().equals("InferencePool")
        ? endpointsByPool.getOrDefault(key(backend.namespace(), backend.name()), List.of())
        : endpointsByService.getOrDefault(serviceKey(backend), List.of());
  }

  private static String serviceKey(Backend backend) {
    return key(backend.namespace(), backend.name()) + ":" + backend.port();
  }

  private static String key(String namespace, String name) {
    return namespace + "/" + name;
  }

  private static boolean serves(Pod pod, InferencePool pool) {
    var labels = pod.getMetadata().getLabels();
    var wanted = pool.spec().selector().matchLabels();
    return Objects.equals(pod.getMetadata().getNamespace(), pool.getMetadata().getNamespace())
        && !wanted.isEmpty()
        && labels != null
        && labels.entrySet().containsAll(wanted.entrySet())
        && pod.getMetadata().getDeletionTimestamp() == null
        && isReady(pod);
  }

  private static boolean isReady(Pod pod) {
    return pod.getStatus() != null
        && pod.getStatus().getPodIP() != null
        && pod.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  private static Map<String, List<String>> ofServices(
      Collection<Service> services, Collection<EndpointSlice> slices) {
    var slicesByService = new LinkedHashMap<String, List<EndpointSlice>>();
    for (var slice : slices) {
      var labels = slice.getMetadata().getLabels();
      var service = labels == null ? null : labels.get(SERVICE_NAME);
      if (service != null) {
        slicesByService
            .computeIfAbsent(
                key(slice.getMetadata().getNamespace(), service), k -> new ArrayList<>())
            .add(slice);
      }
    }
    var result = new TreeMap<String, List<String>>();
    for (var service : services) {
      var name = key(service.getMetadata().getNamespace(), service.getMetadata().getName());
      for (var port : service.getSpec().getPorts()) {
        var endpoints = new TreeSet<String>();
        for (var slice : slicesByService.getOrDefault(name, List.of())) {
          addReady(slice, port, endpoints);
        }
        result.put(name + ":" + port.getPort(), List.copyOf(endpoints));
      }
    }
    return result;
  }

  private static void addReady(EndpointSlice slice, ServicePort port, TreeSet<String> endpoints) {
    for (var slicePort : slice.getPorts()) {
      if (isSame(slicePort, port) && slicePort.getPort() != null) {
        for (var endpoint : slice.getEndpoints()) {
          var conditions = endpoint.getConditions();
          if (conditions == null || !Boolean.FALSE.equals(conditions.getReady())) {
            endpoint.getAddresses().forEach(a -> endpoints.add(a + ":" + slicePort.getPort()));
          }
        }
      }
    }
  }

  private static boolean isSame(EndpointPort slicePort, ServicePort port) {
    return text(slicePort.getName()).equals(text(port.getName()));
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }
}
