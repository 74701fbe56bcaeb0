package dev.nauarch.reconcile.vertical;

import java.time.Duration;
import java.time.Instant;

/**
 * What counts of a pod's container in the present interval of memory.
 *
 * @param windowEnd when the interval ends; the epoch before the first sample
 * @param peak the most that it used, in bytes
 * @param oomPeak the most that it would have needed not to be killed, in bytes
 * @param last when the last sample was taken
 * @param lastOom when it was last killed for want of memory
 */
record PodPeak(Instant windowEnd, long peak, long oomPeak, Instant last, Instant lastOom) {

  /** Of each interval the peak counts. */
  static final Duration INTERVAL = Duration.ofHours(24);

  private static final int PARTS = 5;

  /** Nothing yet. */
  static final PodPeak NONE = new PodPeak(Instant.EPOCH, 0, 0, Instant.EPOCH, Instant.EPOCH);

  long most() {
    return Math.max(peak, oomPeak);
  }

  PodPeak sampledAt(Instant at) {
    return new PodPeak(windowEnd, peak, oomPeak, at, lastOom);
  }

  PodPeak killedAt(Instant at) {
    return new PodPeak(windowEnd, peak, oomPeak, last, at);
  }

  PodPeak with(long amount, boolean isOom) {
    return isOom
        ? new PodPeak(windowEnd, peak, amount, last, lastOom)
        : new PodPeak(windowEnd, amount, oomPeak, last, lastOom);
  }

  /** The interval in which an instant lies, where this one is over by then. */
  PodPeak windowOf(Instant at) {
    var begin = windowEnd.equals(Instant.EPOCH) ? at : windowEnd;
    long intervals = Duration.between(begin, at).dividedBy(INTERVAL) + 1;
    return new PodPeak(begin.plus(INTERVAL.multipliedBy(intervals)), 0, 0, last, lastOom);
  }

  /** As numbers, for a checkpoint. */
  String text() {
    return "%d,%d,%d,%d,%d"
        .formatted(
            windowEnd.getEpochSecond(),
            peak,
            oomPeak,
            last.getEpochSecond(),
            lastOom.getEpochSecond());
  }

  /**
   * Of such numbers.
   *
   * @throws IllegalArgumentException there are others
   */
  static PodPeak parse(String text) {
    var parts = text.split(",", -1);
    if (parts.length != PARTS) {
      throw new IllegalArgumentException("expected five numbers, found " + text);
    }
    int at = 0;
    return new PodPeak(
        second(parts[at++]),
        Long.parseLong(parts[at++]),
        Long.parseLong(parts[at++]),
        second(parts[at++]),
        second(parts[at]));
  }

  private static Instant second(String text) {
    return Instant.ofEpochSecond(Long.parseLong(text));
  }
}
