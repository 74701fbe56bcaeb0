package dev.nauarch.apiserver.request;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.registry.SchemaRules;
import dev.nauarch.apiserver.registry.WriteOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the bodies of requests, and checks that they are of the kind that was expected. */
final class Bodies {

  /** The largest body that is read, in bytes. */
  static final int BYTES_MAX = 3 * 1024 * 1024;

  private static final String DELETE_OPTIONS = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";

  private final BodyCodec codec;
  private final SchemaRules schemas;
  private final Supplier<Catalog> catalog;

  Bodies(BodyCodec codec, SchemaRules schemas, Supplier<Catalog> catalog) {
    this.codec = codec;
    this.schemas = schemas;
    this.catalog = catalog;
  }

  /** The body as it was sent. */
  byte[] bytes(Call call) throws IOException {
    return call.request().body().read(BYTES_MAX);
  }

  /** An object of a kind, without the fields that the kind does not know. */
  ObjectNode object(Call call, Kind kind, WriteOptions options) throws IOException {
    return object(call, bytes(call), call.header("Content-Type"), kind, options);
  }

  ObjectNode object(Call call, byte[] bytes, String contentType, Kind kind, WriteOptions options) {
    if (bytes.length == 0) {
      throw ApiException.badRequest("the body of the request is empty");
    }
    var decoded = codec.decode(bytes, contentType, kind.kind(), Optional.of(kind.schema()));
    var object = decoded.object();
    checkKind(object, kind);
    object.put("apiVersion", kind.apiVersion());
    object.put("kind", kind.kind());
    validateFields(call, kind, object, decoded.duplicates(), options);
    return object;
  }

  /** Drops unknown fields, and says so as the request wants it. */
  void validateFields(
      Call call, Kind kind, ObjectNode object, List<String> duplicates, WriteOptions options) {
    var unknown = schemas.conform(kind, object);
    if (options.validation() == WriteOptions.FieldValidation.IGNORE
        || (unknown.isEmpty() && duplicates.isEmpty())) {
      return;
    }
    var found = new ArrayList<String>(duplicates);
    found.addAll(unknown);
    if (options.validation() == WriteOptions.FieldValidation.STRICT) {
      throw ApiException.badRequest(
          kind.kind()
              + " in version \""
              + kind.version()
              + "\" cannot be handled as a "
              + kind.kind()
              + ": strict decoding error: "
              + String.join(", ", found));
    }
    call.warnings().addAll(found);
  }

  /** DeleteOptions; without fields where there is no body. */
  ObjectNode deleteOptions(Call call) throws IOException {
    var bytes = bytes(call);
    if (bytes.length == 0) {
      return Json.object();
    }
    var decoded =
        codec.decode(
            bytes,
            call.header("Content-Type"),
            "DeleteOptions",
            catalog.get().definition(DELETE_OPTIONS));
    var kind = Json.text(decoded.object(), "kind");
    if (!kind.isEmpty() && !kind.equals("DeleteOptions")) {
      throw ApiException.badRequest(
          "decoded object cannot be converted to DeleteOptions: it is a " + kind);
    }
    return decoded.object();
  }

  /** An object that is no resource of its own, for example a Binding. */
  ObjectNode other(Call call, String kind, Optional<Schema> schema) throws IOException {
    var bytes = bytes(call);
    return bytes.length == 0
        ? Json.object()
        : codec.decode(bytes, call.header("Content-Type"), kind, schema).object();
  }

  /** The form of what a subresource takes, where it is a definition that is known. */
  Optional<Schema> schema(Kind.Subresource subresource) {
    var kind =
        catalog.get().findKind(subresource.group(), subresource.version(), subresource.kind());
    return kind.isPresent()
        ? kind.map(Kind::schema)
        : catalog.get().definition(definition(subresource));
  }

  private static String definition(Kind.Subresource subresource) {
    var group = subresource.group().isEmpty() ? "core" : subresource.group();
    var dot = group.indexOf('.');
    var head = dot < 0 ? group : group.substring(0, dot);
    return "io.k8s.api." + head + "." + subresource.version() + "." + subresource.kind();
  }

  JsonNode value(byte[] bytes) {
    return codec.decodeValue(bytes);
  }

  private static void checkKind(ObjectNode object, Kind kind) {
    var apiVersion = Json.text(object, "apiVersion");
    var name = Json.text(object, "kind");
    if (!apiVersion.isEmpty() && !apiVersion.equals(kind.apiVersion())) {
      throw ApiException.badRequest(
          "the API version in the data ("
              + apiVersion
              + ") does not match the expected API version ("
              + kind.apiVersion()
              + ")");
    }
    if (!name.isEmpty() && !name.equals(kind.kind())) {
      throw ApiException.badRequest(
          name
              + " in version \""
              + kind.version()
              + "\" cannot be handled as a "
              + kind.kind()
              + ": converting ("
              + name
              + ") to ("
              + kind.kind()
              + "): unknown conversion");
    }
  }
}
