package dev.nauarch.api.cron;

import java.util.List;
import java.util.Locale;

/**
 * One of the five fields of a schedule: which numbers it may have.
 *
 * @param min the least number
 * @param max the greatest number
 * @param names other names of the numbers from {@code min} on
 */
record CronField(int min, int max, List<String> names) {

  private static final List<String> ANY = List.of("*", "?", "*/1", "?/1");

  static final CronField MINUTE = new CronField(0, 59, List.of());
  static final CronField HOUR = new CronField(0, 23, List.of());
  static final CronField DAY = new CronField(1, 31, List.of());
  static final CronField MONTH =
      new CronField(
          1,
          12,
          List.of(
              "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"));
  static final CronField WEEKDAY =
      new CronField(0, 6, List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat"));

  /** Reads a text that selects some of the numbers. */
  Choice parse(String text) throws CronSyntaxException {
    var bits = 0L;
    var isAny = false;
    for (var range : text.split(",", -1)) {
      if (!range.isEmpty()) {
        bits |= range(range);
        isAny |= ANY.contains(range);
      }
    }
    return new Choice(bits, isAny);
  }

  /**
   * Some of a field's numbers.
   *
   * @param bits a bit for each of them
   * @param isAny whether the text said that any will do
   */
  record Choice(long bits, boolean isAny) {

    boolean has(int number) {
      return (bits & (1L << number)) != 0;
    }
  }

  private long range(String text) throws CronSyntaxException {
    var rangeAndStep = text.split("/", -1);
    var ends = rangeAndStep[0].split("-", -1);
    int start = min;
    int end = max;
    if (!ends[0].equals("*") && !ends[0].equals("?")) {
      start = number(ends[0]);
      if (ends.length > 2) {
        throw new CronSyntaxException("too many hyphens: " + text);
      }
      end = ends.length == 2 ? number(ends[1]) : start;
    }
    if (rangeAndStep.length > 2) {
      throw new CronSyntaxException("too many slashes: " + text);
    }
    int step = 1;
    if (rangeAndStep.length == 2) {
      step = positive(rangeAndStep[1]);
      end = ends.length == 1 ? max : end;
    }
    bounds(text, start, end, step);
    var bits = 0L;
    for (int number = start; number <= end; number += step) {
      bits |= 1L << number;
    }
    return bits;
  }

  private void bounds(String text, int start, int end, int step) throws CronSyntaxException {
    if (start < min) {
      throw new CronSyntaxException(
          "beginning of range (" + start + ") below minimum (" + min + "): " + text);
    }
    if (end > max) {
      throw new CronSyntaxException(
          "end of range (" + end + ") above maximum (" + max + "): " + text);
    }
    if (start > end) {
      throw new CronSyntaxException(
          "beginning of range (" + start + ") beyond end of range (" + end + "): " + text);
    }
    if (step == 0) {
      throw new CronSyntaxException("step of range should be a positive number: " + text);
    }
  }

  private int number(String text) throws CronSyntaxException {
    int named = names.indexOf(text.toLowerCase(Locale.ROOT));
    return named >= 0 ? min + named : positive(text);
  }

  private static int positive(String text) throws CronSyntaxException {
    int number;
    try {
      number = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new CronSyntaxException(
          "failed to parse int from "
              + text
              + ": strconv.Atoi: parsing \""
              + text
              + "\": invalid syntax");
    }
    if (number < 0) {
      throw new CronSyntaxException("negative number (" + number + ") not allowed: " + text);
    }
    return number;
  }
}
