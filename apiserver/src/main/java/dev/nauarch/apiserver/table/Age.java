package dev.nauarch.apiserver.table;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;

/** Spans of time in the two largest units that matter, for example {@code 3d4h}. */
final class Age {

  private static final long HOURS_PER_YEAR = 24 * 365;

  private Age() {}

  /** How long ago a time was; {@code <unknown>} for a text that is no time. */
  static String since(String time, Instant now) {
    try {
      return print(Duration.between(OffsetDateTime.parse(time).toInstant(), now));
    } catch (DateTimeException noTime) {
      return "<unknown>";
    }
  }

  /** A span as kubectl prints it. */
  static String print(Duration span) {
    var seconds = span.toSeconds();
    if (seconds < -1) {
      return "<invalid>";
    }
    if (seconds < 120) {
      return Math.max(0, seconds) + "s";
    }
    var minutes = span.toMinutes();
    if (minutes < 10) {
      return two(minutes, "m", seconds % 60, "s");
    }
    if (minutes < 180) {
      return minutes + "m";
    }
    var hours = span.toHours();
    if (hours < 8) {
      return two(hours, "h", minutes % 60, "m");
    }
    if (hours < 48) {
      return hours + "h";
    }
    if (hours < 24 * 8) {
      return two(hours / 24, "d", hours % 24, "h");
    }
    if (hours < HOURS_PER_YEAR * 2) {
      return hours / 24 + "d";
    }
    if (hours < HOURS_PER_YEAR * 8) {
      return two(hours / HOURS_PER_YEAR, "y", hours / 24 % 365, "d");
    }
    return hours / HOURS_PER_YEAR + "y";
  }

  private static String two(long first, String firstUnit, long second, String secondUnit) {
    return second == 0 ? first + firstUnit : first + firstUnit + second + secondUnit;
  }
}
