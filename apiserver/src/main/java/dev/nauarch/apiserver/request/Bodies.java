package dev.nauarch.apiserver.request;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.registry.SchemaRules;
import dev.nauarch.apiserver.registry.WriteOptions;
import dev.nauarch.apiserver.schema.ObjectForm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Reads the bodies of requests, and checks that they are of the kind that was expected. */
final class Bodies {

  /** The largest body that is read, in bytes. */
  static final int BYTES_MAX = 3 * 1024 * 1024;

  private static final String DELETE_OPTIONS = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";

  private final BodyCodec codec;
  private final Patches patches;
  private final SchemaRules schemas;
  private final Supplier<Catalog> catalog;

  Bodies(BodyCodec codec, Patches patches, SchemaRules schemas, Supplier<Catalog> catalog) {
    this.codec = codec;
    this.patches = patches;
    this.schemas = schemas;
    this.catalog = catalog;
  }

  /** The body as it was sent. */
  byte[] bytes(Call call) throws IOException {
    return call.request().body().read(BYTES_MAX);
  }

  /** An object of a kind, without the fields that the kind does not know. */
  ObjectNode object(Call call, Kind kind, WriteOptions options) throws IOException {
    var bytes = bytes(call);
    var contentType = call.header("Content-Type");
    var decoded = codec.decode(bytes, contentType, kind.kind(), Optional.of(kind.schema()));
    var object = decoded.object();
    checkKind(object, kind);
    object.put("apiVersion", kind.apiVersion());
    object.put("kind", kind.kind());
    var unknown = schemas.conform(kind, object);
    var found = joined(decoded.duplicates(), unknown);
    // Go decodes one field after the other; what has no Go type is searched when it is decoded.
    var hasOrder =
        !ObjectForm.isCustom(kind) && !unknown.isEmpty() && !decoded.duplicates().isEmpty();
    report(call, kind, hasOrder ? codec.inOrder(bytes, contentType, found) : found, options);
    return object;
  }

  /** What is to be applied to the object that the call names. */
  ObjectNode applied(Call call, WriteOptions options) throws IOException {
    var kind = call.kind();
    var decoded = codec.decode(bytes(call), Encoding.YAML, kind.kind(), Optional.of(kind.schema()));
    var object = decoded.object();
    patches.checkApplied(kind, object);
    reportTwice(call, decoded.duplicates(), options);
    schemas.conform(kind, object);
    Json.childOf(object, "metadata").putIfAbsent("name", StringNode.valueOf(call.route().name()));
    return object;
  }

  private static void reportTwice(Call call, List<String> duplicates, WriteOptions options) {
    for (var duplicate : duplicates) {
      var problem = "error converting YAML to JSON: " + duplicate;
      switch (options.validation()) {
        case STRICT -> throw ApiException.badRequest("error strict decoding YAML: " + problem);
        case WARN -> call.warnings().add(problem);
        case IGNORE -> {
          // The last one counts.
        }
      }
    }
  }

  /** Drops unknown fields, and says so as the request wants it. */
  void validateFields(
      Call call, Kind kind, ObjectNode object, List<String> duplicates, WriteOptions options) {
    report(call, kind, joined(duplicates, schemas.conform(kind, object)), options);
  }

  private static List<String> joined(List<String> first, List<String> second) {
    var all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private static void report(Call call, Kind kind, List<String> found, WriteOptions options) {
    if (options.validation() == WriteOptions.FieldValidation.IGNORE || found.isEmpty()) {
      return;
    }
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
    var object = decoded.object();
    checkName(object, "DeleteOptions", "v1");
    catalog
        .get()
        .definition(DELETE_OPTIONS)
        .ifPresent(schema -> schemas.conform(schema, "DeleteOptions", "v1", object));
    return object;
  }

  /** What a subresource takes that is no resource of its own, for example a Binding. */
  ObjectNode other(Call call, Kind.Subresource subresource) throws IOException {
    var schema = schema(subresource);
    var kind = subresource.kind();
    var decoded = codec.decode(bytes(call), call.header("Content-Type"), kind, schema);
    var object = decoded.object();
    checkName(object, kind, subresource.version());
    conform(subresource, object);
    return object;
  }

  /** Gives an object the form of what a subresource takes. */
  void conform(Kind.Subresource subresource, ObjectNode object) {
    schema(subresource)
        .ifPresent(
            schema -> schemas.conform(schema, subresource.kind(), subresource.version(), object));
  }

  /** The form of what a subresource takes, where it is a definition that is known. */
  private Optional<Schema> schema(Kind.Subresource subresource) {
    return catalog.get().form(subresource.group(), subresource.version(), subresource.kind());
  }

  BodyCodec.Value patch(byte[] bytes) {
    return codec.decodePatch(bytes);
  }

  /**
   * Refuses an object of another kind or version. Kinds of Kubernetes itself need not name theirs.
   *
   * @throws ApiException {@code BAD_REQUEST}, {@code INVALID}
   */
  static void checkKind(ObjectNode object, Kind kind) {
    var apiVersion = Json.text(object, "apiVersion");
    var name = Json.text(object, "kind");
    if (ObjectForm.isCustom(kind)) {
      checkCustomKind(object, kind, name);
    }
    if (!apiVersion.isEmpty() && !apiVersion.equals(kind.apiVersion())) {
      throw ApiException.badRequest(
          "the API version in the data ("
              + apiVersion
              + ") does not match the expected API version ("
              + kind.apiVersion()
              + ")");
    }
    checkName(object, kind.kind(), kind.version());
  }

  private static void checkCustomKind(ObjectNode object, Kind kind, String name) {
    for (var field : List.of("kind", "apiVersion")) {
      if (Json.text(object, field).isEmpty()) {
        throw ApiException.badRequest(
            "the object provided is unrecognized (must be of type "
                + kind.kind()
                + "): Object '"
                + field
                + "' is missing");
      }
    }
    if (!name.equals(kind.kind())) {
      throw ApiException.invalid(
          kind.group(),
          name,
          Json.text(object, "metadata", "name"),
          List.of(FieldError.invalid("kind", "\"" + name + "\"", "must be " + kind.kind())));
    }
  }

  private static void checkName(ObjectNode object, String kind, String version) {
    var name = Json.text(object, "kind");
    if (!name.isEmpty() && !name.equals(kind)) {
      throw ApiException.badRequest(
          name
              + " in version \""
              + version
              + "\" cannot be handled as a "
              + kind
              + ": converting ("
              + name
              + ") to ("
              + kind
              + "): unknown conversion");
    }
  }
}
