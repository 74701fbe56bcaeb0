package dev.nauarch.api.cron;

import dev.nauarch.api.cron.CronField.Choice;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The minutes that five fields choose. Where both choose only some days, a day that one of them
 * chooses will do.
 */
record CronCalendar(Choice minutes, Choice hours, Choice days, Choice months, Choice weekdays) {

  private static final int YEARS_MAX = 5;
  private static final int DAYS_OF_WEEK = 7;

  /** The first chosen minute after an instant; empty where there is none within five years. */
  Optional<Instant> after(Instant instant, ZoneId zone) {
    var at = instant.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES).atZone(zone);
    var lastYear = at.getYear() + YEARS_MAX;
    while (at.getYear() <= lastYear) {
      if (!months.has(at.getMonthValue())) {
        at = at.toLocalDate().withDayOfMonth(1).plusMonths(1).atStartOfDay(zone);
      } else if (!hasDay(at)) {
        at = at.toLocalDate().plusDays(1).atStartOfDay(zone);
      } else if (!hours.has(at.getHour())) {
        at = at.plusMinutes(60L - at.getMinute());
      } else if (!minutes.has(at.getMinute())) {
        at = at.plusMinutes(1);
      } else {
        return Optional.of(at.toInstant());
      }
    }
    return Optional.empty();
  }

  private boolean hasDay(ZonedDateTime at) {
    var hasDay = days.has(at.getDayOfMonth());
    var hasWeekday = weekdays.has(at.getDayOfWeek().getValue() % DAYS_OF_WEEK);
    var isEither = !days.isAny() && !weekdays.isAny();
    return isEither ? hasDay || hasWeekday : hasDay && hasWeekday;
  }
}
