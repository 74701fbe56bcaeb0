package dev.nauarch.apiserver;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.admission.dynamic.World;
import dev.nauarch.apiserver.crd.CustomForms;
import dev.nauarch.apiserver.port.Authorizer;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.registry.Versions;
import dev.nauarch.apiserver.schema.ObjectForm;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * The versions of the kinds of a catalog.
 *
 * @param forms how custom resources are converted
 */
record CatalogVersions(Supplier<Catalog> catalog, CustomForms forms) implements World.Versions {

  /** What dynamic admission sees of a server. */
  static World world(
      ObjectView view, Authorizer authorizer, Supplier<Catalog> catalog, CustomForms forms) {
    var versions = new CatalogVersions(catalog, forms);
    return new World(view, authorizer, versions, CatalogVersions::settle);
  }

  private static List<String> settle(Kind kind, ObjectNode object) {
    var unknown = ObjectForm.conform(object, kind);
    ObjectForm.fillDefaults(object, kind);
    return unknown;
  }

  @Override
  public List<Kind> others(Kind kind) {
    return catalog.get().kinds().stream()
        .filter(
            other ->
                other.names().plural().equals(kind.names().plural())
                    && Versions.group(other).equals(Versions.group(kind))
                    && !other.apiVersion().equals(kind.apiVersion()))
        .toList();
  }

  @Override
  public ObjectNode converted(ObjectNode object, Kind from, Kind to) {
    return to.isDefined() ? forms.converted(object, to) : Versions.converted(object, from, to);
  }

  @Override
  public Optional<Kind> find(String apiVersion, String kind) {
    return catalog.get().findKind(apiVersion, kind);
  }
}
