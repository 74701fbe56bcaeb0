package dev.nauarch.api.quota;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * A quantity, exact, and in which of Kubernetes' three ways it is written.
 *
 * @param value the amount in whole units
 * @param form how it is written
 */
public record Amount(BigDecimal value, Form form) implements Comparable<Amount> {

  /** Nothing. */
  public static final Amount ZERO = new Amount(BigDecimal.ZERO, Form.DECIMAL);

  /** One. */
  public static final Amount ONE = of(1);

  private static final String DECIMAL_SUFFIXES = "num kMGTPE";
  private static final int PLAIN = DECIMAL_SUFFIXES.indexOf(' ');
  private static final String BINARY_SUFFIXES = "KMGTPE";
  private static final BigDecimal KIBI = BigDecimal.valueOf(1024);
  private static final int STEP = 3;

  /** How amounts are written. */
  public enum Form {
    /** {@code 500m}, {@code 2k}. */
    DECIMAL,
    /** {@code 1Gi}. */
    BINARY,
    /** {@code 2e3}. */
    EXPONENT
  }

  /** Whole units. */
  public static Amount of(long units) {
    return new Amount(BigDecimal.valueOf(units), Form.DECIMAL);
  }

  /**
   * Reads an amount.
   *
   * @throws IllegalArgumentException the text is no quantity
   */
  public static Amount parse(String text) {
    int end = 0;
    while (end < text.length() && "+-.0123456789".indexOf(text.charAt(end)) >= 0) {
      end++;
    }
    var suffix = text.substring(end);
    var number = new BigDecimal(text.substring(0, end));
    if (suffix.length() == 2 && suffix.charAt(1) == 'i') {
      int power = BINARY_SUFFIXES.indexOf(suffix.charAt(0)) + 1;
      return new Amount(number.multiply(KIBI.pow(power)), Form.BINARY);
    }
    int index = suffix.isEmpty() ? PLAIN : DECIMAL_SUFFIXES.indexOf(suffix.charAt(0));
    if (suffix.length() < 2 && index >= 0) {
      return new Amount(number.scaleByPowerOfTen(STEP * (index - PLAIN)), Form.DECIMAL);
    }
    int exponent = Integer.parseInt(suffix.substring(1));
    return new Amount(number.scaleByPowerOfTen(exponent), Form.EXPONENT);
  }

  /** The sum, written as this one unless this is nothing. */
  public Amount plus(Amount other) {
    return new Amount(value.add(other.value), isZero() ? other.form : form);
  }

  /** The difference, written as this one unless this is nothing. */
  public Amount minus(Amount other) {
    return new Amount(value.subtract(other.value), isZero() ? other.form : form);
  }

  /** The greater of both; this one where they are equal. */
  public Amount max(Amount other) {
    return compareTo(other) >= 0 ? this : other;
  }

  /** The next whole number of units. */
  public Amount roundedUp() {
    return new Amount(value.setScale(0, RoundingMode.CEILING), form);
  }

  /** Whether it is nothing. */
  public boolean isZero() {
    return value.signum() == 0;
  }

  /** Whether it is a whole number of units. */
  public boolean isWhole() {
    return value.stripTrailingZeros().scale() <= 0;
  }

  /** By amount alone: the way of writing makes no difference. */
  @Override
  public int compareTo(Amount other) {
    return value.compareTo(other.value);
  }

  /** The canonical text. */
  @Override
  public String toString() {
    if (isZero()) {
      return "0";
    }
    boolean isBinary = form == Form.BINARY && value.abs().compareTo(KIBI) >= 0;
    return isBinary ? binary() : decimal();
  }

  private String binary() {
    var number = value.setScale(0, RoundingMode.UP).toBigIntegerExact();
    var kibi = KIBI.toBigIntegerExact();
    int power = 0;
    while (power < BINARY_SUFFIXES.length() && number.mod(kibi).signum() == 0) {
      number = number.divide(kibi);
      power++;
    }
    return power == 0
        ? number.toString()
        : number + BINARY_SUFFIXES.substring(power - 1, power) + "i";
  }

  private String decimal() {
    // Nothing is finer than a billionth.
    var bare = value.setScale(3 * STEP, RoundingMode.UP).stripTrailingZeros();
    int exponent = Math.floorDiv(-bare.scale(), STEP) * STEP;
    int highest = (DECIMAL_SUFFIXES.length() - 1 - PLAIN) * STEP;
    if (form != Form.EXPONENT) {
      exponent = Math.min(exponent, highest);
    }
    BigInteger number = bare.scaleByPowerOfTen(-exponent).toBigIntegerExact();
    if (exponent == 0) {
      return number.toString();
    }
    return form == Form.EXPONENT
        ? number + "e" + exponent
        : number + String.valueOf(DECIMAL_SUFFIXES.charAt(PLAIN + exponent / STEP));
  }
}
