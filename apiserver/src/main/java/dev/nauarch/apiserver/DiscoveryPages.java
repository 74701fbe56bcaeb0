package dev.nauarch.apiserver;

import dev.nauarch.apiserver.discovery.Discovery;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.request.Accept;
import dev.nauarch.apiserver.request.Page;
import dev.nauarch.apiserver.request.Request;
import dev.nauarch.apiserver.request.Response;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** The discovery documents over HTTP. */
final class DiscoveryPages {

  private static final String JSON = "application/json";

  private DiscoveryPages() {}

  static Optional<Response> find(Discovery discovery, Request request, String path) {
    if (path.equals("/api") || path.equals("/apis")) {
      return Optional.of(root(discovery, request, path.equals("/api")));
    }
    return ofGroup(discovery, path.split("/", -1)).map(DiscoveryPages::json);
  }

  private static Response root(Discovery discovery, Request request, boolean isCore) {
    var takesAll =
        Accept.ranges(request.headers().first("Accept")).stream()
            .filter(DiscoveryPages::isServed)
            .findFirst()
            .filter(DiscoveryPages::isAggregated);
    if (takesAll.isPresent()) {
      var document = discovery.aggregated(isCore);
      return Page.of(
          request,
          Discovery.AGGREGATED_MEDIA_TYPE,
          document.json(),
          document.etag(),
          List.of(new Response.Header("Vary", "Accept")));
    }
    var host = request.headers().first("Host");
    return json(isCore ? discovery.apiVersions(host) : discovery.groups());
  }

  /** A form that is not known here is passed over for the next one that the client takes. */
  private static boolean isServed(Accept.Range range) {
    return range.takes(JSON) && (range.parameter("as").isEmpty() || isAggregated(range));
  }

  private static boolean isAggregated(Accept.Range range) {
    return range.parameter("as").equals("APIGroupDiscoveryList")
        && range.parameter("g").equals("apidiscovery.k8s.io")
        && range.parameter("v").equals("v2");
  }

  private static Optional<ObjectNode> ofGroup(Discovery discovery, String[] parts) {
    if (parts.length == 3 && parts[1].equals("api")) {
      return discovery.resources("", parts[2]);
    }
    if (parts.length == 3 && parts[1].equals("apis")) {
      return discovery.group(parts[2]);
    }
    return parts.length == 4 && parts[1].equals("apis")
        ? discovery.resources(parts[2], parts[3])
        : Optional.empty();
  }

  private static Response json(ObjectNode document) {
    return new Response.Full(200, JSON, Json.write(document), List.of());
  }
}
