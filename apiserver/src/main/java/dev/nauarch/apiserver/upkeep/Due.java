package dev.nauarch.apiserver.upkeep;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a chore wants done.
 *
 * @param writes what is to be written now
 * @param again when all objects are to be looked at again; empty for when one of them changes
 */
public record Due(List<Write> writes, Optional<Instant> again) {

  /** Nothing, until something changes. */
  public static final Due NOTHING = new Due(List.of(), Optional.empty());

  /** Copies the list. */
  public Due {
    writes = List.copyOf(writes);
  }

  /** These writes, and nothing until something changes. */
  public static Due now(List<Write> writes) {
    return new Due(writes, Optional.empty());
  }

  /** The earlier of two times. */
  public static Optional<Instant> earlier(Optional<Instant> one, Instant other) {
    return one.isPresent() && one.get().isBefore(other) ? one : Optional.of(other);
  }
}
