package dev.nauarch.apiserver.watch;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.object.StoredObject;

/** What one watch hears. */
public sealed interface WatchEvent {

  /** An object came into the selection, changed in it, or left it. */
  record Changed(Type type, StoredObject object) implements WatchEvent {}

  /**
   * Everything at or below a revision has been delivered.
   *
   * @param revision the revision
   * @param endsInitialEvents whether it marks the end of the objects that were there at the start
   */
  record Bookmark(long revision, boolean endsInitialEvents) implements WatchEvent {}

  /** The watch is over. */
  record Ended(ApiException reason) implements WatchEvent {}

  /** What happened to the object, seen from the selection. */
  enum Type {
    ADDED,
    MODIFIED,
    DELETED
  }
}
