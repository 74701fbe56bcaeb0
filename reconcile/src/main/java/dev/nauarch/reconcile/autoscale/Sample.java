package dev.nauarch.reconcile.autoscale;

import java.time.Duration;
import java.time.Instant;

/**
 * What a metric was for one pod.
 *
 * @param at when it was measured
 * @param window over how long
 * @param milli thousandths of its unit
 */
record Sample(Instant at, Duration window, long milli) {

  /** What is assumed of a pod of which nothing is known. */
  static Sample assumed(long milli) {
    return new Sample(Instant.EPOCH, Duration.ZERO, milli);
  }
}
