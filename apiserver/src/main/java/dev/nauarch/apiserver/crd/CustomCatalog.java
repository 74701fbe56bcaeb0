package dev.nauarch.apiserver.crd;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * The catalog with the kinds of custom resources in it. A kind that is built in is never replaced
 * by a definition of the same group: the built-in one has the behaviour.
 *
 * @param builtIn the catalog without them
 */
public record CustomCatalog(Catalog builtIn) {

  private static final String OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

  /**
   * The catalog of this moment.
   *
   * @param definitions all CustomResourceDefinitions, with their status
   */
  public Catalog with(Collection<ObjectNode> definitions) {
    var objectMeta =
        builtIn
            .definition(OBJECT_META)
            .orElseThrow(() -> new IllegalStateException("the catalog lacks " + OBJECT_META));
    var kinds = new CustomKinds(objectMeta);
    Map<String, Kind> added = new LinkedHashMap<>();
    for (var definition : definitions) {
      for (var kind : kinds.of(definition)) {
        if (builtIn.findKind(kind.group(), kind.version(), kind.kind()).isEmpty()) {
          added.put(kind.apiVersion() + "/" + kind.kind(), kind);
        }
      }
    }
    return added.isEmpty() ? builtIn : builtIn.with(added.values().toArray(Kind[]::new));
  }
}
