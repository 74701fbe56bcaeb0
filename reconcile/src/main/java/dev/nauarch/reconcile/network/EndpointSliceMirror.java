package dev.nauarch.reconcile.network;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Names;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.EndpointAddress;
import io.fabric8.kubernetes.api.model.EndpointSubset;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Shows Endpoints that people write for Services without a selector as EndpointSlices: one for each
 * address family and set of ports.
 */
public final class EndpointSliceMirror implements Reconciler {

  private static final String MANAGER = "endpointslicemirroring-controller.k8s.io";
  private static final String SKIP_LABEL = "endpointslice.kubernetes.io/skip-mirror";
  private static final String LEADER_ANNOTATION = "control-plane.alpha.kubernetes.io/leader";
  private static final List<String> ANNOTATIONS_KEPT_BACK =
      List.of(
          "endpoints.kubernetes.io/last-change-trigger-time",
          "kubectl.kubernetes.io/last-applied-configuration");
  private static final int ADDRESSES_MAX = 1000;

  /** What all endpoints of one slice share. */
  private record Form(String family, List<EndpointPort> ports) {}

  @Override
  public String name() {
    return "endpointslice-mirroring-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        Trigger.self(Resources.ENDPOINTS),
        Trigger.self(Resources.SERVICES),
        Trigger.child(Resources.ENDPOINT_SLICES, Resources.ENDPOINTS));
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(Resources.ENDPOINTS, key);
    if (found.isEmpty() || found.get().getMetadata().getDeletionTimestamp() != null) {
      return Plan.NOTHING;
    }
    var endpoints = found.get();
    var draft = new PlanDraft();
    var isMirrored =
        isWanted(endpoints)
            && world.get(Resources.SERVICES, key).filter(EndpointSliceMirror::isByHand).isPresent();
    var wanted = isMirrored ? slices(draft, endpoints) : List.<EndpointSlice>of();
    var existing =
        world.ownedBy(Resources.ENDPOINT_SLICES, endpoints.getMetadata().getUid()).stream()
            .filter(slice -> Owners.isControlledBy(slice, endpoints))
            .toList();
    new SliceSet(wanted).settle(draft, existing);
    return draft.plan();
  }

  private static boolean isWanted(Endpoints endpoints) {
    var metadata = endpoints.getMetadata();
    return !"true".equals(orNone(metadata.getLabels()).get(SKIP_LABEL))
        && !orNone(metadata.getAnnotations()).containsKey(LEADER_ANNOTATION);
  }

  private static boolean isByHand(Service service) {
    return orNone(service.getSpec().getSelector()).isEmpty();
  }

  private static Map<String, String> orNone(@Nullable Map<String, String> map) {
    return map == null ? new TreeMap<>() : map;
  }

  private static List<EndpointSlice> slices(PlanDraft draft, Endpoints endpoints) {
    Map<Form, Map<String, Endpoint>> endpointsByForm = new LinkedHashMap<>();
    var skipped = 0;
    for (var subset : endpoints.getSubsets()) {
      var ports = ports(subset);
      var addresses = new ArrayList<>(subset.getAddresses());
      addresses.addAll(subset.getNotReadyAddresses());
      var shown = addresses.subList(0, Math.min(ADDRESSES_MAX, addresses.size()));
      skipped += addresses.size() - shown.size();
      for (int i = 0; i < shown.size(); i++) {
        var address = shown.get(i);
        var family = address.getIp().contains(":") ? "IPv6" : "IPv4";
        endpointsByForm
            .computeIfAbsent(new Form(family, ports), form -> new LinkedHashMap<>())
            .putIfAbsent(address.getIp(), endpoint(address, i < subset.getAddresses().size()));
      }
    }
    if (skipped > 0) {
      draft.warning(
          endpoints,
          "TooManyAddressesToMirror",
          "A max of %d addresses can be mirrored to EndpointSlices per Endpoints subset. %d addresses were skipped"
              .formatted(ADDRESSES_MAX, skipped));
    }
    var slices = new ArrayList<EndpointSlice>();
    endpointsByForm.forEach(
        (form, found) -> slices.add(slice(endpoints, form, List.copyOf(found.values()))));
    return slices;
  }

  private static List<EndpointPort> ports(EndpointSubset subset) {
    return subset.getPorts().stream()
        .map(
            port ->
                new EndpointPortBuilder()
                    .withName(port.getName() == null ? "" : port.getName())
                    .withPort(port.getPort())
                    .withProtocol(port.getProtocol())
                    .withAppProtocol(port.getAppProtocol())
                    .build())
        .toList();
  }

  private static Endpoint endpoint(EndpointAddress address, boolean isReady) {
    return new EndpointBuilder()
        .withAddresses(address.getIp())
        .withNewConditions()
        .withReady(isReady)
        .endConditions()
        .withHostname(address.getHostname())
        .withNodeName(address.getNodeName())
        .withTargetRef(address.getTargetRef())
        .build();
  }

  private static EndpointSlice slice(Endpoints endpoints, Form form, List<Endpoint> found) {
    var metadata = endpoints.getMetadata();
    var labels = new TreeMap<>(orNone(metadata.getLabels()));
    labels.put(EndpointSliceReconciler.SERVICE_LABEL, metadata.getName());
    labels.put(EndpointSliceReconciler.MANAGER_LABEL, MANAGER);
    var annotations = new TreeMap<>(orNone(metadata.getAnnotations()));
    annotations.keySet().removeAll(ANNOTATIONS_KEPT_BACK);
    return new EndpointSliceBuilder()
        .withNewMetadata()
        .withNamespace(metadata.getNamespace())
        .withName(Names.child(metadata.getName(), metadata.getUid(), form))
        .withLabels(labels)
        .withAnnotations(annotations)
        .withOwnerReferences(Owners.controller(endpoints))
        .endMetadata()
        .withAddressType(form.family())
        .withEndpoints(found)
        .withPorts(form.ports())
        .build();
  }
}
