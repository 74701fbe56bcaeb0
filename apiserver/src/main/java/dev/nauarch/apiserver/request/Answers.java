package dev.nauarch.apiserver.request;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.StoredObject;
import dev.nauarch.apiserver.registry.ListPage;
import dev.nauarch.apiserver.registry.Versions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** Writes objects and lists in the form that the client asked for. */
final class Answers {

  /** Longer lists are streamed. */
  static final int WHOLE_BYTES_MAX = 256 * 1024;

  /** Smaller answers are quicker sent than compressed. */
  private static final int COMPRESSED_BYTES_MIN = 128 * 1024;

  /** What a client says in {@code Prefer} that does not want to see what it has written. */
  static final String RETURN_MINIMAL = "return=minimal";

  private static final Response.Header APPLIED =
      new Response.Header("Preference-Applied", RETURN_MINIMAL, true);
  private static final Response.Header VARY = new Response.Header("Vary", "Accept-Encoding");

  private final BodyCodec codec;
  private final Tables tables;
  private final Supplier<Catalog> catalog;

  Answers(BodyCodec codec, Tables tables, Supplier<Catalog> catalog) {
    this.codec = codec;
    this.tables = tables;
    this.catalog = catalog;
  }

  /** One stored object. */
  Response object(Call call, int status, StoredObject object) {
    var isPlain =
        call.encoding().form() == Encoding.Form.OBJECT
            && call.encoding().mediaType().equals(Encoding.JSON);
    return isPlain
        ? full(call, status, Versions.served(object, call.kind()))
        : tree(call, status, Versions.tree(object, call.kind()));
  }

  /** One object that was just written, or nothing where the client prefers that (RFC 7240). */
  Response written(Call call, int status, StoredObject object) {
    var preferred = call.header("Prefer").split(",", -1);
    if (Arrays.stream(preferred).map(String::strip).noneMatch(RETURN_MINIMAL::equals)) {
      return object(call, status, object);
    }
    var headers = new ArrayList<>(warnings(call));
    headers.add(APPLIED);
    return new Response.Full(status, call.encoding().mediaType(), new byte[0], headers);
  }

  /** One object of a kind, stored or computed. */
  Response tree(Call call, int status, ObjectNode object) {
    var view = view(call);
    return full(call, status, view.encoded(view.shown(object)));
  }

  /** A Status, or another object that has no form but its own. */
  Response plain(Call call, int status, ObjectNode object) {
    return full(call, status, encoded(call.encoding().mediaType(), object));
  }

  /** A failure, in the format that the client takes. */
  Response failure(Request request, Response.Full json, ObjectNode status) {
    var accept = request.headers().first("Accept");
    try {
      var mediaType = Encoding.of(accept, Encoding.Offer.ANY).mediaType();
      return mediaType.equals(Encoding.JSON)
          ? Indentation.of(request, json)
          : new Response.Full(json.status(), mediaType, encoded(mediaType, status), json.headers());
    } catch (ApiException unreadable) {
      return json;
    }
  }

  private byte[] encoded(String mediaType, ObjectNode object) {
    if (mediaType.equals(Encoding.JSON)) {
      return Json.write(object);
    }
    var apiVersion = Json.text(object, "apiVersion");
    return codec.encode(
        object, mediaType, catalog.get().form(apiVersion, Json.text(object, "kind")));
  }

  /** A page of a list. */
  Response list(Call call, ListPage page) throws IOException {
    var answer = new ListAnswer(call, view(call), codec, page);
    var mediaType = call.encoding().mediaType();
    // What answers HEAD has no body to stream.
    var isWhole =
        answer.isAtMost(WHOLE_BYTES_MAX)
            || mediaType.equals(Encoding.YAML)
            || call.request().method().equals("HEAD");
    if (isWhole) {
      return sent(call, 200, answer.whole());
    }
    var isCompressed = Compression.isWanted(call.request().headers());
    var headers = isCompressed ? compressed(warnings(call)) : warnings(call);
    return new Response.Streamed(200, mediaType, answer.stream(isCompressed), headers);
  }

  /** How a call shows objects. */
  View view(Call call) {
    return new View(call, codec, tables);
  }

  /** One event of a watch that is written as protobuf. */
  byte[] frame(String type, byte[] object) {
    return codec.watchFrame(type, object);
  }

  /** A Status as part of a watch. */
  byte[] status(Call call, ObjectNode status) {
    return encoded(call.encoding().mediaType(), status);
  }

  private static Response full(Call call, int status, byte[] body) {
    var isIndented =
        call.encoding().mediaType().equals(Encoding.JSON)
            && Indentation.isWanted(call.query(), call.request().headers());
    return sent(call, status, isIndented ? Indenter.indented(body) : body);
  }

  private static Response sent(Call call, int status, byte[] body) {
    var mediaType = call.encoding().mediaType();
    var headers = warnings(call);
    return body.length >= COMPRESSED_BYTES_MIN && Compression.isWanted(call.request().headers())
        ? new Response.Full(status, mediaType, Compression.compressed(body), compressed(headers))
        : new Response.Full(status, mediaType, body, headers);
  }

  private static List<Response.Header> compressed(List<Response.Header> headers) {
    var all = new ArrayList<>(headers);
    all.add(Compression.HEADER);
    all.add(VARY);
    return all;
  }

  static List<Response.Header> warnings(Call call) {
    return warnings(call.warnings());
  }

  /** The headers that tell a client these texts. */
  static List<Response.Header> warnings(List<String> texts) {
    return WarningHeaders.of(texts);
  }
}
