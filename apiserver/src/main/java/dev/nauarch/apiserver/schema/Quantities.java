package dev.nauarch.apiserver.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Amounts of a resource as Kubernetes writes them: a number with a decimal suffix ({@code 500m}), a
 * binary one ({@code 1Gi}), or an exponent ({@code 1e3}). The canonical form has the largest suffix
 * that leaves a whole number.
 */
public final class Quantities {

  /** The form of a quantity. */
  static final String PATTERN = "^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$";

  private static final Pattern FORM =
      Pattern.compile("([+-]?(?:\\d+\\.?\\d*|\\.\\d+))([numkMGTPE]|[KMGTPE]i|[eE][+-]?\\d{1,3}|)");
  private static final List<String> DECIMAL =
      List.of("n", "u", "m", "", "k", "M", "G", "T", "P", "E");
  private static final int DECIMAL_UNIT = 3;
  private static final List<String> BINARY = List.of("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei");
  private static final BigInteger KIBI = BigInteger.valueOf(1024);
  private static final int DIGITS_AFTER_POINT = 9;

  private Quantities() {}

  /** The canonical form; empty for a text that is no quantity. */
  public static Optional<String> canonical(String text) {
    var parts = FORM.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    var number = new BigDecimal(parts.group(1));
    var suffix = parts.group(2);
    if (suffix.endsWith("i")) {
      var scale = KIBI.pow(BINARY.indexOf(suffix));
      return Optional.of(binary(rounded(number.multiply(new BigDecimal(scale)))));
    }
    var isExponent = !DECIMAL.contains(suffix);
    var exponent =
        isExponent
            ? Integer.parseInt(suffix.substring(1))
            : DECIMAL_UNIT * (DECIMAL.indexOf(suffix) - DECIMAL_UNIT);
    return Optional.of(decimal(rounded(number.scaleByPowerOfTen(exponent)), isExponent));
  }

  /** Nothing smaller than a billionth is kept; what is smaller counts as one. */
  private static BigDecimal rounded(BigDecimal value) {
    return value.setScale(Math.min(value.scale(), DIGITS_AFTER_POINT), RoundingMode.UP);
  }

  private static String binary(BigDecimal value) {
    var isSmall = value.abs().compareTo(new BigDecimal(KIBI)) < 0;
    if (isSmall || value.stripTrailingZeros().scale() > 0) {
      return decimal(value, false);
    }
    var mantissa = value.toBigIntegerExact();
    var unit = 0;
    while (unit < BINARY.size() - 1 && mantissa.mod(KIBI).signum() == 0) {
      mantissa = mantissa.divide(KIBI);
      unit++;
    }
    return mantissa + BINARY.get(unit);
  }

  private static String decimal(BigDecimal value, boolean isExponent) {
    if (value.signum() == 0) {
      return "0";
    }
    var stripped = value.stripTrailingZeros();
    var exponent = Math.floorDiv(-stripped.scale(), DECIMAL_UNIT) * DECIMAL_UNIT;
    var largest = isExponent ? Integer.MAX_VALUE : 18;
    exponent = Math.min(exponent, largest);
    var mantissa = stripped.scaleByPowerOfTen(-exponent).toBigIntegerExact();
    if (isExponent) {
      return exponent == 0 ? mantissa.toString() : mantissa + "e" + exponent;
    }
    return mantissa + DECIMAL.get(exponent / DECIMAL_UNIT + DECIMAL_UNIT);
  }
}
