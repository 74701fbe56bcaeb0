package dev.nauarch.reconcile.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class LeaseTimesTest {

  private static final Instant START = Instant.parse("2026-11-23T04:00:00Z");

  private final LeaseTimes times = new LeaseTimes();

  private static Instant at(int seconds) {
    return START.plusSeconds(seconds);
  }

  @Test
  void aClockLikeOursTellsWhenTheNodeWasHeardOf() {
    assertEquals(at(3), times.heard("n", at(0), at(3)));
    assertEquals(at(10), times.heard("n", at(10), at(45)));
    assertEquals(at(10), times.heard("n", at(10), at(60)));
    assertFalse(times.isBehind("n"));
  }

  @Test
  void whatIsSeenFirstCountsAsWrittenNow() {
    assertEquals(at(600), times.heard("n", at(0), at(600)));
    assertEquals(at(600), times.heard("n", at(0), at(650)));
  }

  @Test
  void aNodeWhoseClockIsBehindIsNotSilent() {
    times.heard("n", at(-600), at(0));
    assertEquals(at(45), times.heard("n", at(-560), at(45)));
    assertTrue(times.isBehind("n"));
    // Once it stops, it is.
    assertEquals(at(45), times.heard("n", at(-560), at(95)));
    // And its clock is set right.
    assertEquals(at(99), times.heard("n", at(99), at(100)));
    assertFalse(times.isBehind("n"));
  }

  @Test
  void aNodeWhoseClockIsAheadDoesNotLiveOn() {
    times.heard("n", at(3600), at(0));
    assertEquals(at(20), times.heard("n", at(3610), at(20)));
    assertEquals(at(20), times.heard("n", at(3610), at(90)));
  }
}
