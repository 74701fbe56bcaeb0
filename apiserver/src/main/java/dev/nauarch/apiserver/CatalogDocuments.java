package dev.nauarch.apiserver;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.discovery.Discovery;
import dev.nauarch.apiserver.openapi.OpenApi;
import dev.nauarch.apiserver.request.Documents;
import dev.nauarch.apiserver.request.Request;
import dev.nauarch.apiserver.request.Response;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Discovery and OpenAPI, made again when the catalog has changed. */
final class CatalogDocuments implements Documents {

  private record Made(Catalog catalog, Discovery discovery, OpenApi openApi) {}

  private final Supplier<Catalog> catalog;
  private final String version;
  private final Function<Kind, Optional<String>> storedVersion;
  private final AtomicReference<@Nullable Made> made = new AtomicReference<>();

  /**
   * @param version the server's version, for example {@code v1.37.0}
   * @param storedVersion the apiVersion in which the objects of a custom kind are stored
   */
  CatalogDocuments(
      Supplier<Catalog> catalog, String version, Function<Kind, Optional<String>> storedVersion) {
    this.catalog = catalog;
    this.storedVersion = storedVersion;
    this.version = version;
  }

  @Override
  public Optional<Response> find(Request request) {
    var path = withoutSlash(request.path());
    return path.startsWith("/openapi/")
        ? OpenApiPages.find(made().openApi, request, path)
        : DiscoveryPages.find(made().discovery, request, path);
  }

  private Made made() {
    var now = catalog.get();
    var known = made.get();
    if (known == null) {
      known = new Made(now, new Discovery(now, storedVersion), new OpenApi(now, version));
      made.set(known);
    } else if (!known.catalog.equals(now)) {
      known = new Made(now, new Discovery(now, storedVersion), known.openApi.next(now));
      made.set(known);
    }
    return known;
  }

  private static String withoutSlash(String path) {
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
