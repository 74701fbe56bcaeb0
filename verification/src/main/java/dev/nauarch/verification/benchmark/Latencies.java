package dev.nauarch.verification.benchmark;

import java.util.Arrays;

/** Durations that were measured, in nanoseconds. */
final class Latencies {

  private long[] nanos = new long[1 << 16];
  private int count;

  void add(long duration) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, count * 2);
    }
    nanos[count++] = duration;
  }

  void clear() {
    count = 0;
  }

  int count() {
    return count;
  }

  /** How many are no longer than a bound. */
  long countUpTo(long duration) {
    return Arrays.stream(nanos, 0, count).filter(one -> one <= duration).count();
  }

  /**
   * A quantile, in milliseconds with three digits.
   *
   * @param part between 0 and 1
   */
  double milliseconds(double part) {
    if (count == 0) {
      throw new IllegalStateException("nothing was measured");
    }
    Arrays.sort(nanos, 0, count);
    return Math.round(nanos[(int) Math.min(count - 1, part * count)] / 1e3) / 1e3;
  }
}
