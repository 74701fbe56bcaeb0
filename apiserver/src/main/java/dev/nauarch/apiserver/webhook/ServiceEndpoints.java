package dev.nauarch.apiserver.webhook;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.ObjectView;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Finds where a service is answered: at the addresses of its ready endpoints, so that a call works
 * before, and without, anything that leads cluster addresses to pods.
 */
final class ServiceEndpoints {

  private static final String SERVICE_NAME = "kubernetes.io/service-name";

  private final ObjectView view;

  ServiceEndpoints(ObjectView view) {
    this.view = view;
  }

  /**
   * The addresses that answer a port of a service, in an order by chance.
   *
   * @throws IOException when there is none
   */
  List<InetSocketAddress> of(WebhookAddress.Service service, int port) throws IOException {
    var object =
        view.find("", "services", service.namespace(), service.name())
            .orElseThrow(() -> new IOException("service \"" + service.name() + "\" not found"));
    if (Json.text(object, "spec", "type").equals("ExternalName")) {
      return List.of(new InetSocketAddress(Json.text(object, "spec", "externalName"), port));
    }
    var portName = portName(object, service, port);
    var addresses = new ArrayList<InetSocketAddress>();
    for (var slice : view.list("discovery.k8s.io", "endpointslices", service.namespace())) {
      var labels = Json.child(Json.child(slice, "metadata"), "labels");
      if (Json.text(labels, SERVICE_NAME).equals(service.name())
          && !Json.text(slice, "addressType").equals("FQDN")) {
        addAll(slice, portName, addresses);
      }
    }
    if (addresses.isEmpty()) {
      throw new IOException("no endpoints available for service \"" + service.name() + "\"");
    }
    Collections.shuffle(addresses);
    return addresses;
  }

  private static String portName(ObjectNode object, WebhookAddress.Service service, int port)
      throws IOException {
    for (var offered : Json.child(object, "spec").path("ports")) {
      if (offered.path("port").asInt(0) == port) {
        return Json.text(offered, "name");
      }
    }
    throw new IOException(
        "no service port " + port + " found for service \"" + service.name() + "\"");
  }

  private static void addAll(JsonNode slice, String portName, List<InetSocketAddress> addresses) {
    for (var port : slice.path("ports")) {
      if (!Json.text(port, "name").equals(portName) || !port.path("port").isNumber()) {
        continue;
      }
      for (var endpoint : slice.path("endpoints")) {
        if (endpoint.path("conditions").path("ready").asBoolean(true)) {
          endpoint
              .path("addresses")
              .forEach(
                  address ->
                      addresses.add(
                          new InetSocketAddress(address.asString(""), port.path("port").asInt())));
        }
      }
    }
  }
}
