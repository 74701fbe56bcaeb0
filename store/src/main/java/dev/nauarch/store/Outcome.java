package dev.nauarch.store;

import java.util.Optional;

/** What became of a {@link Mutation}. */
public sealed interface Outcome {

  /**
   * It happened, and is durable.
   *
   * @param revision the revision it got
   * @param previous the entry that it replaced or removed
   */
  record Committed(long revision, Optional<Entry> previous) implements Outcome {}

  /**
   * It did not happen, because the precondition did not hold.
   *
   * @param current what is there instead
   */
  record Conflict(Optional<Entry> current) implements Outcome {}
}
