package dev.nauarch.apiserver;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.crd.CustomForms;
import dev.nauarch.apiserver.request.RequestHandler.Formats;
import dev.nauarch.apiserver.table.Tables;
import java.time.InstantSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Derives everything that a catalog can tell from a catalog. */
final class CatalogMechanics {

  private CatalogMechanics() {}

  /**
   * The mechanics of a catalog.
   *
   * @param forms how readers see custom resources
   * @param version the version that documents name, as {@code major.minor}
   */
  static Mechanics of(LiveCatalog catalog, CustomForms forms, String version, InstantSource clock) {
    var patches = new ServerPatches(catalog, forms::converted);
    return new Mechanics(
        catalog,
        new CatalogSchemas(),
        patches,
        forms,
        new Formats(new ServerCodec(), new CatalogTables(clock), patches),
        new CatalogDocuments(catalog, "v" + version + ".0", forms::storedVersion));
  }

  /** Tables as requests use them. */
  private record CatalogTables(InstantSource clock)
      implements dev.nauarch.apiserver.request.Tables {

    @Override
    public ArrayNode columns(Kind kind) {
      return Tables.columns(kind);
    }

    @Override
    public ObjectNode row(Kind kind, ObjectNode object, String include) {
      var included =
          switch (include) {
            case "None" -> Tables.Include.NONE;
            case "Object" -> Tables.Include.OBJECT;
            default -> Tables.Include.METADATA;
          };
      return Tables.row(kind, object, included, clock.instant());
    }
  }
}
