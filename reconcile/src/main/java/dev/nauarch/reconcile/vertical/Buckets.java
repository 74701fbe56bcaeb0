package dev.nauarch.reconcile.vertical;

/**
 * Into which buckets amounts are sorted: each is 5 % wider than the one before, the first begins at
 * nothing, and the last has no end.
 *
 * @param first how wide the first is
 * @param count how many there are
 */
record Buckets(double first, int count) {

  private static final double RATIO = 1.05;

  /** Of processors, from 0.01 to 1,000 cores. */
  static final Buckets CPU = upTo(1000, 0.01);

  /** Of memory, from 10 MB to 1 TB. */
  static final Buckets MEMORY = upTo(1e12, 1e7);

  private static Buckets upTo(double most, double first) {
    return new Buckets(first, (int) Math.ceil(log(most * (RATIO - 1) / first + 1)) + 1);
  }

  private static double log(double value) {
    return Math.log(value) / Math.log(RATIO);
  }

  /** The bucket of an amount. */
  int of(double amount) {
    if (amount < first) {
      return 0;
    }
    return Math.min((int) log(amount * (RATIO - 1) / first + 1), count - 1);
  }

  /** Where a bucket begins. */
  double start(int bucket) {
    return first * (Math.pow(RATIO, bucket) - 1) / (RATIO - 1);
  }

  /** Where a bucket ends; where it begins, for the last one. */
  double end(int bucket) {
    return start(Math.min(bucket + 1, count - 1));
  }
}
