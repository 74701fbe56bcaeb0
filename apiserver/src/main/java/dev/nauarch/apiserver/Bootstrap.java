package dev.nauarch.apiserver;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.apiserver.certificates.ClusterCertificates;
import dev.nauarch.apiserver.certificates.Pem;
import dev.nauarch.apiserver.object.Addresses;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.registry.Registry;
import dev.nauarch.apiserver.registry.Target;
import dev.nauarch.apiserver.registry.WriteOptions.Apply;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the namespaces that every cluster begins with, the Service of its API, and the range that
 * services get their addresses from.
 */
final class Bootstrap {

  private static final List<String> NAMESPACES =
      List.of("default", "kube-system", "kube-public", "kube-node-lease");

  private final Registry registry;
  private final Catalog catalog;

  Bootstrap(Registry registry, Catalog catalog) {
    this.registry = registry;
    this.catalog = catalog;
  }

  /** The namespaces. */
  void writeNamespaces() {
    for (var namespace : NAMESPACES) {
      create(object("v1", "Namespace", "", namespace));
    }
  }

  /**
   * The Service under which pods find this server.
   *
   * @param options its address and port, and where the server listens
   * @param port the server's own port
   */
  void writeService(ClusterOptions options, int port) {
    var service = object("v1", "Service", "default", "kubernetes");
    var labels = Json.childOf(Json.childOf(service, "metadata"), "labels");
    labels.put("component", "apiserver").put("provider", "kubernetes");
    var spec = service.putObject("spec");
    spec.put("type", "ClusterIP").put("clusterIP", options.serviceAddress());
    spec.putArray("clusterIPs").add(options.serviceAddress());
    spec.putArray("ports")
        .addObject()
        .put("name", "https")
        .put("port", options.servicePort())
        .put("protocol", "TCP")
        .put("targetPort", port);
    apply(service);
    apply(slice(options, port));
    apply(endpoints(options, port));
  }

  private static ObjectNode slice(ClusterOptions options, int port) {
    var slice = object("discovery.k8s.io/v1", "EndpointSlice", "default", "kubernetes");
    Json.childOf(Json.childOf(slice, "metadata"), "labels")
        .put("kubernetes.io/service-name", "kubernetes");
    slice.put("addressType", "IPv4");
    var endpoint = slice.putArray("endpoints").addObject();
    endpoint.putArray("addresses").add(options.advertisedAddress());
    endpoint.putObject("conditions").put("ready", true);
    addPort(slice.putArray("ports"), port);
    return slice;
  }

  /** The same for readers before slices; there is a slice already, so that nobody mirrors it. */
  private static ObjectNode endpoints(ClusterOptions options, int port) {
    var endpoints = object("v1", "Endpoints", "default", "kubernetes");
    Json.childOf(Json.childOf(endpoints, "metadata"), "labels")
        .put("endpointslice.kubernetes.io/skip-mirror", "true");
    var subset = endpoints.putArray("subsets").addObject();
    subset.putArray("addresses").addObject().put("ip", options.advertisedAddress());
    addPort(subset.putArray("ports"), port);
    return endpoints;
  }

  private static void addPort(ArrayNode ports, int port) {
    ports.addObject().put("name", "https").put("port", port).put("protocol", "TCP");
  }

  /**
   * The range of the addresses of services. One that is there stays as it is, as in Kubernetes.
   *
   * @param range as the server was started with it
   */
  void writeServiceRange(String range) {
    var object = object("networking.k8s.io/v1", "ServiceCIDR", "", "kubernetes");
    object.putObject("spec").putArray("cidrs").add(Addresses.canonical(range));
    create(object);
  }

  /**
   * The ConfigMap by which servers of other groups know this server and its users.
   *
   * @param options whose users and front proxies are believed
   */
  void writeAuthentication(ClusterOptions options) {
    var map = object("v1", "ConfigMap", "kube-system", "extension-apiserver-authentication");
    map.putObject("data")
        .put(
            "client-ca-file", Pem.certificate(options.server().identity().authorities().getFirst()))
        .put("requestheader-client-ca-file", Pem.certificate(options.frontProxy().authority()))
        .put("requestheader-allowed-names", "[\"" + ClusterCertificates.FrontProxy.NAME + "\"]")
        .put("requestheader-username-headers", "[\"X-Remote-User\"]")
        .put("requestheader-uid-headers", "[\"X-Remote-Uid\"]")
        .put("requestheader-group-headers", "[\"X-Remote-Group\"]")
        .put("requestheader-extra-headers-prefix", "[\"X-Remote-Extra-\"]");
    apply(map);
  }

  private void create(ObjectNode object) {
    var target = target(object);
    if (registry.find(target).isPresent()) {
      return;
    }
    try {
      registry.create(target, object, SystemWriter.options(Apply.NO));
    } catch (ApiException e) {
      // Another server over the same store was quicker.
      if (e.reason() != ApiException.Reason.ALREADY_EXISTS) {
        throw e;
      }
    }
  }

  private void apply(ObjectNode object) {
    registry.apply(target(object), object, SystemWriter.options(Apply.FORCED));
  }

  private Target target(ObjectNode object) {
    var kind =
        catalog
            .findKind(Json.text(object, "apiVersion"), Json.text(object, "kind"))
            .orElseThrow(
                () -> new IllegalStateException("the catalog has no " + Json.text(object, "kind")));
    return Target.of(
        kind, Json.text(object, "metadata", "namespace"), Json.text(object, "metadata", "name"));
  }

  private static ObjectNode object(String apiVersion, String kind, String namespace, String name) {
    var object = Json.object();
    object.put("apiVersion", apiVersion).put("kind", kind);
    var metadata = object.putObject("metadata").put("name", name);
    if (!namespace.isEmpty()) {
      metadata.put("namespace", namespace);
    }
    return object;
  }
}
