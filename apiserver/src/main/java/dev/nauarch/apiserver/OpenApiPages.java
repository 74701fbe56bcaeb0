package dev.nauarch.apiserver;

import dev.nauarch.apiserver.openapi.OpenApi;
import dev.nauarch.apiserver.request.Accept;
import dev.nauarch.apiserver.request.Page;
import dev.nauarch.apiserver.request.Query;
import dev.nauarch.apiserver.request.Request;
import dev.nauarch.apiserver.request.Response;
import dev.nauarch.apiserver.request.Response.Header;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The OpenAPI documents over HTTP. */
final class OpenApiPages {

  private static final String JSON = "application/json";
  private static final String INDEX = "/openapi/v3";
  private static final Header VARY = new Header("Vary", "Accept");
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

  private OpenApiPages() {}

  static Optional<Response> find(OpenApi openApi, Request request, String path) {
    if (path.equals("/openapi/v2")) {
      return Optional.of(swagger(openApi, request));
    }
    if (path.equals(INDEX)) {
      var index = openApi.index();
      return Optional.of(Page.of(request, JSON, index.json(), index.hash(), List.of()));
    }
    if (!path.startsWith(INDEX + "/")) {
      return Optional.empty();
    }
    var name = path.substring(INDEX.length() + 1);
    return openApi.document(name).map(document -> version3(document, request, name));
  }

  private static Response swagger(OpenApi openApi, Request request) {
    var type = mediaType(request, "v2");
    if (type.isEmpty()) {
      return Page.notAcceptable("");
    }
    var document = openApi.swagger();
    var body = type.equals(JSON) ? document.json() : OpenApi.swaggerProtobuf(document);
    return Page.of(request, type, body, document.hash(), List.of(VARY));
  }

  private static Response version3(OpenApi.Document document, Request request, String path) {
    var type = mediaType(request, "v3");
    if (type.isEmpty()) {
      return Page.notAcceptable("");
    }
    var body = type.equals(JSON) ? document.json() : OpenApi.protobuf(document);
    var hash = Query.parse(request.query()).text("hash");
    if (hash.isEmpty()) {
      return Page.of(request, type, body, document.hash(), List.of(VARY));
    }
    if (!hash.equals(document.hash())) {
      var now = new Header("Location", OpenApi.url(path, document.hash()));
      return new Response.Full(301, type, new byte[0], List.of(VARY, now));
    }
    var inAYear = ZonedDateTime.now(ZoneOffset.UTC).plusYears(1).format(HTTP_DATE);
    return Page.of(
        request,
        type,
        body,
        document.hash(),
        List.of(
            VARY,
            new Header("Cache-Control", "public, immutable"),
            new Header("Expires", inAYear)));
  }

  /** The media type that the client takes first; empty for none. */
  private static String mediaType(Request request, String version) {
    var protobuf = "application/com.github.proto-openapi.spec." + version + ".v1.0+protobuf";
    // The name that clients ask for holds a letter that media types must not have.
    var asked = "application/com.github.proto-openapi.spec." + version + "@v1.0+protobuf";
    for (var range : Accept.ranges(request.headers().first("Accept"))) {
      if (range.takes(JSON)) {
        return JSON;
      }
      if (range.takes(protobuf) || range.takes(asked)) {
        return protobuf;
      }
    }
    return "";
  }
}
