package dev.nauarch.apiserver.request;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.StoredObject;
import dev.nauarch.apiserver.registry.ListPage;
import dev.nauarch.apiserver.registry.Versions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Writes objects and lists in the form that the client asked for. */
final class Answers {

  /** Smaller answers are quicker sent than compressed. */
  private static final int COMPRESSED_BYTES_MIN = 128 * 1024;

  private static final List<String> INCLUDES = List.of("", "Metadata", "Object", "None");
  private static final byte[] COMMA = {','};

  private final BodyCodec codec;
  private final Tables tables;

  Answers(BodyCodec codec, Tables tables) {
    this.codec = codec;
    this.tables = tables;
  }

  /** One stored object. */
  Response object(Call call, int status, StoredObject object) {
    if (isPlain(call)) {
      return full(call, status, Versions.served(object, call.kind()));
    }
    return tree(call, status, Versions.tree(object, call.kind()));
  }

  /** One object of a kind, stored or computed. */
  Response tree(Call call, int status, ObjectNode object) {
    var shown =
        switch (call.encoding().form()) {
          case OBJECT -> object;
          case METADATA -> metadata(object, call.encoding().formVersion());
          case TABLE -> {
            var table = table(call, List.of(object));
            var version = Json.text(object, "metadata", "resourceVersion");
            Json.childOf(table, "metadata").put("resourceVersion", version);
            yield table;
          }
        };
    return encoded(call, status, shown, Optional.of(call.kind()));
  }

  /** A Status, or another object that has no form but its own. */
  Response plain(Call call, int status, ObjectNode object) {
    return encoded(call, status, object, Optional.empty());
  }

  /** A page of a list. */
  Response list(Call call, ListPage page) {
    if (isPlain(call)) {
      return full(call, 200, listBytes(call.kind(), page));
    }
    var objects = trees(call.kind(), page.objects());
    var shown =
        switch (call.encoding().form()) {
          case TABLE -> table(call, objects);
          case OBJECT -> listTree(call.kind().names().list(), call.kind().apiVersion(), objects);
          case METADATA -> {
            var version = call.encoding().formVersion();
            yield listTree(
                "PartialObjectMetadataList",
                "meta.k8s.io/" + version,
                objects.stream().map(object -> metadata(object, version)).toList());
          }
        };
    var metadata = Json.childOf(shown, "metadata");
    metadata.put("resourceVersion", Long.toString(page.revision()));
    if (!page.continueToken().isEmpty()) {
      metadata.put("continue", page.continueToken());
      if (page.remaining() > 0) {
        metadata.put("remainingItemCount", page.remaining());
      }
    }
    return encoded(call, 200, shown, Optional.of(call.kind()));
  }

  /** What a watch shows of an object, as JSON. */
  byte[] watched(Call call, StoredObject object) {
    if (call.encoding().form() == Encoding.Form.OBJECT) {
      return Versions.served(object, call.kind());
    }
    var tree = Versions.tree(object, call.kind());
    if (call.encoding().form() == Encoding.Form.METADATA) {
      return Json.write(metadata(tree, call.encoding().formVersion()));
    }
    var table = table(call, List.of(tree));
    Json.childOf(table, "metadata").put("resourceVersion", Long.toString(object.revision()));
    return Json.write(table);
  }

  private ObjectNode table(Call call, List<ObjectNode> objects) {
    var include = call.query().text("includeObject");
    if (!INCLUDES.contains(include)) {
      throw ApiException.badRequest(
          "Unable to convert to Table as requested: includeObject: Invalid value: "
              + Json.quoted(include)
              + ": must be 'Metadata', 'Object', 'None', or empty");
    }
    return tables.table(
        call.kind(),
        objects,
        call.encoding().formVersion(),
        include.isEmpty() ? "Metadata" : include);
  }

  private static boolean isPlain(Call call) {
    return call.encoding().form() == Encoding.Form.OBJECT
        && call.encoding().mediaType().equals(Encoding.JSON);
  }

  private static List<ObjectNode> trees(Kind kind, List<StoredObject> objects) {
    var trees = new ArrayList<ObjectNode>(objects.size());
    for (var object : objects) {
      trees.add(Versions.tree(object, kind));
    }
    return trees;
  }

  private static byte[] listBytes(Kind kind, ListPage page) {
    var head = new StringBuilder(200);
    head.append("{\"kind\":\"").append(kind.names().list());
    head.append("\",\"apiVersion\":\"").append(kind.apiVersion());
    head.append("\",\"metadata\":{\"resourceVersion\":\"").append(page.revision()).append('"');
    if (!page.continueToken().isEmpty()) {
      head.append(",\"continue\":\"").append(page.continueToken()).append('"');
      if (page.remaining() > 0) {
        head.append(",\"remainingItemCount\":").append(page.remaining());
      }
    }
    head.append("},\"items\":[");
    var out = new ByteArrayOutputStream(size(page));
    out.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
    var isFirst = true;
    for (var object : page.objects()) {
      if (!isFirst) {
        out.writeBytes(COMMA);
      }
      isFirst = false;
      out.writeBytes(Versions.served(object, kind));
    }
    out.writeBytes("]}\n".getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  private static int size(ListPage page) {
    var size = 512L;
    for (var object : page.objects()) {
      size += object.stored().length + 48L;
    }
    return (int) Math.min(size, Integer.MAX_VALUE - 16);
  }

  private static ObjectNode listTree(String kind, String apiVersion, List<ObjectNode> objects) {
    var list = Json.object();
    list.put("kind", kind);
    list.put("apiVersion", apiVersion);
    list.putObject("metadata");
    list.putArray("items").addAll(objects);
    return list;
  }

  private static ObjectNode metadata(ObjectNode object, String version) {
    var partial = Json.object();
    partial.put("kind", "PartialObjectMetadata");
    partial.put("apiVersion", "meta.k8s.io/" + version);
    partial.set("metadata", Json.child(object, "metadata"));
    return partial;
  }

  private Response encoded(Call call, int status, ObjectNode object, Optional<Kind> kind) {
    var mediaType = call.encoding().mediaType();
    if (mediaType.equals(Encoding.JSON)) {
      return full(call, status, Json.write(object));
    }
    var bytes = codec.encode(object, mediaType, kind);
    return new Response.Full(status, mediaType, bytes, warnings(call));
  }

  private static Response full(Call call, int status, byte[] json) {
    var headers = warnings(call);
    if (json.length >= COMPRESSED_BYTES_MIN && Compression.isWanted(call.request().headers())) {
      var withEncoding = new ArrayList<>(headers);
      withEncoding.add(Compression.HEADER);
      withEncoding.add(new Response.Header("Vary", "Accept-Encoding"));
      return new Response.Full(status, Encoding.JSON, Compression.compressed(json), withEncoding);
    }
    return new Response.Full(status, Encoding.JSON, json, headers);
  }

  static List<Response.Header> warnings(Call call) {
    if (call.warnings().isEmpty()) {
      return List.of();
    }
    return call.warnings().stream().distinct().map(Answers::warning).toList();
  }

  private static Response.Header warning(String text) {
    var line = text.replace("\n", " ").replace("\\", "\\\\").replace("\"", "\\\"");
    return new Response.Header("Warning", "299 - \"" + line + "\"");
  }
}
