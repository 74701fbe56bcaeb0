package dev.nauarch.api.cron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
    assertEquals(text, CronSchedule.parse(text).text());
  }

  @Test
  void aScheduleMayNameItsZone() throws CronSyntaxException {
    var schedule = CronSchedule.parse("TZ=Europe/Zurich 0 0 * * *");
    assertEquals(Optional.of(ZoneId.of("Europe/Zurich")), schedule.zone());
    assertEquals("0 0 * * *", schedule.text());
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
