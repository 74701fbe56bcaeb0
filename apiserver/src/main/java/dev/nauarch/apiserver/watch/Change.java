package dev.nauarch.apiserver.watch;

import dev.nauarch.apiserver.object.StoredObject;
import java.util.Optional;

/**
 * One committed change of one object.
 *
 * @param object the object after the change; for a deletion, as it was last, at the deletion's
 *     revision
 * @param previous the object before the change; empty for a creation
 * @param isDeletion whether it is gone
 */
public record Change(StoredObject object, Optional<StoredObject> previous, boolean isDeletion) {

  /** The change's revision. */
  public long revision() {
    return object.revision();
  }
}
