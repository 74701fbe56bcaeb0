package dev.nauarch.apiserver.codec;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Pattern;

/** Durations as Go writes them, for example {@code 1h0m30.5s}. */
public final class GoDuration {

  private static final Pattern PART =
      Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|ms|s|m|h)");
  private static final long MICROSECOND = 1_000;
  private static final long MILLISECOND = 1_000_000;
  private static final long SECOND = 1_000_000_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;

  private GoDuration() {}

  /** Writes nanoseconds. */
  public static String print(long nanos) {
    if (nanos == 0) {
      return "0s";
    }
    var sign = nanos < 0 ? "-" : "";
    var rest = Math.abs(nanos);
    if (rest < MICROSECOND) {
      return sign + rest + "ns";
    }
    if (rest < MILLISECOND) {
      return sign + decimal(rest, MICROSECOND) + "µs";
    }
    if (rest < SECOND) {
      return sign + decimal(rest, MILLISECOND) + "ms";
    }
    var hours = rest / HOUR;
    var minutes = rest % HOUR / MINUTE;
    return sign
        + (hours > 0 ? hours + "h" : "")
        + (hours > 0 || minutes > 0 ? minutes + "m" : "")
        + decimal(rest % MINUTE, SECOND)
        + "s";
  }

  /**
   * Reads nanoseconds.
   *
   * @throws IllegalArgumentException when the text is no duration
   */
  public static long parse(String text) {
    var rest = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
    if (rest.equals("0")) {
      return 0;
    }
    var total = BigDecimal.ZERO;
    var parts = PART.matcher(rest);
    var end = 0;
    while (parts.find() && parts.start() == end) {
      total = total.add(new BigDecimal(parts.group(1)).multiply(unit(parts.group(2))));
      end = parts.end();
    }
    if (end == 0 || end != rest.length()) {
      throw new IllegalArgumentException("\"" + text + "\" is no duration such as 1m30s");
    }
    var nanos = total.setScale(0, RoundingMode.DOWN).longValueExact();
    return text.startsWith("-") ? -nanos : nanos;
  }

  private static BigDecimal unit(String name) {
    return BigDecimal.valueOf(
        switch (name) {
          case "ns" -> 1;
          case "us", "µs" -> MICROSECOND;
          case "ms" -> MILLISECOND;
          case "s" -> SECOND;
          case "m" -> MINUTE;
          default -> HOUR;
        });
  }

  private static String decimal(long value, long unit) {
    return BigDecimal.valueOf(value)
        .divide(BigDecimal.valueOf(unit), 9, RoundingMode.DOWN)
        .stripTrailingZeros()
        .toPlainString();
  }
}
