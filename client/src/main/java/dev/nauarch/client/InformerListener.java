package dev.nauarch.client;

import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * Hears of every object of a selection, on one thread. Objects are shared: copy before changing.
 *
 * @param <T> the kind's model
 */
public interface InformerListener<T extends HasMetadata> {

  /** An object is there, or has changed. */
  void onUpsert(T object);

  /** An object is gone; its last known state. */
  void onDelete(T object);

  /** The first full list has been delivered; called once. */
  default void onSynced() {}
}
