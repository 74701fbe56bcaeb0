package dev.nauarch.store;

/** What must hold for a write to happen; checked and written as one atomic step. */
public sealed interface Precondition {

  /** The write happens whatever is there. */
  record None() implements Precondition {}

  /** The key does not exist. */
  record Absent() implements Precondition {}

  /**
   * The key exists and was last written at this revision.
   *
   * @param revision the revision that the caller read
   */
  record AtRevision(long revision) implements Precondition {}
}
