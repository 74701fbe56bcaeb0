package dev.nauarch.apiserver.aggregation;

import dev.nauarch.apiserver.discovery.Discovery;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.request.Documents;
import dev.nauarch.apiserver.request.Request;
import dev.nauarch.apiserver.request.Response;
import dev.nauarch.apiserver.request.Response.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.ObjectNode;

/** The documents of this server, with what other servers serve among them. */
final class MergedDocuments implements Documents {

  private static final String GROUPS = "/apis";
  private static final String OPENAPI = "/openapi/v3";

  private final Documents own;
  private final Supplier<ServiceTable> table;

  MergedDocuments(Documents own, Supplier<ServiceTable> table) {
    this.own = own;
    this.table = table;
  }

  @Override
  public Optional<Response> find(Request request) {
    var path = request.path();
    path = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    var merged = new MergedDiscovery(table.get());
    var found = own.find(request);
    if (path.equals(GROUPS)) {
      return changed(
          found, list -> list.has("items") ? merged.aggregated(list) : merged.groups(list));
    }
    if (path.equals(OPENAPI)) {
      return merged.table().remotes().isEmpty() ? found : changed(found, merged::openApiIndex);
    }
    var parts = List.of(path.split("/", -1));
    return parts.size() == 3 && path.startsWith(GROUPS + "/")
        ? group(parts.get(2), found, merged)
        : found;
  }

  private static Optional<Response> group(
      String name, Optional<Response> found, MergedDiscovery merged) {
    var known =
        found
            .filter(Response.Full.class::isInstance)
            .map(Response.Full.class::cast)
            .flatMap(full -> Json.parse(full.body()));
    if (found.isPresent() && known.isEmpty()) {
      return found;
    }
    return merged
        .group(name, known)
        .map(
            group ->
                new Response.Full(
                    200,
                    "application/json",
                    Json.write(group),
                    found.map(Response::headers).orElse(List.of())));
  }

  /** A document in JSON with something changed, and with an ETag of its own where it had one. */
  private static Optional<Response> changed(
      Optional<Response> found, UnaryOperator<ObjectNode> change) {
    if (!(found.orElse(null) instanceof Response.Full full)
        || full.status() != 200
        || !full.contentType().startsWith("application/json")) {
      return found;
    }
    var document = Json.parse(full.body());
    if (document.isEmpty()) {
      return found;
    }
    var result = change.apply(document.get());
    var headers = new ArrayList<Header>();
    for (var header : full.headers()) {
      headers.add(
          header.name().equals("ETag")
              ? new Header("ETag", "\"" + Discovery.etag(result) + "\"")
              : header);
    }
    return Optional.of(new Response.Full(200, full.contentType(), Json.write(result), headers));
  }
}
