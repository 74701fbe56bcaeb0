package dev.nauarch.nodeagent.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class RenewalTest {

  private static final Instant BEGIN = Instant.parse("2026-11-23T04:00:00Z");

  private static Duration after(long serial) {
    var end = BEGIN.plus(Duration.ofDays(100));
    return Duration.between(BEGIN, Renewal.due(BEGIN, end, BigInteger.valueOf(serial)));
  }

  @Test
  void itIsBetweenSevenAndNineTenthsOfTheLife() {
    assertEquals(Duration.ofDays(70), after(1_000));
    assertEquals(Duration.ofDays(80), after(7_500));
    assertEquals(Duration.ofDays(70).plusMinutes(28).plusSeconds(48), after(1));
    assertEquals(Duration.ofDays(90).minusMinutes(28).minusSeconds(48), after(999));
  }
}
