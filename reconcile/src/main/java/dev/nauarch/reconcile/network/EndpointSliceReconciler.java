package dev.nauarch.reconcile.network;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Names;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Selectors;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Lists the pods behind each Service in EndpointSlices of at most a hundred. Which slices there are
 * follows from the pods alone: one row of slices for each set of ports and address family that pods
 * serve.
 */
public final class EndpointSliceReconciler implements Reconciler {

  static final String SERVICE_LABEL = "kubernetes.io/service-name";

  static final String MANAGER_LABEL = "endpointslice.kubernetes.io/managed-by";
  private static final String MANAGER = "endpointslice-controller.k8s.io";
  private static final String ZONE_LABEL = "topology.kubernetes.io/zone";
  private static final int ENDPOINTS_MAX = 100;

  /** What all endpoints of one slice share. */
  private record Form(String family, List<Backends.Port> ports) {

    String order() {
      return family + ports;
    }
  }

  @Override
  public String name() {
    return "endpointslice-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        Trigger.self(Resources.SERVICES),
        new Trigger.Of<>(Resources.PODS, EndpointSliceReconciler::servicesOf),
        Trigger.child(Resources.ENDPOINT_SLICES, Resources.SERVICES));
  }

  static List<ObjectKey> servicesOf(Pod pod, Snapshot world) {
    return world.list(Resources.SERVICES, pod.getMetadata().getNamespace()).stream()
        .filter(Backends::isSelecting)
        .filter(service -> Selectors.matches(service.getSpec().getSelector(), pod))
        .map(ObjectKey::of)
        .toList();
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(Resources.SERVICES, key);
    if (found.isEmpty() || !Backends.isSelecting(found.get())) {
      return Plan.NOTHING;
    }
    var service = found.get();
    var draft = new PlanDraft();
    new SliceSet(slices(service, world))
        .settle(draft, world.ownedBy(Resources.ENDPOINT_SLICES, service.getMetadata().getUid()));
    return draft.plan();
  }

  private static List<EndpointSlice> slices(Service service, Snapshot world) {
    Map<String, Form> formsByOrder = new TreeMap<>();
    Map<String, List<Endpoint>> endpointsByOrder = new TreeMap<>();
    for (var pod : Backends.pods(service, world)) {
      var family = Backends.address(pod).contains(":") ? "IPv6" : "IPv4";
      var form = new Form(family, Backends.ports(service, pod));
      formsByOrder.putIfAbsent(form.order(), form);
      endpointsByOrder
          .computeIfAbsent(form.order(), order -> new ArrayList<>())
          .add(endpoint(service, pod, world));
    }
    if (formsByOrder.isEmpty()) {
      // A Service without pods still has a slice, so that readers know that it is looked after.
      return List.of(slice(service, new Form("IPv4", List.of()), 0, List.of()));
    }
    var slices = new ArrayList<EndpointSlice>();
    formsByOrder.forEach(
        (order, form) -> {
          var endpoints = endpointsByOrder.getOrDefault(order, List.of());
          for (int from = 0; from < endpoints.size(); from += ENDPOINTS_MAX) {
            var part = endpoints.subList(from, Math.min(endpoints.size(), from + ENDPOINTS_MAX));
            slices.add(slice(service, form, from / ENDPOINTS_MAX, part));
          }
        });
    return slices;
  }

  private static EndpointSlice slice(
      Service service, Form form, int number, List<Endpoint> endpoints) {
    var uid = service.getMetadata().getUid();
    var labels = new TreeMap<String, String>();
    if (service.getMetadata().getLabels() != null) {
      labels.putAll(service.getMetadata().getLabels());
    }
    labels.put(SERVICE_LABEL, service.getMetadata().getName());
    labels.put(MANAGER_LABEL, MANAGER);
    if (Backends.isHeadless(service)) {
      labels.put(Backends.HEADLESS_LABEL, "");
    }
    return new EndpointSliceBuilder()
        .withNewMetadata()
        .withNamespace(service.getMetadata().getNamespace())
        .withName(Names.child(service.getMetadata().getName(), uid, form.order(), number))
        .withLabels(labels)
        .withOwnerReferences(Owners.controller(service))
        .endMetadata()
        .withAddressType(form.family())
        .withEndpoints(
            endpoints.stream()
                .sorted(Comparator.comparing(each -> each.getTargetRef().getName()))
                .toList())
        .withPorts(form.ports().stream().map(EndpointSliceReconciler::port).toList())
        .build();
  }

  private static EndpointPort port(Backends.Port port) {
    return new EndpointPortBuilder()
        .withName(port.name())
        .withPort(port.number())
        .withProtocol(port.protocol())
        .withAppProtocol(port.appProtocol().isEmpty() ? null : port.appProtocol())
        .build();
  }

  private static Endpoint endpoint(Service service, Pod pod, Snapshot world) {
    var isServing = Pods.isReady(pod) || Backends.publishesNotReady(service);
    var isTerminating = Pods.isTerminating(pod);
    var hostname = Backends.hostname(service, pod);
    var node = pod.getSpec().getNodeName();
    var zone = node == null ? null : zone(node, world);
    var isReady = Backends.publishesNotReady(service) || (isServing && !isTerminating);
    return new EndpointBuilder()
        .withAddresses(Backends.address(pod))
        .withNewConditions()
        .withReady(isReady)
        .withServing(isServing)
        .withTerminating(isTerminating)
        .endConditions()
        .withHostname(hostname.isEmpty() ? null : hostname)
        .withNodeName(node)
        .withZone(zone)
        .withHints(isReady ? Hints.of(service, node, zone) : null)
        .withTargetRef(Backends.reference(pod))
        .build();
  }

  private static @org.jspecify.annotations.Nullable String zone(String node, Snapshot world) {
    return world
        .get(Resources.NODES, new ObjectKey("", node))
        .map(found -> found.getMetadata().getLabels())
        .map(labels -> labels.get(ZONE_LABEL))
        .orElse(null);
  }
}
