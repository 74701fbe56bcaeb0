package dev.nauarch.apiserver.registry;

import dev.nauarch.apiserver.watch.WatchRequest;

/**
 * What to list.
 *
 * @param selection which objects
 * @param limit how many at the most; 0 for all
 * @param continueToken where an earlier page ended; empty for the start
 * @param resourceVersion how fresh; empty for the latest
 * @param match {@code Exact}, {@code NotOlderThan}; empty for the default
 */
public record ListQuery(
    WatchRequest selection, int limit, String continueToken, String resourceVersion, String match) {

  /** All of a selection, at its latest. */
  public static ListQuery latest(WatchRequest selection) {
    return new ListQuery(selection, 0, "", "", "");
  }
}
