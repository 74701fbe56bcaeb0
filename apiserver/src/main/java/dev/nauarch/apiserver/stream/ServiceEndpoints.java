package dev.nauarch.apiserver.stream;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.ObjectView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where the pods of services are. Reads the endpoint slices that controllers or people have
 * written.
 */
public final class ServiceEndpoints {

  private static final String SERVICE = "kubernetes.io/service-name";

  private final ObjectView view;

  /** Endpoints among these objects. */
  public ServiceEndpoints(ObjectView view) {
    this.view = view;
  }

  /** An address and a port. */
  public record Place(String address, int port) {}

  /** The port of a service by its number. */
  public static Optional<JsonNode> port(ObjectNode service, int number) {
    return Json.child(service, "spec")
        .path("ports")
        .valueStream()
        .filter(port -> port.path("port").asInt(0) == number)
        .findFirst();
  }

  /** The slices of a service. */
  public List<ObjectNode> slices(String namespace, String service) {
    return view.list("discovery.k8s.io", "endpointslices", namespace).stream()
        .filter(
            slice ->
                Json.child(slice, "metadata")
                    .path("labels")
                    .path(SERVICE)
                    .asString("")
                    .equals(service))
        .toList();
  }

  /** One of the ready endpoints of a service's port, by the port's name; any of them. */
  public Optional<Place> ready(String namespace, String service, String portName) {
    var places = new ArrayList<Place>();
    for (var slice : slices(namespace, service)) {
      for (var port : slice.path("ports")) {
        if (port.path("name").asString("").equals(portName) && port.has("port")) {
          for (var endpoint : slice.path("endpoints")) {
            if (endpoint.path("conditions").path("ready").asBoolean(true)) {
              var address = endpoint.path("addresses").path(0).asString("");
              places.add(new Place(address, port.path("port").asInt(0)));
            }
          }
        }
      }
    }
    return places.isEmpty()
        ? Optional.empty()
        : Optional.of(places.get(ThreadLocalRandom.current().nextInt(places.size())));
  }
}
