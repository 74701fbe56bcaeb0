package dev.nauarch.apiserver.registry;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.StoredObject;
import java.util.List;
import java.util.Optional;

/** Objects that are not stored but found out whenever somebody asks. They can only be read. */
public interface FoundOut {

  /** Whether a kind is such a one. */
  boolean isKind(Kind kind);

  /**
   * The objects that there are now, in key order.
   *
   * @param namespace of one namespace at least; empty for all
   */
  List<StoredObject> all(Kind kind, String namespace);

  /** One of them. */
  default Optional<StoredObject> find(Kind kind, String namespace, String name) {
    return all(kind, namespace).stream()
        .filter(object -> object.name().equals(name))
        .filter(object -> object.namespace().equals(namespace))
        .findFirst();
  }
}
