package dev.nauarch.apiserver.registry;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.StoredObject;
import java.util.List;

/**
 * How objects look to their readers and lie in the store, where that is more than another
 * apiVersion: versions of custom resources that a webhook converts, and defaults that a definition
 * got after the objects were stored.
 */
public interface ServedForms {

  /** Readers see what is stored. */
  ServedForms SAME =
      new ServedForms() {
        @Override
        public List<StoredObject> served(Kind kind, List<StoredObject> stored) {
          return stored;
        }

        @Override
        public byte[] stored(Kind kind, byte[] served) {
          return served;
        }
      };

  /**
   * Objects as readers of a kind see them, in the same order.
   *
   * @throws dev.nauarch.api.ApiException {@code INTERNAL_ERROR} when they can't be converted
   */
  List<StoredObject> served(Kind kind, List<StoredObject> stored);

  /**
   * The bytes to store for an object.
   *
   * @param served its bytes as a reader of the kind sees them, in the form of the store
   */
  byte[] stored(Kind kind, byte[] served);

  /** One object as readers of a kind see it. */
  default StoredObject served(Kind kind, StoredObject stored) {
    return served(kind, List.of(stored)).getFirst();
  }
}
