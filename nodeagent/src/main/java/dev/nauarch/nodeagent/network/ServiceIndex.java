package dev.nauarch.nodeagent.network;

import dev.nauarch.nodeagent.network.ClusterServices.Entry;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The Services with their EndpointSlices, of which only those that changed are looked at again.
 * Pure; used by one thread at a time.
 */
final class ServiceIndex {
  private static final String SERVICE_NAME = "kubernetes.io/service-name";

  private final String node;
  private final Map<String, Service> serviceByKey = new HashMap<>();
  private final Map<String, SortedMap<String, EndpointSlice>> slicesByService = new HashMap<>();
  private final Map<String, String> serviceBySlice = new HashMap<>();
  private final TreeSet<String> changed = new TreeSet<>();
  private final SortedMap<String, Entry> entries = new TreeMap<>();
  private ServiceProjection projection;

  /**
   * @param node the name of this machine's node
   */
  ServiceIndex(String node) {
    this.node = node;
    this.projection = new ServiceProjection(node, "");
  }

  /** The zone that this machine's node is in; empty for none. */
  void zone(String zone) {
    if (!zone.equals(projection.zone())) {
      projection = new ServiceProjection(node, zone);
      changed.addAll(serviceByKey.keySet());
    }
  }

  void put(Service service) {
    serviceByKey.put(key(service), service);
    changed.add(key(service));
  }

  void remove(Service service) {
    serviceByKey.remove(key(service));
    changed.add(key(service));
  }

  void put(EndpointSlice slice) {
    remove(slice);
    var labels = slice.getMetadata().getLabels();
    var name = labels == null ? null : labels.get(SERVICE_NAME);
    if (name != null) {
      var service = slice.getMetadata().getNamespace() + "/" + name;
      serviceBySlice.put(key(slice), service);
      slicesByService.computeIfAbsent(service, _ -> new TreeMap<>()).put(key(slice), slice);
      changed.add(service);
    }
  }

  void remove(EndpointSlice slice) {
    var service = serviceBySlice.remove(key(slice));
    if (service != null) {
      var slices = slicesByService.getOrDefault(service, new TreeMap<>());
      slices.remove(key(slice));
      if (slices.isEmpty()) {
        slicesByService.remove(service);
      }
      changed.add(service);
    }
  }

  private static String key(HasMetadata object) {
    return object.getMetadata().getNamespace() + "/" + object.getMetadata().getName();
  }

  /** All services as of now. */
  ClusterServices services() {
    for (var key : changed) {
      var service = serviceByKey.get(key);
      if (service == null) {
        entries.remove(key);
      } else {
        var slices = slicesByService.getOrDefault(key, new TreeMap<>());
        var entry = projection.entry(service, slices.values());
        if (!entry.equals(entries.get(key))) {
          entries.put(key, entry);
        }
      }
    }
    changed.clear();
    return new ClusterServices(new TreeMap<>(entries));
  }
}
