package dev.nauarch.expression;

/**
 * The least and the most that something may be: a cost, or the size of a value. Numbers that are
 * too large stay at {@link Long#MAX_VALUE}.
 *
 * @param min the least; not negative
 * @param max the most
 */
record Range(long min, long max) {

  /** Nothing is known. */
  static final Range UNKNOWN = new Range(0, Long.MAX_VALUE);

  static final Range ZERO = of(0);
  static final Range ONE = of(1);

  static Range of(long value) {
    return new Range(value, value);
  }

  Range plus(Range other) {
    return new Range(sum(min, other.min), sum(max, other.max));
  }

  Range times(Range other) {
    return new Range(product(min, other.min), product(max, other.max));
  }

  /** The product with a factor, rounded up. */
  Range times(double factor) {
    return new Range(scaled(min, factor), scaled(max, factor));
  }

  /** The range of what is in one of the two. */
  Range or(Range other) {
    return new Range(Math.min(min, other.min), Math.max(max, other.max));
  }

  static long sum(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }

  static long product(long a, long b) {
    return b != 0 && a > Long.MAX_VALUE / b ? Long.MAX_VALUE : a * b;
  }

  /** A size times a factor, rounded up. */
  static long scaled(long value, double factor) {
    // A double that is too large becomes the largest long.
    return (long) Math.ceil(value * factor);
  }
}
