package dev.nauarch.api;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * Times as objects have them, {@code 2026-01-02T03:04:05Z}. A pod's course reads dozens of them,
 * for which the formatters of {@code java.time} take ten times as long.
 */
public final class Timestamps {

  private static final String FORM = "0000-00-00T00:00:00Z";

  private Timestamps() {}

  /**
   * Whether a text is a time in the one form in which Kubernetes writes it: in UTC, to the second.
   * Of the last days of months that is not said, though it is so.
   */
  public static boolean isPlain(String text) {
    if (text.length() != FORM.length()) {
      return false;
    }
    for (var i = 0; i < FORM.length(); i++) {
      var letter = text.charAt(i);
      var isOfForm =
          FORM.charAt(i) == '0' ? letter >= '0' && letter <= '9' : letter == FORM.charAt(i);
      if (!isOfForm) {
        return false;
      }
    }
    return isWithin(number(text, 5), 1, 12)
        && isWithin(number(text, 8), 1, 28)
        && number(text, 11) < 24
        && number(text, 14) < 60
        && number(text, 17) < 60;
  }

  /**
   * Reads a time of RFC 3339.
   *
   * @throws DateTimeException the text is none
   */
  public static Instant parse(String text) {
    return isPlain(text)
        ? LocalDateTime.of(
                number(text, 0) * 100 + number(text, 2),
                number(text, 5),
                number(text, 8),
                number(text, 11),
                number(text, 14),
                number(text, 17))
            .toInstant(ZoneOffset.UTC)
        : Instant.parse(text);
  }

  private static boolean isWithin(int number, int least, int most) {
    return number >= least && number <= most;
  }

  private static int number(String text, int at) {
    return (text.charAt(at) - '0') * 10 + text.charAt(at + 1) - '0';
  }
}
