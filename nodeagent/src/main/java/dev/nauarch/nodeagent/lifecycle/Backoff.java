package dev.nauarch.nodeagent.lifecycle;

import java.time.Duration;
import java.time.Instant;

/**
 * How long to wait before the next try: nothing before the first, then ever longer.
 *
 * @param delay what the next try waits after the last failure; zero before the first failure
 * @param initial the delay after the first
 * @param max no delay is longer
 */
record Backoff(Duration delay, Duration initial, Duration max) {
  /** For containers that end: as users of Kubernetes know it. */
  static final Backoff CRASH =
      new Backoff(Duration.ZERO, Duration.ofSeconds(10), Duration.ofMinutes(5));

  /** For images that can't be had. */
  static final Backoff PULL =
      new Backoff(Duration.ZERO, Duration.ofSeconds(10), Duration.ofMinutes(5));

  /** For what should work in a moment: volumes, sandboxes, missing config maps. */
  static final Backoff PREPARE =
      new Backoff(Duration.ZERO, Duration.ofMillis(500), Duration.ofSeconds(30));

  /** After one more failure. */
  Backoff next() {
    if (delay.isZero()) {
      return new Backoff(initial, initial, max);
    }
    var twice = delay.multipliedBy(2);
    return new Backoff(twice.compareTo(max) < 0 ? twice : max, initial, max);
  }

  /** When the next try may be. */
  Instant due(Instant lastFailure) {
    return lastFailure.plus(delay);
  }
}
