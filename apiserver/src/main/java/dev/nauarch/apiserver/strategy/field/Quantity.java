package dev.nauarch.apiserver.strategy.field;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/** Amounts as Kubernetes writes them: {@code 100m}, {@code 1.5Gi}, {@code 2e3}. */
public final class Quantity {

  /** What is said of a text that is no quantity. */
  public static final String FORM =
      "quantities must match the regular expression"
          + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

  private static final BigDecimal KIBI = BigDecimal.valueOf(1024);
  private static final Map<String, BigDecimal> UNITS =
      Map.ofEntries(
          Map.entry("", BigDecimal.ONE),
          Map.entry("n", BigDecimal.ONE.movePointLeft(9)),
          Map.entry("u", BigDecimal.ONE.movePointLeft(6)),
          Map.entry("m", BigDecimal.ONE.movePointLeft(3)),
          Map.entry("k", BigDecimal.ONE.movePointRight(3)),
          Map.entry("M", BigDecimal.ONE.movePointRight(6)),
          Map.entry("G", BigDecimal.ONE.movePointRight(9)),
          Map.entry("T", BigDecimal.ONE.movePointRight(12)),
          Map.entry("P", BigDecimal.ONE.movePointRight(15)),
          Map.entry("E", BigDecimal.ONE.movePointRight(18)),
          Map.entry("Ki", KIBI),
          Map.entry("Mi", KIBI.pow(2)),
          Map.entry("Gi", KIBI.pow(3)),
          Map.entry("Ti", KIBI.pow(4)),
          Map.entry("Pi", KIBI.pow(5)),
          Map.entry("Ei", KIBI.pow(6)));

  // Enough for any amount, and few enough that a text can't cost much.
  private static final int LENGTH_MAX = 64;
  private static final int EXPONENT_MAX = 30;

  private Quantity() {}

  /** The amount in whole units; empty for a text that is no quantity. */
  public static Optional<BigDecimal> parse(String text) {
    int end = 0;
    while (end < text.length() && isNumeric(text.charAt(end), end)) {
      end++;
    }
    if (end == 0 || text.length() > LENGTH_MAX) {
      return Optional.empty();
    }
    try {
      var number = new BigDecimal(text.substring(0, end));
      var suffix = text.substring(end);
      var unit = UNITS.get(suffix);
      return unit != null ? Optional.of(number.multiply(unit)) : scaled(number, suffix);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<BigDecimal> scaled(BigDecimal number, String suffix) {
    if (suffix.charAt(0) != 'e' && suffix.charAt(0) != 'E') {
      return Optional.empty();
    }
    int exponent = Integer.parseInt(suffix.substring(1));
    return Math.abs(exponent) > EXPONENT_MAX
        ? Optional.empty()
        : Optional.of(number.scaleByPowerOfTen(exponent));
  }

  private static boolean isNumeric(char c, int position) {
    return (c >= '0' && c <= '9') || c == '.' || (position == 0 && (c == '+' || c == '-'));
  }
}
