package dev.nauarch.reconcile;

/** What the cluster answered to a read of a path. */
public sealed interface Reading {

  /** It is there. */
  record Found(Tree body) implements Reading {}

  /**
   * It is not.
   *
   * @param why the cluster's own words
   */
  record Failed(String why) implements Reading {}
}
