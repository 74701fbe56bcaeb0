package dev.nauarch.reconcile.autoscale;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Quantities as thousandths of their unit, and back in the form in which Kubernetes writes them.
 */
final class Milli {

  private static final int DIGITS = 3;
  private static final long THOUSAND = 1000;
  private static final long KIBI = 1024;
  private static final String[] DECIMAL = {"m", "", "k", "M", "G", "T", "P", "E"};
  private static final String[] BINARY = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);

  private Milli() {}

  /** The thousandths of a quantity, rounded up; capped at the ends of the range. */
  static long of(Quantity quantity) {
    var milli =
        Quantity.getAmountInBytes(quantity)
            .movePointRight(DIGITS)
            .setScale(0, RoundingMode.CEILING);
    return milli.min(MAX).max(MAX.negate()).longValueExact();
  }

  /** The same of its text. */
  static long of(String text) {
    return of(new Quantity(text));
  }

  /** A quantity as {@code 1500m}, {@code 2}, {@code 3k}. */
  static Quantity decimal(long milli) {
    int step = 0;
    var rest = milli;
    while (rest != 0 && rest % THOUSAND == 0 && step < DECIMAL.length - 1) {
      rest /= THOUSAND;
      step++;
    }
    return new Quantity(rest + (rest == 0 ? "" : DECIMAL[step]));
  }

  /** A quantity as {@code 64Mi}, where nothing is lost by it and it is large enough. */
  static Quantity binary(long milli) {
    var rest = milli / THOUSAND;
    if (milli % THOUSAND != 0 || rest < KIBI) {
      return decimal(milli);
    }
    int step = 0;
    while (rest % KIBI == 0 && step < BINARY.length - 1) {
      rest /= KIBI;
      step++;
    }
    return new Quantity(rest + BINARY[step]);
  }

  /** An amount of a resource: memory in powers of 1024. */
  static Quantity ofResource(String resource, long milli) {
    return resource.equals("memory") ? binary(milli) : decimal(milli);
  }

  /** A sum that stays at the largest number rather than passing it. */
  static long sum(long one, long other) {
    try {
      return Math.addExact(one, other);
    } catch (ArithmeticException e) {
      return one > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
    }
  }
}
