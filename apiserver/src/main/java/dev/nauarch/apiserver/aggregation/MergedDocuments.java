package dev.nauarch.apiserver.aggregation;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.openapi.OpenApi;
import dev.nauarch.apiserver.port.Headers;
import dev.nauarch.apiserver.request.Documents;
import dev.nauarch.apiserver.request.Page;
import dev.nauarch.apiserver.request.Request;
import dev.nauarch.apiserver.request.Response;
import dev.nauarch.apiserver.request.Response.Header;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.ObjectNode;

/** The documents of this server, with what other servers serve among them. */
final class MergedDocuments implements Documents {

  private static final String JSON = "application/json";
  private static final String GROUPS = "/apis";
  private static final String OPENAPI = "/openapi/v3";
  private static final String SWAGGER = "/openapi/v2";
  private static final String ETAG = "ETag";

  private final Documents own;
  private final Supplier<ServiceTable> table;
  private final MergedSwagger swagger;
  private final AtomicReference<Swagger> kept = new AtomicReference<>();

  /** The document of OpenAPI v2 that was made last, and of what. */
  private record Swagger(List<Header> own, List<ObjectNode> others, OpenApi.Document document) {

    boolean isOf(List<Header> ownNow, List<ObjectNode> othersNow) {
      return own.equals(ownNow) && others.equals(othersNow);
    }
  }

  MergedDocuments(Documents own, Supplier<ServiceTable> table, MergedSwagger swagger) {
    this.own = own;
    this.table = table;
    this.swagger = swagger;
  }

  @Override
  public Optional<Response> find(Request request) {
    var path = request.path();
    path = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    var merged = new MergedDiscovery(table.get());
    if (path.equals(GROUPS)) {
      return changed(
          request, list -> list.has("items") ? merged.aggregated(list) : merged.groups(list));
    }
    if (merged.table().remotes().isEmpty()) {
      return own.find(request);
    }
    if (path.equals(OPENAPI)) {
      return changed(request, merged::openApiIndex);
    }
    if (path.equals(SWAGGER)) {
      return swagger(request, swagger.documents(merged.table()));
    }
    var parts = List.of(path.split("/", -1));
    return parts.size() == 3 && path.startsWith(GROUPS + "/")
        ? group(parts.get(2), own.find(whole(request)), merged)
        : own.find(request);
  }

  private static Optional<Response> group(
      String name, Optional<Response> found, MergedDiscovery merged) {
    var known = found.flatMap(MergedDocuments::document);
    if (found.isPresent() && known.isEmpty()) {
      return found;
    }
    return merged
        .group(name, known)
        .map(group -> new Response.Full(200, JSON, Json.write(group), List.of()));
  }

  private Optional<Response> swagger(Request request, List<ObjectNode> others) {
    // What the client would get tells the media type that it takes.
    var found = others.isEmpty() ? own.find(request) : own.find(whole(request));
    if (others.isEmpty() || !(found.orElse(null) instanceof Response.Full full)) {
      return found;
    }
    if (full.status() != 200) {
      return found;
    }
    var type = full.contentType();
    var document = swaggerDocument(asJson(request), others);
    var body = type.equals(JSON) ? document.json() : OpenApi.swaggerProtobuf(document);
    var vary = full.headers().stream().filter(header -> !header.name().equals(ETAG)).toList();
    return Optional.of(Page.of(request, type, body, document.hash(), vary));
  }

  private OpenApi.Document swaggerDocument(Request asJson, List<ObjectNode> others) {
    var response = own.find(asJson).orElseThrow();
    var known = kept.get();
    if (known != null && known.isOf(response.headers(), others)) {
      return known.document;
    }
    var json = Json.write(MergedSwagger.merged(document(response).orElseThrow(), others));
    var made = new OpenApi.Document(json, hash(json));
    kept.set(new Swagger(response.headers(), others, made));
    return made;
  }

  /** A document in JSON with something changed, and with an ETag of its own where it had one. */
  private Optional<Response> changed(Request request, UnaryOperator<ObjectNode> change) {
    var found = own.find(whole(request));
    var document = found.flatMap(MergedDocuments::document);
    if (found.isEmpty() || document.isEmpty()) {
      return own.find(request);
    }
    var type = found.get().contentType();
    var bytes = Json.write(change.apply(document.get()));
    var headers =
        found.get().headers().stream().filter(header -> !header.name().equals(ETAG)).toList();
    return Optional.of(
        headers.size() == found.get().headers().size()
            ? new Response.Full(200, type, bytes, headers)
            : Page.of(request, type, bytes, hash(bytes), headers));
  }

  /** What an answer holds; empty where that is no JSON. */
  private static Optional<ObjectNode> document(Response response) {
    return response instanceof Response.Full full
            && full.status() == 200
            && full.contentType().startsWith(JSON)
        ? Json.parse(full.body())
        : Optional.empty();
  }

  private static String hash(byte[] document) {
    try {
      var digest = MessageDigest.getInstance("SHA-512").digest(document);
      return HexFormat.of().withUpperCase().formatHex(digest);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }

  /** The same request of a client that has nothing yet, and that unpacks nothing. */
  private static Request whole(Request request) {
    return with(request, new Whole(request.headers(), List.of("if-none-match", "accept-encoding")));
  }

  /** The same, of a client that takes any media type: what it gets is JSON. */
  private static Request asJson(Request request) {
    return with(
        request,
        new Whole(request.headers(), List.of("if-none-match", "accept-encoding", "accept")));
  }

  private static Request with(Request request, Headers headers) {
    return new Request(
        request.method(),
        request.path(),
        request.query(),
        headers,
        request.body(),
        request.credentials(),
        request.remote());
  }

  private record Whole(Headers all, List<String> leftOut) implements Headers {

    @Override
    public String first(String name) {
      return isLeftOut(name) ? "" : all.first(name);
    }

    @Override
    public List<String> all(String name) {
      return isLeftOut(name) ? List.of() : all.all(name);
    }

    @Override
    public List<String> names(String prefix) {
      return all.names(prefix).stream().filter(name -> !isLeftOut(name)).toList();
    }

    private boolean isLeftOut(String name) {
      return leftOut.stream().anyMatch(name::equalsIgnoreCase);
    }
  }
}
