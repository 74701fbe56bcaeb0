package dev.nauarch.api.quota;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A quantity, exact, and in which of Kubernetes' three ways it is written.
 *
 * @param value the amount in whole units
 * @param form how it is written
 */
public record Amount(BigDecimal value, Form form) implements Comparable<Amount> {

  /** What is said of a text that is no quantity. */
  public static final String FORM =
      "quantities must match the regular expression"
          + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

  /** Nothing. */
  public static final Amount ZERO = new Amount(BigDecimal.ZERO, Form.DECIMAL);

  /** One. */
  public static final Amount ONE = of(1);

  private static final String DECIMAL_SUFFIXES = "num kMGTPE";
  private static final int PLAIN = DECIMAL_SUFFIXES.indexOf(' ');
  private static final String BINARY_SUFFIXES = "KMGTPE";
  private static final BigDecimal KIBI = BigDecimal.valueOf(1024);
  private static final int STEP = 3;
  private static final int FINEST = 3 * STEP;
  // Few enough that a text can't cost much.
  private static final Pattern EXPONENT = Pattern.compile("[eE][+-]?[0-9]{1,3}");
  private static final int LENGTH_MAX = 1000;

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
   * Reads an amount: a number with a decimal suffix ({@code 500m}), a binary one ({@code 1.5Gi}),
   * or an exponent ({@code 1e3}). Nothing smaller than a billionth is kept; what is smaller counts
   * as one.
   *
   * @return empty for a text that is no quantity
   */
  public static Optional<Amount> read(String text) {
    int end = numberEnd(text);
    if (end < 0 || text.length() > LENGTH_MAX) {
      return Optional.empty();
    }
    var number = new BigDecimal(text.substring(0, end));
    int length = text.length() - end;
    char first = length == 0 ? ' ' : text.charAt(end);
    if (length == 2 && text.charAt(end + 1) == 'i') {
      int power = BINARY_SUFFIXES.indexOf(first) + 1;
      return power == 0
          ? Optional.empty()
          : Optional.of(new Amount(rounded(number.multiply(KIBI.pow(power))), Form.BINARY));
    }
    if (length < 2) {
      int index = DECIMAL_SUFFIXES.indexOf(first);
      return index < 0 || (length == 1 && index == PLAIN)
          ? Optional.empty()
          : Optional.of(
              new Amount(rounded(number.scaleByPowerOfTen(STEP * (index - PLAIN))), Form.DECIMAL));
    }
    if (!EXPONENT.matcher(text).region(end, text.length()).matches()) {
      return Optional.empty();
    }
    int exponent = Integer.parseInt(text.substring(end + 1));
    return Optional.of(new Amount(rounded(number.scaleByPowerOfTen(exponent)), Form.EXPONENT));
  }

  /** Where the number at the start of a text ends; negative where there is none. */
  private static int numberEnd(String text) {
    int at = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    int digits = 0;
    boolean hasPoint = false;
    for (; at < text.length(); at++) {
      char letter = text.charAt(at);
      if (letter == '.' && !hasPoint) {
        hasPoint = true;
      } else if (letter >= '0' && letter <= '9') {
        digits++;
      } else {
        break;
      }
    }
    return digits == 0 ? -1 : at;
  }

  private static BigDecimal rounded(BigDecimal value) {
    return value.scale() <= FINEST ? value : value.setScale(FINEST, RoundingMode.UP);
  }

  /**
   * Reads an amount.
   *
   * @throws IllegalArgumentException the text is no quantity
   */
  public static Amount parse(String text) {
    return read(text)
        .orElseThrow(
            () -> new IllegalArgumentException("\"" + text + "\" is no quantity: " + FORM));
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

  /** Whether it is less than another. */
  public boolean isLessThan(Amount other) {
    return compareTo(other) < 0;
  }

  /** Whether it is more than another. */
  public boolean isMoreThan(Amount other) {
    return compareTo(other) > 0;
  }

  /** The next whole number of units. */
  public Amount roundedUp() {
    return new Amount(value.setScale(0, RoundingMode.CEILING), form);
  }

  /**
   * The next whole number, as digits alone, of what nodes count of a resource: thousandths of
   * processors, and units of everything else.
   */
  public String counted(String resource) {
    return resource.equals("cpu")
        ? value.scaleByPowerOfTen(STEP).setScale(0, RoundingMode.CEILING).toPlainString()
        : roundedUp().value().toPlainString();
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
    // Binary suffixes would round what is small or has a fraction.
    boolean isBinary = form == Form.BINARY && value.abs().compareTo(KIBI) >= 0 && isWhole();
    return isBinary ? binary() : decimal();
  }

  private String binary() {
    var number = value.toBigIntegerExact();
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
    var bare = rounded(value).stripTrailingZeros();
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
