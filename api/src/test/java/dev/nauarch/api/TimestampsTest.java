package dev.nauarch.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {

  @Test
  void readsWhatJavaReads() {
    var random = new SplittableRandom(1);
    var last = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
    var first = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
    for (var i = 0; i < 10_000; i++) {
      var time = Instant.ofEpochSecond(random.nextLong(first, last), random.nextInt(1_000_000_000));
      for (var unit : new ChronoUnit[] {ChronoUnit.SECONDS, ChronoUnit.MICROS}) {
        var text = time.truncatedTo(unit).toString();
        assertEquals(Instant.parse(text), Timestamps.parse(text));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-01-02T03:04:05Z",
        "2026-12-28T23:59:59Z",
        "0001-01-01T00:00:00Z",
      })
  void knowsThePlainForm(String text) {
    assertTrue(Timestamps.isPlain(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026-01-02T03:04:05.0Z",
        "2026-01-02T03:04:05+01",
        "2026-01-02t03:04:05Z",
        "2026-01-31T03:04:05Z",
        "2026-00-02T03:04:05Z",
        "2026-13-02T03:04:05Z",
        "2026-01-00T03:04:05Z",
        "2026-01-02T24:04:05Z",
        "2026-01-02T03:60:05Z",
        "2026-01-02T03:04:60Z",
        "202a-01-02T03:04:05Z",
      })
  void knowsOthers(String text) {
    assertFalse(Timestamps.isPlain(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2026-02-30T03:04:05Z", "2026-01-02T03:04:60Z", "now"})
  void refusesWhatIsNoTime(String text) {
    assertThrows(DateTimeException.class, () -> Timestamps.parse(text));
  }
}
