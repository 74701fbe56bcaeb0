package dev.nauarch.apiserver.watch;

/** Where a watch begins. */
public sealed interface WatchStart {

  /** With every change after a revision. */
  record After(long revision) implements WatchStart {}

  /**
   * With all objects that are there, as additions, then every change.
   *
   * @param marksEnd whether a bookmark says that those were all
   */
  record Current(boolean marksEnd) implements WatchStart {}
}
