package dev.nauarch.apiserver.registry;

import java.util.OptionalLong;

/**
 * How to delete.
 *
 * @param graceSeconds how long the object has to end; empty for its kind's default
 * @param propagation {@code Background}, {@code Foreground}, {@code Orphan}; empty for the default
 * @param uid delete only this very object; empty for any
 * @param resourceVersion delete only at this version; empty for any
 */
public record DeleteRequest(
    OptionalLong graceSeconds, String propagation, String uid, String resourceVersion) {

  /** The defaults. */
  public static final DeleteRequest DEFAULT = new DeleteRequest(OptionalLong.empty(), "", "", "");
}
