package dev.nauarch.gateway;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.api.inference.InferencePool;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Patch;
import dev.nauarch.routing.RouteProjection;
import dev.nauarch.routing.RouteProjection.Attachment;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPBackendRef;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the conditions of GatewayClasses, Gateways, HTTPRoutes and InferencePools, each by
 * server-side apply under one field manager, and only where they have changed. The time of a
 * condition is that of its first writing with this status.
 */
final class StatusWriter {
  /** Who we are, in GatewayClasses and in statuses. */
  static final String CONTROLLER = "nauarch.dev/gateway";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final ClusterClient client;
  private final InstantSource clock;
  private final Map<String, String> writtenByObject = new HashMap<>();

  StatusWriter(ClusterClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  void write(
      List<Gateway> gateways,
      Map<HTTPRoute, List<Attachment>> attachmentsByRoute,
      Map<Integer, String> failureByPort,
      Collection<InferencePool> pools,
      Targets targets) {
    for (var gateway : gateways) {
      writeGateway(gateway, attachmentsByRoute.values(), failureByPort);
    }
    attachmentsByRoute.forEach((route, attachments) -> writeRoute(route, attachments, targets));
    for (var pool : pools) {
      writePool(pool, attachmentsByRoute);
    }
  }

  /** Accepts the classes that name us as their controller. */
  void writeClasses(List<GatewayClass> classes) {
    for (var each : classes) {
      var status = JsonNodeFactory.instance.objectNode();
      var generation = each.getMetadata().getGeneration();
      add(status.putArray("conditions"), "Accepted", true, "Accepted", "", generation);
      apply(Resources.GATEWAY_CLASSES, each, status);
    }
  }

  private void writeGateway(
      Gateway gateway,
      Collection<List<Attachment>> attachments,
      Map<Integer, String> failureByPort) {
    var status = JsonNodeFactory.instance.objectNode();
    var listeners = status.putArray("listeners");
    var failure = "";
    for (var listener : gateway.getSpec().getListeners()) {
      var entry = listeners.addObject().put("name", listener.getName());
      var isHttp = "HTTP".equals(listener.getProtocol());
      var port = Objects.requireNonNull(listener.getPort());
      entry
          .putArray("supportedKinds")
          .addObject()
          .put("group", "gateway.networking.k8s.io")
          .put("kind", "HTTPRoute");
      entry.put("attachedRoutes", isHttp ? attachedAt(attachments, gateway, port) : 0);
      var conditions = entry.putArray("conditions");
      var why = isHttp ? failureByPort.getOrDefault(port, "") : "";
      var generation = gateway.getMetadata().getGeneration();
      add(
          conditions,
          "Accepted",
          isHttp,
          isHttp ? "Accepted" : "UnsupportedProtocol",
          isHttp ? "" : "only HTTP listeners are served",
          generation);
      add(
          conditions,
          "Programmed",
          isHttp && why.isEmpty(),
          isHttp && why.isEmpty() ? "Programmed" : "Invalid",
          why,
          generation);
      add(conditions, "ResolvedRefs", true, "ResolvedRefs", "", generation);
      failure = why.isEmpty() ? failure : why;
    }
    var generation = gateway.getMetadata().getGeneration();
    var conditions = status.putArray("conditions");
    add(conditions, "Accepted", true, "Accepted", "", generation);
    add(
        conditions,
        "Programmed",
        failure.isEmpty(),
        failure.isEmpty() ? "Programmed" : "AddressNotUsable",
        failure,
        generation);
    apply(Resources.GATEWAYS, gateway, status);
  }

  private static int attachedAt(
      Collection<List<Attachment>> attachments, Gateway gateway, int port) {
    var key = ObjectKey.of(gateway).toString();
    return (int)
        attachments.stream()
            .filter(
                ofRoute ->
                    ofRoute.stream()
                        .filter(attachment -> attachment.gateway().equals(key))
                        .flatMap(attachment -> attachment.routes().stream())
                        .anyMatch(route -> route.port() == port))
            .count();
  }

  private void writeRoute(HTTPRoute route, List<Attachment> attachments, Targets targets) {
    if (attachments.isEmpty()) {
      return;
    }
    var status = JsonNodeFactory.instance.objectNode();
    var parents = status.putArray("parents");
    var generation = route.getMetadata().getGeneration();
    var unresolved = unresolved(route, targets);
    for (var attachment : attachments) {
      var entry = parents.addObject().put("controllerName", CONTROLLER);
      entry.set("parentRef", JSON.valueToTree(attachment.parent()));
      var conditions = entry.putArray("conditions");
      var isAccepted = attachment.refusal().isEmpty();
      add(
          conditions,
          "Accepted",
          isAccepted,
          isAccepted ? "Accepted" : attachment.refusal(),
          attachment.message(),
          generation);
      add(
          conditions,
          "ResolvedRefs",
          unresolved.reason().isEmpty(),
          unresolved.reason().isEmpty() ? "ResolvedRefs" : unresolved.reason(),
          unresolved.message(),
          generation);
    }
    apply(Resources.HTTP_ROUTES, route, status);
  }

  private record Unresolved(String reason, String message) {}

  private static Unresolved unresolved(HTTPRoute route, Targets targets) {
    for (var rule : route.getSpec().getRules()) {
      for (var ref : rule.getBackendRefs()) {
        var reason = RouteProjection.unresolvable(ref, route);
        if (reason.isEmpty() && !targets.knows(RouteProjection.backend(ref, namespace(route)))) {
          reason = "BackendNotFound";
        }
        if (!reason.isEmpty()) {
          return new Unresolved(reason, describe(ref) + " can't be used");
        }
      }
    }
    return new Unresolved("", "");
  }

  private static String describe(HTTPBackendRef ref) {
    return (ref.getKind() == null ? "Service" : ref.getKind()) + " " + ref.getName();
  }

  private static String namespace(HasMetadata object) {
    return object.getMetadata().getNamespace();
  }

  /** A pool's parents are the gateways of the routes that lead to it. */
  private void writePool(InferencePool pool, Map<HTTPRoute, List<Attachment>> attachmentsByRoute) {
    var gateways = new TreeSet<String>();
    attachmentsByRoute.forEach(
        (route, attachments) -> {
          if (leadsTo(route, pool)) {
            attachments.forEach(attachment -> gateways.add(attachment.gateway()));
          }
        });
    if (gateways.isEmpty() && !writtenByObject.containsKey(pool.getMetadata().getUid())) {
      return;
    }
    var hasOwnPicker = pool.spec().endpointPickerRef() != null;
    var status = JsonNodeFactory.instance.objectNode();
    var parents = status.putArray("parents");
    for (var gateway : gateways) {
      var slash = gateway.indexOf('/');
      var entry = parents.addObject().put("controllerName", CONTROLLER);
      entry
          .putObject("parentRef")
          .put("group", "gateway.networking.k8s.io")
          .put("kind", "Gateway")
          .put("namespace", gateway.substring(0, slash))
          .put("name", gateway.substring(slash + 1));
      var conditions = entry.putArray("conditions");
      var generation = pool.getMetadata().getGeneration();
      add(conditions, "Accepted", true, "Accepted", "", generation);
      add(
          conditions,
          "ResolvedRefs",
          !hasOwnPicker,
          hasOwnPicker ? "InvalidExtensionRef" : "ResolvedRefs",
          hasOwnPicker ? "endpointPickerRef is not followed: the gateway's own picker chooses" : "",
          generation);
    }
    apply(InferencePool.RESOURCE, pool, status);
  }

  private static boolean leadsTo(HTTPRoute route, InferencePool pool) {
    return namespace(route).equals(namespace(pool))
        && route.getSpec().getRules().stream()
            .flatMap(rule -> rule.getBackendRefs().stream())
            .anyMatch(
                ref ->
                    "InferencePool".equals(ref.getKind())
                        && pool.getMetadata().getName().equals(ref.getName()));
  }

  private static void add(
      ArrayNode conditions,
      String type,
      boolean isTrue,
      String reason,
      String message,
      @Nullable Long generation) {
    conditions
        .addObject()
        .put("type", type)
        .put("status", isTrue ? "True" : "False")
        .put("reason", reason)
        .put("message", message)
        .put("observedGeneration", generation == null ? 0 : generation);
  }

  private <T extends HasMetadata> void apply(Resource<T> resource, T object, ObjectNode status) {
    var uid = object.getMetadata().getUid();
    var text = status.toString();
    if (text.equals(writtenByObject.get(uid))) {
      return;
    }
    var now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    status
        .findParents("observedGeneration")
        .forEach(condition -> ((ObjectNode) condition).put("lastTransitionTime", now));
    var patch = JsonNodeFactory.instance.objectNode();
    patch.put("apiVersion", resource.apiVersion()).put("kind", resource.kind());
    patch.putObject("metadata").put("name", object.getMetadata().getName());
    patch.set("status", status);
    var body = patch.toString();
    try {
      client.patchOnly(
          resource,
          ObjectKey.of(object),
          new Patch(Patch.Type.APPLY, "status", body, CONTROLLER, true));
      writtenByObject.put(uid, text);
    } catch (ApiException e) {
      if (e.reason() != ApiException.Reason.NOT_FOUND) {
        throw e;
      }
    }
  }
}
