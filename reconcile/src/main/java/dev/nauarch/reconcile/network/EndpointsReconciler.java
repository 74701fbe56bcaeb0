package dev.nauarch.reconcile.network;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.EndpointAddress;
import io.fabric8.kubernetes.api.model.EndpointAddressBuilder;
import io.fabric8.kubernetes.api.model.EndpointPort;
import io.fabric8.kubernetes.api.model.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.EndpointSubset;
import io.fabric8.kubernetes.api.model.EndpointSubsetBuilder;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Lists the pods behind each Service in one Endpoints object, as readers before slices expect. */
public final class EndpointsReconciler implements Reconciler {

  private static final String MANAGED_LABEL = "endpoints.kubernetes.io/managed-by";
  private static final String MANAGER = "endpoint-controller";

  @Override
  public String name() {
    return "endpoints-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        Trigger.self(Resources.SERVICES),
        Trigger.self(Resources.ENDPOINTS),
        new Trigger.Of<>(Resources.PODS, EndpointSliceReconciler::servicesOf));
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var service = world.get(Resources.SERVICES, key);
    var existing = world.get(Resources.ENDPOINTS, key);
    var draft = new PlanDraft();
    if (service.isEmpty()) {
      existing
          .filter(EndpointsReconciler::isOurs)
          .ifPresent(endpoints -> draft.delete(Resources.ENDPOINTS, endpoints));
      return draft.plan();
    }
    if (!Backends.isSelecting(service.get())) {
      return Plan.NOTHING;
    }
    var subsets = subsets(service.get(), world);
    var labels = labels(service.get());
    if (existing.isEmpty()) {
      draft.create(
          Resources.ENDPOINTS,
          new EndpointsBuilder()
              .withNewMetadata()
              .withNamespace(key.namespace())
              .withName(key.name())
              .withLabels(labels)
              .endMetadata()
              .withSubsets(subsets)
              .build());
    } else if (!existing.get().getSubsets().equals(subsets)
        || !labels.equals(existing.get().getMetadata().getLabels())) {
      draft.update(
          Resources.ENDPOINTS,
          existing
              .get()
              .edit()
              .editMetadata()
              .withLabels(labels)
              .endMetadata()
              .withSubsets(subsets)
              .build());
    }
    return draft.plan();
  }

  private static boolean isOurs(Endpoints endpoints) {
    var labels = endpoints.getMetadata().getLabels();
    return labels != null && MANAGER.equals(labels.get(MANAGED_LABEL));
  }

  private static Map<String, String> labels(Service service) {
    var labels = new TreeMap<String, String>();
    if (service.getMetadata().getLabels() != null) {
      labels.putAll(service.getMetadata().getLabels());
    }
    labels.put(MANAGED_LABEL, MANAGER);
    if (Backends.isHeadless(service)) {
      labels.put(Backends.HEADLESS_LABEL, "");
    }
    return labels;
  }

  /** One subset for each set of ports that pods serve. */
  private static List<EndpointSubset> subsets(Service service, Snapshot world) {
    Map<List<Backends.Port>, List<Pod>> podsByPorts = new LinkedHashMap<>();
    for (var pod : Backends.pods(service, world)) {
      if (!Pods.isTerminating(pod) || Backends.publishesNotReady(service)) {
        podsByPorts
            .computeIfAbsent(Backends.ports(service, pod), ports -> new ArrayList<>())
            .add(pod);
      }
    }
    var subsets = new ArrayList<EndpointSubset>();
    podsByPorts.forEach(
        (ports, pods) -> {
          var ready = new ArrayList<EndpointAddress>();
          var notReady = new ArrayList<EndpointAddress>();
          for (var pod : pods) {
            var serves = Pods.isReady(pod) || Backends.publishesNotReady(service);
            (serves ? ready : notReady).add(address(service, pod));
          }
          subsets.add(
              new EndpointSubsetBuilder()
                  .withAddresses(ready)
                  .withNotReadyAddresses(notReady)
                  .withPorts(ports.stream().map(EndpointsReconciler::port).toList())
                  .build());
        });
    return subsets;
  }

  private static EndpointAddress address(Service service, Pod pod) {
    var hostname = Backends.hostname(service, pod);
    return new EndpointAddressBuilder()
        .withIp(Backends.address(pod))
        .withHostname(hostname.isEmpty() ? null : hostname)
        .withNodeName(pod.getSpec().getNodeName())
        .withTargetRef(Backends.reference(pod))
        .build();
  }

  private static EndpointPort port(Backends.Port port) {
    return new EndpointPortBuilder()
        .withName(port.name().isEmpty() ? null : port.name())
        .withPort(port.number())
        .withProtocol(port.protocol())
        .withAppProtocol(port.appProtocol().isEmpty() ? null : port.appProtocol())
        .build();
  }
}
