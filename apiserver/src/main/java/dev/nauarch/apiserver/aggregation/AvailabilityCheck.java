package dev.nauarch.apiserver.aggregation;

import dev.nauarch.apiserver.aggregation.ApiService.Backing;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.stream.ServiceEndpoints;
import java.io.IOException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Finds out whether the server of an APIService answers, and what it serves. */
final class AvailabilityCheck {

  private static final int DOCUMENT_BYTES_MAX = 32 * 1024 * 1024;

  private final ObjectView view;
  private final ServiceEndpoints endpoints;
  private final ExtensionServers servers;

  AvailabilityCheck(ObjectView view, ExtensionServers servers) {
    this.view = view;
    this.endpoints = new ServiceEndpoints(view);
    this.servers = servers;
  }

  /**
   * What was found.
   *
   * @param availability whether it answers
   * @param found what it serves; empty where it does not answer
   */
  record Outcome(Availability availability, Optional<Found> found) {}

  Outcome look(ApiService wanted, Backing backing) {
    var trouble = trouble(backing);
    if (trouble.isPresent()) {
      return new Outcome(trouble.get(), Optional.empty());
    }
    var url = servers.url(backing, wanted.path());
    try (var exchange = servers.ask(backing, wanted.path(), "application/json")) {
      var status = exchange.head().status();
      if (status < 200 || status >= 300) {
        return failed(url, "bad status from " + url + ": " + status);
      }
      var bytes = exchange.body().readNBytes(DOCUMENT_BYTES_MAX);
      var list = Json.parse(bytes).orElseGet(Json::object);
      return new Outcome(
          Availability.PASSED,
          Optional.of(
              new Found(
                  Found.resources(list, wanted.group(), wanted.version()),
                  openApi(wanted, backing),
                  false)));
    } catch (IOException e) {
      return failed(url, String.valueOf(e.getMessage()));
    }
  }

  private static Outcome failed(String url, String why) {
    return new Outcome(
        Availability.no(
            "FailedDiscoveryCheck", "failing or missing response from " + url + ": " + why),
        Optional.empty());
  }

  /** What can be told without asking the server. */
  private Optional<Availability> trouble(Backing backing) {
    var place = "service/" + backing.service() + " in " + Json.quoted(backing.namespace());
    var service = view.find("", "services", backing.namespace(), backing.service());
    if (service.isEmpty()) {
      return Optional.of(Availability.no("ServiceNotFound", place + " is not present"));
    }
    if (!Json.text(service.get(), "spec", "type").equals("ClusterIP")) {
      return Optional.empty();
    }
    var port = ServiceEndpoints.port(service.get(), backing.port());
    if (port.isEmpty()) {
      return Optional.of(
          Availability.no(
              "ServicePortError", place + " is not listening on port " + backing.port()));
    }
    if (endpoints.slices(backing.namespace(), backing.service()).isEmpty()) {
      return Optional.of(
          Availability.no("EndpointsNotFound", "cannot find endpointslices for " + place));
    }
    var name = port.get().path("name").asString("");
    return endpoints.ready(backing.namespace(), backing.service(), name).isPresent()
        ? Optional.empty()
        : Optional.of(
            Availability.no(
                "MissingEndpoints",
                "endpointslices for "
                    + place
                    + " have no addresses with port name "
                    + Json.quoted(name)));
  }

  /** The server's own entry in its index; a server need not have one. */
  private JsonNode openApi(ApiService wanted, Backing backing) {
    try (var exchange = servers.ask(backing, "/openapi/v3", "application/json")) {
      if (exchange.head().status() == 200) {
        var index = Json.parse(exchange.body().readNBytes(DOCUMENT_BYTES_MAX));
        return index.orElseGet(Json::object).path("paths").path(wanted.path().substring(1));
      }
    } catch (IOException e) {
      // It answers all else: whoever asks for its OpenAPI will hear why not.
    }
    return Json.MAPPER.missingNode();
  }
}
