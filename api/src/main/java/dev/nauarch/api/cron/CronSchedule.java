package dev.nauarch.api.cron;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A schedule of a CronJob: five fields (minute, hour, day of the month, month, day of the week), or
 * a word such as {@code @daily}, or {@code @every} and a duration. It may begin with {@code
 * TZ=name} and a space.
 *
 * @param text the schedule as it was written, without its zone
 * @param zone where its hours are counted; empty where it does not say so
 */
public record CronSchedule(String text, Optional<ZoneId> zone) {

  private static final Set<String> WORDS =
      Set.of("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");
  private static final String EVERY = "@every ";
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final Pattern DURATION =
      Pattern.compile("[-+]?(0|([0-9]*\\.?[0-9]+|[0-9]+\\.)(ns|us|µs|μs|ms|s|m|h))+");
  private static final int FIELDS = 5;

  /**
   * Reads a schedule.
   *
   * @throws CronSyntaxException if the text is none
   */
  public static CronSchedule parse(String written) throws CronSyntaxException {
    if (written.isEmpty()) {
      throw new CronSyntaxException("empty spec string");
    }
    var text = written;
    Optional<ZoneId> zone = Optional.empty();
    if (text.startsWith("TZ=") || text.startsWith("CRON_TZ=")) {
      int space = text.indexOf(' ');
      var name = text.substring(text.indexOf('=') + 1, space < 0 ? text.length() : space);
      zone = zone(name);
      if (zone.isEmpty()) {
        throw new CronSyntaxException(
            "provided bad location " + name + ": unknown time zone " + name);
      }
      text = space < 0 ? "" : text.substring(space).strip();
    }
    if (text.startsWith("@")) {
      checkWord(text);
    } else {
      checkFields(text);
    }
    return new CronSchedule(text, zone);
  }

  /** The zone of a name in the time zone database; empty where that has none. */
  public static Optional<ZoneId> zone(String name) {
    try {
      return ZoneId.getAvailableZoneIds().contains(name)
          ? Optional.of(ZoneId.of(name))
          : Optional.empty();
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static void checkWord(String word) throws CronSyntaxException {
    if (WORDS.contains(word)) {
      return;
    }
    if (!word.startsWith(EVERY)) {
      throw new CronSyntaxException("unrecognized descriptor: " + word);
    }
    var duration = word.substring(EVERY.length());
    if (!DURATION.matcher(duration).matches()) {
      throw new CronSyntaxException(
          "failed to parse duration " + word + ": time: invalid duration \"" + duration + "\"");
    }
  }

  private static void checkFields(String text) throws CronSyntaxException {
    var fields = text.isBlank() ? new String[0] : SPACE.split(text.strip());
    if (fields.length != FIELDS) {
      throw new CronSyntaxException(
          "expected exactly 5 fields, found "
              + fields.length
              + ": ["
              + String.join(" ", fields)
              + "]");
    }
    CronField.MINUTE.check(fields[0]);
    CronField.HOUR.check(fields[1]);
    CronField.DAY.check(fields[2]);
    CronField.MONTH.check(fields[3]);
    CronField.WEEKDAY.check(fields[4]);
  }
}
