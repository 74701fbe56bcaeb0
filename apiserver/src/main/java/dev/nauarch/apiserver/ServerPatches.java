package dev.nauarch.apiserver;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.apply.FieldOwners;
import dev.nauarch.apiserver.apply.Versions;
import dev.nauarch.apiserver.conversion.Conversions;
import dev.nauarch.apiserver.patch.JsonPatch;
import dev.nauarch.apiserver.patch.MergePatch;
import dev.nauarch.apiserver.patch.StrategicMergePatch;
import dev.nauarch.apiserver.registry.FieldOwnership;
import dev.nauarch.apiserver.request.Patches;
import dev.nauarch.apiserver.schema.ObjectForm;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The patch types and server-side apply, as the registry and requests use them. */
final class ServerPatches implements Patches, FieldOwnership {

  /** The owners of one kind, and the catalog entry they were made of. */
  private record Known(Kind kind, FieldOwners owners) {}

  private final Supplier<Catalog> catalog;
  private final BiFunction<ObjectNode, Kind, ObjectNode> converter;
  private final Map<String, Known> knownByKind = new ConcurrentHashMap<>();

  /**
   * @param converter gives an object in another version of its kind, as one of its own
   */
  ServerPatches(Supplier<Catalog> catalog, BiFunction<ObjectNode, Kind, ObjectNode> converter) {
    this.catalog = catalog;
    this.converter = converter;
  }

  @Override
  public void checkApplied(Kind kind, ObjectNode applied) {
    owners(kind).check(applied);
  }

  @Override
  public ObjectNode json(ObjectNode object, JsonNode patch) {
    return JsonPatch.apply(object, patch);
  }

  @Override
  public List<String> unknownInJson(JsonNode patch) {
    return JsonPatch.unknownFields(patch);
  }

  @Override
  public ObjectNode merge(ObjectNode object, JsonNode patch) {
    return MergePatch.apply(object, patch);
  }

  @Override
  public ObjectNode strategic(Kind kind, ObjectNode object, JsonNode patch) {
    if (ObjectForm.isCustom(kind)) {
      throw new ApiException(
          ApiException.Reason.UNSUPPORTED_MEDIA_TYPE,
          "a "
              + kind.kind()
              + " does not say how its lists merge - accepted media types include:"
              + " application/json-patch+json, application/merge-patch+json,"
              + " application/apply-patch+yaml",
          ApiException.Details.NONE);
    }
    return StrategicMergePatch.apply(object, patch, kind.schema());
  }

  @Override
  public ObjectNode update(Kind kind, ObjectNode old, ObjectNode object, Writer writer) {
    return owners(kind).onWrite(old, object, translated(writer));
  }

  @Override
  public ObjectNode apply(Kind kind, ObjectNode live, ObjectNode applied, Writer writer) {
    return owners(kind).apply(live, applied, translated(writer), writer.force());
  }

  private static dev.nauarch.apiserver.apply.Writer translated(Writer writer) {
    return new dev.nauarch.apiserver.apply.Writer(
        writer.manager(), writer.subresource(), writer.now());
  }

  private FieldOwners owners(Kind kind) {
    var name = kind.apiVersion() + "/" + kind.kind();
    var known = knownByKind.get(name);
    // A custom resource may have got another schema under the same name.
    if (known == null || !known.kind.schema().equals(kind.schema())) {
      known = new Known(kind, new FieldOwners(kind, new CatalogVersions(kind)));
      knownByKind.put(name, known);
    }
    return known.owners;
  }

  /** All versions of a kind. */
  private final class CatalogVersions implements Versions {
    private final Kind kind;

    CatalogVersions(Kind kind) {
      this.kind = kind;
    }

    @Override
    public Optional<Schema> schema(String apiVersion) {
      return catalog.get().findKind(apiVersion, kind.kind()).map(Kind::schema);
    }

    @Override
    public ObjectNode convert(ObjectNode object, String apiVersion) {
      var target = catalog.get().findKind(apiVersion, kind.kind());
      if (target.isEmpty()) {
        return object.deepCopy();
      }
      return ObjectForm.isCustom(kind)
          ? converter.apply(object, target.get())
          : Conversions.convert(object, kind, target.get());
    }
  }
}
