package dev.nauarch.apiserver;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.request.RequestHandler.Formats;
import dev.nauarch.apiserver.table.Tables;
import java.time.InstantSource;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Derives everything that a catalog can tell from a catalog. */
final class CatalogMechanics {

  private CatalogMechanics() {}

  /**
   * The mechanics of a catalog.
   *
   * @param version the version that documents name, as {@code major.minor}
   */
  static Mechanics of(LiveCatalog catalog, String version, InstantSource clock) {
    var patches = new ServerPatches(catalog);
    dev.nauarch.apiserver.request.Tables tables =
        (kind, objects, tableVersion, include) ->
            table(kind, objects, tableVersion, include, clock);
    return new Mechanics(
        catalog,
        new CatalogSchemas(),
        patches,
        new Formats(new ServerCodec(), tables, patches),
        new CatalogDocuments(catalog, "v" + version + ".0"));
  }

  private static ObjectNode table(
      Kind kind, List<ObjectNode> objects, String version, String include, InstantSource clock) {
    var included =
        switch (include) {
          case "None" -> Tables.Include.NONE;
          case "Object" -> Tables.Include.OBJECT;
          default -> Tables.Include.METADATA;
        };
    return Tables.table(
        "meta.k8s.io/" + version, kind, Json.object(), objects, included, clock.instant());
  }
}
