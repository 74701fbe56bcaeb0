package dev.nauarch.apiserver.request;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.StoredObject;
import dev.nauarch.apiserver.registry.Versions;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** How one call shows the objects of a kind: whole, as their metadata, or as rows of a table. */
final class View {

  private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
  private static final List<String> INCLUDES = List.of("", "Metadata", "Object", "None");

  private final Kind kind;
  private final Encoding encoding;
  private final BodyCodec codec;
  private final Tables tables;
  private final String include;
  private final boolean isAsStored;

  /**
   * The view of a call.
   *
   * @throws ApiException {@code BAD_REQUEST} when a table is to have what no table has
   */
  View(Call call, BodyCodec codec, Tables tables) {
    this.kind = call.kind();
    this.encoding = call.encoding();
    this.codec = codec;
    this.tables = tables;
    this.isAsStored =
        encoding.form() == Encoding.Form.OBJECT
            && encoding.mediaType().equals(Encoding.JSON)
            && Versions.isAsStored(kind);
    this.include = encoding.form() == Encoding.Form.TABLE ? include(call) : "";
  }

  private static String include(Call call) {
    var include = call.query().text("includeObject");
    if (!INCLUDES.contains(include)) {
      throw ApiException.badRequest(
          "Unable to convert to Table as requested: includeObject: Invalid value: "
              + Json.quoted(include)
              + ": must be 'Metadata', 'Object', 'None', or empty");
    }
    return include.isEmpty() ? "Metadata" : include;
  }

  private String metaVersion() {
    return "meta.k8s.io/" + encoding.formVersion();
  }

  /** An object as an answer of its own. */
  ObjectNode shown(ObjectNode object) {
    return switch (encoding.form()) {
      case OBJECT -> object;
      case METADATA -> {
        var partial = Json.object();
        partial.put("kind", "PartialObjectMetadata");
        partial.put("apiVersion", metaVersion());
        partial.set("metadata", Json.child(object, "metadata"));
        yield partial;
      }
      case TABLE -> {
        var table = emptyList();
        var version = Json.text(object, "metadata", "resourceVersion");
        Json.childOf(table, "metadata").put("resourceVersion", version);
        table.withArray("rows").add(tables.row(kind, object, include));
        yield table;
      }
    };
  }

  /** A list of no objects; what {@link #item} gives is to be added to its last field. */
  ObjectNode emptyList() {
    var list = Json.object();
    switch (encoding.form()) {
      case OBJECT -> list.put("kind", kind.names().list()).put("apiVersion", kind.apiVersion());
      case METADATA ->
          list.put("kind", "PartialObjectMetadataList").put("apiVersion", metaVersion());
      case TABLE -> list.put("kind", "Table").put("apiVersion", metaVersion());
    }
    list.putObject("metadata");
    if (encoding.form() == Encoding.Form.TABLE) {
      list.set("columnDefinitions", tables.columns(kind));
      list.putArray("rows");
    } else {
      list.putArray("items");
    }
    return list;
  }

  /** An object without anything but its kind, which a bookmark is. */
  ObjectNode empty() {
    var object = Json.object();
    switch (encoding.form()) {
      case OBJECT -> object.put("kind", kind.kind()).put("apiVersion", kind.apiVersion());
      case METADATA -> object.put("kind", "PartialObjectMetadata").put("apiVersion", metaVersion());
      case TABLE -> {
        object.put("kind", "Table").put("apiVersion", metaVersion());
        object.putArray("columnDefinitions");
        object.putArray("rows");
      }
    }
    return object;
  }

  /** What stands for an object in a list. */
  ObjectNode item(StoredObject object) {
    var tree = Versions.tree(object, kind);
    return encoding.form() == Encoding.Form.TABLE ? tables.row(kind, tree, include) : shown(tree);
  }

  /**
   * Whether an item is the object's own bytes, with its resourceVersion and {@link #apiVersion}.
   */
  boolean isAsStored(StoredObject object) {
    return isAsStored && object.revision() > 0;
  }

  String apiVersion() {
    return kind.apiVersion();
  }

  /** The same as bytes: JSON, or a message. */
  byte[] itemBytes(StoredObject object) {
    if (encoding.mediaType().equals(Encoding.PROTOBUF)) {
      return codec.message(item(object), schema());
    }
    return encoding.form() == Encoding.Form.OBJECT
        ? Versions.served(object, kind)
        : Json.write(item(object));
  }

  /** An object of a watch's event. Many watchers look at the same objects at the same time. */
  byte[] eventBytes(StoredObject object) {
    if (encoding.form() == Encoding.Form.TABLE) {
      // Ages are part of it.
      return Json.write(shown(Versions.tree(object, kind)));
    }
    return object.shared(new Shared(kind.apiVersion(), encoding), () -> bytes(object));
  }

  private byte[] bytes(StoredObject object) {
    if (encoding.mediaType().equals(Encoding.PROTOBUF)) {
      return encoded(shown(Versions.tree(object, kind)));
    }
    return encoding.form() == Encoding.Form.OBJECT
        ? Versions.served(object, kind)
        : Json.write(shown(Versions.tree(object, kind)));
  }

  private record Shared(String apiVersion, Encoding encoding) {}

  /** An answer in the call's format. */
  byte[] encoded(ObjectNode shown) {
    return encoding.mediaType().equals(Encoding.JSON)
        ? Json.write(shown)
        : codec.encode(shown, encoding.mediaType(), Optional.of(schema()));
  }

  /** The form of what is shown. */
  private Schema schema() {
    if (encoding.form() == Encoding.Form.OBJECT) {
      return kind.schema();
    }
    return Schema.builder(Schema.Type.OBJECT)
        .definition(META + "PartialObjectMetadata")
        .property("metadata", () -> kind.schema().property("metadata").orElseThrow())
        .fieldNumber("metadata", 1)
        .build();
  }
}
