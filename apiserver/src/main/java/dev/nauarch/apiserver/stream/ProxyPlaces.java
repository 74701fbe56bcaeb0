package dev.nauarch.apiserver.stream;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.client.tls.TlsContexts;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.node.ObjectNode;

/** Where the {@code proxy} subresources of pods, services and nodes lead. */
final class ProxyPlaces {

  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  private final ObjectView view;
  private final ServiceEndpoints endpoints;
  private final SSLContext agents;

  /** Pods and services prove nothing to the API server, which looks at no certificate of theirs. */
  private final SSLContext anybody = TlsContexts.believingEverybody(Optional.empty());

  /**
   * @param view where pods, services, endpoints and nodes are looked up
   * @param agents how to speak with the agents of nodes
   */
  ProxyPlaces(ObjectView view, SSLContext agents) {
    this.view = view;
    this.endpoints = new ServiceEndpoints(view);
    this.agents = agents;
  }

  /**
   * Where a proxied object listens.
   *
   * @param plural {@code pods}, {@code services} or {@code nodes}
   * @param id name, port and scheme, as the path has them
   * @throws ApiException where there is no such object, or nobody who listens
   */
  Destination find(String plural, String namespace, String id) {
    var kind = plural.substring(0, plural.length() - 1);
    var name =
        ProxyName.of(id)
            .orElseThrow(
                () -> ApiException.badRequest("invalid " + kind + " request " + Json.quoted(id)));
    var object =
        view.find("", plural, namespace, name.name())
            .orElseThrow(() -> ApiException.notFound("", plural, name.name()));
    return switch (plural) {
      case "pods" -> ofPod(object, name);
      case "services" -> ofService(object, name, id);
      default -> ofNode(object, name);
    };
  }

  private Destination ofPod(ObjectNode pod, ProxyName name) {
    var address = proxyable(Json.text(pod, "status", "podIP"));
    return at(address, name.port().isEmpty() ? firstPort(pod, name) : port(name), name);
  }

  private static int firstPort(ObjectNode pod, ProxyName name) {
    for (var container : Json.child(pod, "spec").path("containers")) {
      var first = container.path("ports").path(0).path("containerPort").asInt(0);
      if (first > 0) {
        return first;
      }
    }
    return name.isSecure() ? HTTPS_PORT : HTTP_PORT;
  }

  private Destination ofService(ObjectNode service, ProxyName name, String id) {
    var namespace = Json.text(service, "metadata", "namespace");
    var portName = name.port();
    if (name.number().isPresent()) {
      var number = name.number().get();
      var port =
          ServiceEndpoints.port(service, number)
              .orElseThrow(
                  () ->
                      unavailable(
                          "no service port "
                              + number
                              + " found for service "
                              + Json.quoted(name.name())));
      portName = port.path("name").asString("");
    }
    if (endpoints.slices(namespace, name.name()).isEmpty()) {
      throw unavailable("no endpoints available for service " + Json.quoted(name.name()));
    }
    var place =
        endpoints
            .ready(namespace, name.name(), portName)
            .orElseThrow(
                () -> unavailable("no endpoints available for service " + Json.quoted(id)));
    return at(proxyable(place.address()), place.port(), name);
  }

  /** The agent itself, or another program on its machine. */
  private Destination ofNode(ObjectNode node, ProxyName name) {
    var agent = AgentAddress.of(node);
    if (name.port().isEmpty() || name.port().equals(Integer.toString(agent.port()))) {
      return Destination.secure(agent.host(), agent.port(), agents);
    }
    return at(proxyable(agent.host()), port(name), name);
  }

  private static int port(ProxyName name) {
    var number = name.number().orElse(-1);
    if (number < 0 || number > 65535) {
      throw unavailable(
          "error trying to reach service: dial tcp: lookup tcp/" + name.port() + ": unknown port");
    }
    return number;
  }

  private Destination at(String address, int port, ProxyName name) {
    return new Destination(
        address,
        port,
        name.isSecure() ? Optional.of(new Destination.Tls(anybody, "")) : Optional.empty());
  }

  /**
   * An address that a request may be led to. Loopback addresses are for clusters whose pods live on
   * them, which have no network of their own; never those of the machine itself.
   */
  private String proxyable(String address) {
    try {
      var parsed = InetAddress.ofLiteral(address);
      var isOk =
          parsed.isLoopbackAddress()
              ? sharesLoopback()
              : !parsed.isAnyLocalAddress()
                  && !parsed.isLinkLocalAddress()
                  && !parsed.isMulticastAddress();
      if (isOk) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      // Nothing that could be connected to.
    }
    throw ApiException.badRequest("address not allowed");
  }

  /** Whether this cluster's nodes are on loopback addresses themselves. */
  private boolean sharesLoopback() {
    for (var node : view.list("", "nodes", "")) {
      for (var address : Json.child(node, "status").path("addresses")) {
        if (Json.text(address, "address").startsWith("127.")) {
          return true;
        }
      }
    }
    return false;
  }

  static ApiException unavailable(String why) {
    return new ApiException(
        ApiException.Reason.SERVICE_UNAVAILABLE,
        why,
        new ApiException.Details("", "", "", List.of(), 0));
  }
}
