package dev.nauarch.store;

import java.util.List;

/**
 * Receives the changes under a prefix, each once, in order of revision. Called by one thread of the
 * store at a time; it must return quickly and must not call the store.
 */
public interface Watcher {

  /** Changes that became durable, oldest first; never empty. */
  void onEvents(List<StoreEvent> events);

  /**
   * Everything at or below this revision has been delivered, though none of it may have been under
   * the prefix.
   */
  void onProgress(long revision);

  /** The watch is over: it fell behind, was cut from the store, or the store closed. */
  void onClosed(StoreException reason);
}
