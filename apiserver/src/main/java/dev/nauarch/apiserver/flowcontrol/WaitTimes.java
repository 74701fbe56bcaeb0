package dev.nauarch.apiserver.flowcontrol;

import java.util.concurrent.atomic.LongAdder;

/** How long requests waited before they were answered, as a histogram. */
final class WaitTimes {

  private static final double[] BOUNDS_SECONDS = {
    0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30
  };

  private final LongAdder[] counts = new LongAdder[BOUNDS_SECONDS.length + 1];
  private final LongAdder nanos = new LongAdder();

  WaitTimes() {
    for (var i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  void add(long waitedNanos) {
    var at = 0;
    while (at < BOUNDS_SECONDS.length && waitedNanos > BOUNDS_SECONDS[at] * 1e9) {
      at++;
    }
    counts[at].increment();
    if (waitedNanos > 0) {
      nanos.add(waitedNanos);
    }
  }

  /** Writes it in the text format of Prometheus. */
  void print(StringBuilder text, String name, String labels) {
    var total = 0L;
    for (var i = 0; i < counts.length; i++) {
      total += counts[i].sum();
      text.append(name)
          .append("_bucket{")
          .append(labels)
          .append(",le=\"")
          .append(i < BOUNDS_SECONDS.length ? Double.toString(BOUNDS_SECONDS[i]) : "+Inf")
          .append("\"} ")
          .append(total)
          .append('\n');
    }
    text.append(name).append("_sum{").append(labels).append("} ").append(nanos.sum() / 1e9);
    text.append('\n').append(name).append("_count{").append(labels).append("} ").append(total);
    text.append('\n');
  }
}
