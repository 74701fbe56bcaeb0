package dev.nauarch.client;

import dev.nauarch.api.ApiException;
import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * Receives the events of a watch, in order, on one thread.
 *
 * @param <T> the kind's model
 */
public interface WatchListener<T extends HasMetadata> {

  /** An object appeared in the selection. */
  void onAdded(T object);

  /** An object of the selection changed. */
  void onModified(T object);

  /** An object left the selection; its last state. */
  void onDeleted(T object);

  /** The server vouches that everything up to a resourceVersion was delivered. */
  void onBookmark(String resourceVersion);

  /**
   * The watch ended by itself.
   *
   * @param reason why: {@code EXPIRED} and {@code GONE} want a new list, all others a new watch
   */
  void onClosed(ApiException reason);
}
