package dev.nauarch.api.cron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which texts are schedules, and what is said of the others. */
class CronScheduleTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "* * * * *",
        "*/5 0-6 1,15 jan-MAR ?",
        "0 22/2 * * sun,Sat",
        "  1  2 3 4 5 ",
        "@daily",
        "@every 1h30m",
        "59 23 31 12 6"
      })
  void aScheduleIsRead(String text) throws CronSyntaxException {
    assertEquals(Optional.empty(), CronSchedule.parse(text).zone());
  }

  @Test
  void aScheduleMayNameItsZone() throws CronSyntaxException {
    var schedule = CronSchedule.parse("TZ=Europe/Zurich 0 0 * * *");
    assertEquals(Optional.of(ZoneId.of("Europe/Zurich")), schedule.zone());
    assertEquals(
        "2026-05-31T22:00:00Z", next(schedule, "2026-05-31T00:00:00Z", "America/New_York"));
  }

  private static String next(CronSchedule schedule, String after, String zone) {
    return schedule
        .after(Instant.parse(after), ZoneId.of(zone))
        .map(Instant::toString)
        .orElse("never");
  }

  /** The times are those of the library that Kubernetes reads schedules with. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          * * * * *            | 2026-01-01T00:00:00Z | UTC              | 2026-01-01T00:01:00Z
          * * * * *            | 2026-01-01T00:00:59Z | UTC              | 2026-01-01T00:01:00Z
          */15 3 * * *         | 2026-01-01T03:45:00Z | UTC              | 2026-01-02T03:00:00Z
          0 0 29 2 *           | 2026-01-01T00:00:00Z | UTC              | 2028-02-29T00:00:00Z
          0 0 31 2 *           | 2026-01-01T00:00:00Z | UTC              | never
          0 12 13 * 5          | 2026-01-01T00:00:00Z | UTC              | 2026-01-02T12:00:00Z
          0 12 */2 * 5         | 2026-01-02T12:00:00Z | UTC              | 2026-01-03T12:00:00Z
          0 12 13 * *          | 2026-01-01T00:00:00Z | UTC              | 2026-01-13T12:00:00Z
          0 12 * * 1-5         | 2026-01-02T12:00:00Z | UTC              | 2026-01-05T12:00:00Z
          @hourly              | 2026-01-01T00:30:00Z | UTC              | 2026-01-01T01:00:00Z
          @yearly              | 2026-01-01T00:00:00Z | UTC              | 2027-01-01T00:00:00Z
          @every 1h30m         | 2026-01-01T00:00:00Z | UTC              | 2026-01-01T01:30:00Z
          @every 0.5s          | 2026-01-01T00:00:00Z | UTC              | 2026-01-01T00:00:01Z
          30 2 * * *           | 2026-03-28T12:00:00Z | Europe/Zurich    | 2026-03-30T00:30:00Z
          30 2 * * *           | 2026-10-25T00:30:00Z | Europe/Zurich    | 2026-10-25T01:30:00Z
          0 9 * * *            | 2026-06-01T00:00:00Z | America/New_York | 2026-06-01T13:00:00Z
          0 0 * * *            | 2026-09-05T12:00:00Z | America/Santiago | 2026-09-07T03:00:00Z
          """)
  void theNextTime(String text, String after, String zone, String expected)
      throws CronSyntaxException {
    assertEquals(expected, next(CronSchedule.parse(text), after, zone));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                | empty spec string
          * * * *           | expected exactly 5 fields, found 4: [* * * *]
          * * * * * *       | expected exactly 5 fields, found 6: [* * * * * *]
          60 * * * *        | end of range (60) above maximum (59): 60
          * 24 * * *        | end of range (24) above maximum (23): 24
          * * 0 * *         | beginning of range (0) below minimum (1): 0
          * * * 13 *        | end of range (13) above maximum (12): 13
          * * * * 7         | end of range (7) above maximum (6): 7
          5-1 * * * *       | beginning of range (5) beyond end of range (1): 5-1
          */0 * * * *       | step of range should be a positive number: */0
          */2/3 * * * *     | too many slashes: */2/3
          1-2-3 * * * *     | too many hyphens: 1-2-3
          x * * * *         | failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax
          1 * * sun *       | failed to parse int from sun: strconv.Atoi: parsing "sun": invalid syntax
          @often            | unrecognized descriptor: @often
          @every day        | failed to parse duration @every day: time: invalid duration "day"
          TZ=Mars/One @daily | provided bad location Mars/One: unknown time zone Mars/One
          """)
  void whatIsWrongIsSaidAsKubernetesSaysIt(String text, String why) {
    var wrong = assertThrows(CronSyntaxException.class, () -> CronSchedule.parse(text));
    assertEquals(why, wrong.getMessage());
  }
}
