package dev.nauarch.routing;

import com.google.re2j.Pattern;
import java.util.Optional;

/**
 * Durations as the Gateway API writes them (GEP-2257): {@code 1h30m}, {@code 10s}, {@code 500ms}.
 */
final class GatewayDuration {
  private static final Pattern PART = Pattern.compile("([0-9]{1,5})(h|ms|m|s)");

  private GatewayDuration() {}

  /** The duration in milliseconds; empty for zero, which means no limit, and for no duration. */
  static Optional<Long> parseMillis(String text) {
    var parts = PART.matcher(text);
    var total = 0L;
    while (parts.find()) {
      total += Long.parseLong(parts.group(1)) * unitMillis(parts.group(2));
    }
    return total == 0 ? Optional.empty() : Optional.of(total);
  }

  private static long unitMillis(String unit) {
    return switch (unit) {
      case "h" -> 3_600_000;
      case "m" -> 60_000;
      case "s" -> 1000;
      default -> 1;
    };
  }
}
