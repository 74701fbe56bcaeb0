package dev.nauarch.apiserver.webhook;

import dev.nauarch.apiserver.object.Json;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Where a webhook is.
 *
 * @param host the name that its certificate must have
 * @param port the port of the URL, or of the service
 * @param path begins with a slash, and has no empty segments, {@code .} or {@code ..}
 * @param service the service behind it; empty where the host itself is called
 * @param authorities who may vouch for it, as base64 of PEM; empty for those of this machine
 */
public record WebhookAddress(
    String host, int port, String path, Optional<Service> service, String authorities) {

  private static final int PORT_DEFAULT = 443;

  /** A service. */
  public record Service(String namespace, String name) {}

  /**
   * Reads the {@code clientConfig} of a webhook.
   *
   * @throws IllegalArgumentException when it has neither a good URL nor a service
   */
  public static WebhookAddress of(JsonNode clientConfig) {
    var authorities = Json.text(clientConfig, "caBundle");
    var service = clientConfig.path("service");
    if (service.isObject()) {
      var name = Json.text(service, "name");
      var namespace = Json.text(service, "namespace");
      return new WebhookAddress(
          name + "." + namespace + ".svc",
          service.path("port").asInt(PORT_DEFAULT),
          path(Json.text(service, "path")),
          Optional.of(new Service(namespace, name)),
          authorities);
    }
    var url = java.net.URI.create(Json.text(clientConfig, "url"));
    if (url.getHost() == null) {
      throw new IllegalArgumentException("webhook configuration must have either service or URL");
    }
    return new WebhookAddress(
        url.getHost(),
        url.getPort() < 0 ? PORT_DEFAULT : url.getPort(),
        path(url.getRawPath()),
        Optional.empty(),
        authorities);
  }

  /** The path as Kubernetes' clients send it: a server that got another would redirect them. */
  private static String path(String path) {
    var segments = new ArrayDeque<String>();
    for (var segment : path.split("/", -1)) {
      if (segment.equals("..")) {
        segments.pollLast();
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        segments.add(segment);
      }
    }
    return "/" + String.join("/", segments);
  }

  /** The path of a request that may take so long, which the webhook is told. */
  String target(Duration timeout) {
    return path + "?timeout=" + Math.max(1, timeout.toSeconds()) + "s";
  }

  /** The host and port as they stand in a URL. */
  String authority() {
    return service.isEmpty() && port == PORT_DEFAULT ? host : host + ":" + port;
  }
}
