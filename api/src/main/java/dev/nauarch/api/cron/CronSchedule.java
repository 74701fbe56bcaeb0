package dev.nauarch.api.cron;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A schedule of a CronJob: five fields (minute, hour, day of the month, month, day of the week), or
 * a word such as {@code @daily}, or {@code @every} and a duration. It may begin with {@code
 * TZ=name} and a space.
 */
public final class CronSchedule {

  private static final Map<String, String> WORDS =
      Map.of(
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *",
          "@monthly", "0 0 1 * *",
          "@weekly", "0 0 * * 0",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@hourly", "0 * * * *");
  private static final String EVERY = "@every ";
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final Pattern DURATION =
      Pattern.compile("[-+]?(0|([0-9]*\\.?[0-9]+|[0-9]+\\.)(ns|us|µs|μs|ms|s|m|h))+");
  private static final Pattern DURATION_PART =
      Pattern.compile("([0-9]*\\.?[0-9]+|[0-9]+\\.)(ns|us|µs|μs|ms|s|m|h)");
  private static final Map<String, Long> NANOS_BY_UNIT =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "μs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);
  private static final int FIELDS = 5;

  private final Optional<ZoneId> zone;
  private final Times times;

  /** When it is time. */
  private sealed interface Times permits CalendarTimes, Interval {

    /** The first time after an instant; empty where there is none within five years. */
    Optional<Instant> after(Instant instant, ZoneId zone);
  }

  /** Times so far apart, from whatever comes before. */
  private record Interval(Duration length) implements Times {
    @Override
    public Optional<Instant> after(Instant instant, ZoneId zone) {
      return Optional.of(Instant.ofEpochSecond(instant.getEpochSecond()).plus(length));
    }
  }

  /** Times that the calendar gives. */
  private record CalendarTimes(CronCalendar calendar) implements Times {
    @Override
    public Optional<Instant> after(Instant instant, ZoneId zone) {
      return calendar.after(instant, zone);
    }
  }

  private CronSchedule(Optional<ZoneId> zone, Times times) {
    this.zone = zone;
    this.times = times;
  }

  /** Where its hours are counted; empty where it does not say so. */
  public Optional<ZoneId> zone() {
    return zone;
  }

  /**
   * The first time after an instant; empty where there is none within five years. An hour that a
   * change of the clocks leaves out is left out; one that comes twice counts twice.
   *
   * @param zone where its hours are counted, unless it says so itself
   */
  public Optional<Instant> after(Instant instant, ZoneId zone) {
    return times.after(instant, this.zone.orElse(zone));
  }

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
    return new CronSchedule(zone, text.startsWith("@") ? word(text) : fields(text));
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

  private static Times word(String word) throws CronSyntaxException {
    var fields = WORDS.get(word);
    if (fields != null) {
      return fields(fields);
    }
    if (!word.startsWith(EVERY)) {
      throw new CronSyntaxException("unrecognized descriptor: " + word);
    }
    var duration = word.substring(EVERY.length());
    if (!DURATION.matcher(duration).matches()) {
      throw new CronSyntaxException(
          "failed to parse duration " + word + ": time: invalid duration \"" + duration + "\"");
    }
    var nanos = BigDecimal.ZERO;
    var part = DURATION_PART.matcher(duration);
    while (part.find()) {
      var unit = BigDecimal.valueOf(NANOS_BY_UNIT.getOrDefault(part.group(2), 0L));
      nanos = nanos.add(new BigDecimal(part.group(1)).multiply(unit));
    }
    // Whole seconds, and one at least, as of everything that is below.
    var seconds = nanos.scaleByPowerOfTen(-9).longValue();
    return new Interval(Duration.ofSeconds(duration.startsWith("-") ? 1 : Math.max(1, seconds)));
  }

  private static Times fields(String text) throws CronSyntaxException {
    var fields = text.isBlank() ? new String[0] : SPACE.split(text.strip());
    if (fields.length != FIELDS) {
      throw new CronSyntaxException(
          "expected exactly 5 fields, found "
              + fields.length
              + ": ["
              + String.join(" ", fields)
              + "]");
    }
    return new CalendarTimes(
        new CronCalendar(
            CronField.MINUTE.parse(fields[0]),
            CronField.HOUR.parse(fields[1]),
            CronField.DAY.parse(fields[2]),
            CronField.MONTH.parse(fields[3]),
            CronField.WEEKDAY.parse(fields[4])));
  }
}
