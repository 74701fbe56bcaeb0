package dev.nauarch.reconcile.cron;

import dev.nauarch.api.cron.CronSchedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The times of a schedule that have come since one instant.
 *
 * @param last the last of them; empty where none has come
 * @param count about how many there were: the distance of the first two is taken for that of all
 */
record Missed(Optional<Instant> last, long count) {

  private static final Missed NONE = new Missed(Optional.empty(), 0);

  /** That a schedule has no times, or all at once. */
  static final class NoTimesException extends Exception {
    private static final long serialVersionUID = 1L;

    NoTimesException() {
      super("time difference between two schedules is less than 1 second");
    }
  }

  /** What has come after one instant, up to another. */
  static Missed between(CronSchedule schedule, ZoneId zone, Instant from, Instant now)
      throws NoTimesException {
    var first = schedule.after(from, zone).orElseThrow(NoTimesException::new);
    if (now.isBefore(first)) {
      return NONE;
    }
    var second = schedule.after(first, zone).orElseThrow(NoTimesException::new);
    if (now.isBefore(second)) {
      return new Missed(Optional.of(first), 1);
    }
    var distance = Duration.between(first, second).toSeconds();
    if (distance < 1) {
      throw new NoTimesException();
    }
    var count = first.until(now, ChronoUnit.SECONDS) / distance + 1;
    // From near the end on: a clock that was wrong by years has millions of them behind it.
    var last = Optional.<Instant>empty();
    var next = schedule.after(first.plusSeconds((count - 2) * distance), zone);
    while (next.filter(time -> !time.isAfter(now)).isPresent()) {
      last = next;
      next = schedule.after(next.get(), zone);
    }
    return new Missed(last, count);
  }
}
