package dev.nauarch.expression.library;

import com.google.re2j.Pattern;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;

/**
 * An amount as Kubernetes writes it: {@code 100m}, {@code 1.5Gi}, {@code 2e3}. Exact.
 *
 * @param value the amount, without trailing zeros
 */
public record Quantity(BigDecimal value) implements Comparable<Quantity> {

  private static final Pattern FORM =
      Pattern.compile(
          "([+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+))(?:([eE][+-]?[0-9]{1,3})|([KMGTPE]i|[numkMGTPE]))?");
  private static final String DECIMAL = "num kMGTPE";
  private static final String BINARY = "KMGTPE";

  /** Two amounts are equal whatever the way they were written. */
  public Quantity {
    value = value.stripTrailingZeros();
  }

  /** Reads an amount; empty for text of another form. */
  public static Optional<Quantity> parse(String text) {
    var match = FORM.matcher(text);
    if (!match.matches()) {
      return Optional.empty();
    }
    var number = new BigDecimal(match.group(1));
    var exponent = match.group(2);
    var suffix = match.group(3);
    if (exponent != null) {
      number = number.scaleByPowerOfTen(Integer.parseInt(exponent.substring(1)));
    } else if (suffix != null && suffix.endsWith("i")) {
      var power = BINARY.indexOf(suffix.charAt(0)) + 1;
      number = number.multiply(new BigDecimal(BigInteger.TWO.pow(10 * power)));
    } else if (suffix != null) {
      number = number.scaleByPowerOfTen(3 * (DECIMAL.indexOf(suffix.charAt(0)) - 3));
    }
    return Optional.of(new Quantity(number));
  }

  /** Whether it is a whole number of 64 bits. */
  public boolean isInteger() {
    return value.scale() <= 0 && value.toBigInteger().bitLength() < Long.SIZE;
  }

  @Override
  public int compareTo(Quantity other) {
    return value.compareTo(other.value);
  }
}
