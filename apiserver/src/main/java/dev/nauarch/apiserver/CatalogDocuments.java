package dev.nauarch.apiserver;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.apiserver.discovery.Discovery;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.openapi.OpenApi;
import dev.nauarch.apiserver.request.Documents;
import dev.nauarch.apiserver.request.Request;
import dev.nauarch.apiserver.request.Response;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Discovery and OpenAPI, made again when the catalog has changed. */
final class CatalogDocuments implements Documents {

  private static final String JSON = "application/json";
  private static final String OPENAPI = "/openapi/v3";

  private record Made(Catalog catalog, Discovery discovery, OpenApi openApi) {}

  private final Supplier<Catalog> catalog;
  private final String version;
  private final AtomicReference<@Nullable Made> made = new AtomicReference<>();

  /**
   * @param version the server's version, for example {@code v1.37.0}
   */
  CatalogDocuments(Supplier<Catalog> catalog, String version) {
    this.catalog = catalog;
    this.version = version;
  }

  @Override
  public Optional<Response> find(Request request) {
    var path = withoutSlash(request.path());
    if (path.equals("/api") || path.equals("/apis")) {
      return Optional.of(root(request, path.equals("/api")));
    }
    if (path.equals(OPENAPI)) {
      return Optional.of(json(made().openApi.index(), JSON));
    }
    if (path.startsWith(OPENAPI + "/")) {
      return made()
          .openApi
          .document(path.substring(OPENAPI.length() + 1))
          .map(
              document ->
                  new Response.Full(
                      200,
                      JSON,
                      document.bytes(),
                      List.of(new Response.Header("ETag", "\"" + document.hash() + "\""))));
    }
    return legacy(path.split("/", -1)).map(document -> json(document, JSON));
  }

  private Response root(Request request, boolean isCore) {
    var discovery = made().discovery;
    var accept = request.headers().first("Accept");
    if (accept.contains("as=APIGroupDiscoveryList") && accept.contains("v=v2")) {
      var document = discovery.aggregated(isCore);
      var etag = new Response.Header("ETag", "\"" + Discovery.etag(document) + "\"");
      return new Response.Full(
          200,
          Discovery.AGGREGATED_MEDIA_TYPE,
          Json.write(document),
          List.of(etag, new Response.Header("Vary", "Accept")));
    }
    var host = request.headers().first("Host");
    return json(isCore ? discovery.apiVersions(host) : discovery.groups(), JSON);
  }

  private Optional<ObjectNode> legacy(String[] parts) {
    var discovery = made().discovery;
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

  private Made made() {
    var now = catalog.get();
    var known = made.get();
    if (known == null || !known.catalog.equals(now)) {
      known = new Made(now, new Discovery(now), new OpenApi(now, version));
      made.set(known);
    }
    return known;
  }

  private static Response json(ObjectNode document, String mediaType) {
    return new Response.Full(200, mediaType, Json.write(document), List.of());
  }

  private static String withoutSlash(String path) {
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
