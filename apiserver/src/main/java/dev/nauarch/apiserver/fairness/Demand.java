package dev.nauarch.apiserver.fairness;

/**
 * How many seats a level could have used over a time, taken and waited for.
 *
 * @param average over the time
 * @param deviation its standard deviation
 * @param most the most at any moment
 */
public record Demand(double average, double deviation, int most) {

  /** No demand. */
  public static final Demand NONE = new Demand(0, 0, 0);

  /** Adds up a demand over time. */
  static final class Meter {
    private long sinceNanos;
    private double sum;
    private double squares;
    private long lengthNanos;
    private int current;
    private int most;

    Meter(long nowNanos) {
      sinceNanos = nowNanos;
    }

    void set(int demand, long nowNanos) {
      advance(nowNanos);
      current = demand;
      most = Math.max(most, demand);
    }

    private void advance(long nowNanos) {
      var nanos = nowNanos - sinceNanos;
      if (nanos > 0) {
        sinceNanos = nowNanos;
        lengthNanos += nanos;
        sum += (double) current * nanos;
        squares += (double) current * current * nanos;
      }
    }

    /** What was measured since it was last taken. */
    Demand take(long nowNanos) {
      advance(nowNanos);
      var average = lengthNanos == 0 ? current : sum / lengthNanos;
      var variance = lengthNanos == 0 ? 0 : squares / lengthNanos - average * average;
      var taken = new Demand(average, Math.sqrt(Math.max(0, variance)), most);
      sum = 0;
      squares = 0;
      lengthNanos = 0;
      most = current;
      return taken;
    }
  }
}
