package dev.nauarch.kernel.virtual;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.kernel.Core;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VirtualLoopTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final List<String> trace = new ArrayList<>();

  /** Echoes each event as a command, so that the trace shows what reached the core, and when. */
  private final Core<String, String> echo =
      (events, now) -> {
        trace.add(Duration.between(START, now).toSeconds() + "s " + events);
        return List.copyOf(events);
      };

  @Test
  void eventsOfOneInstantAreOneBatchInOrderOfArrival() {
    var loop = new VirtualLoop<String, String>(echo, (command, now, inbox) -> {}, START);
    loop.offerAt(START.plusSeconds(5), "b");
    loop.offerAt(START.plusSeconds(5), "a");
    loop.offerAt(START.plusSeconds(1), "first");
    loop.offerAt(START.plusSeconds(60), "late");
    loop.runUntil(START.plusSeconds(5));
    assertEquals(List.of("1s [first]", "5s [b, a]"), trace);
    assertEquals(START.plusSeconds(5), loop.now());
    assertEquals(START.plusSeconds(60), loop.nextDue().orElseThrow());
  }

  @Test
  void whatACommandOffersForNowMakesTheNextBatchOfTheSameInstant() {
    var loop =
        new VirtualLoop<String, String>(
            echo,
            (command, now, inbox) -> {
              if (command.equals("start")) {
                inbox.offer("answer");
                inbox.offerAt(now.plusSeconds(30), "retry");
                inbox.offerAt(now.minusSeconds(30), "overdue");
              }
            },
            START);
    loop.offer("start");
    loop.runUntil(START.plusSeconds(100));
    assertEquals(List.of("0s [start]", "0s [answer, overdue]", "30s [retry]"), trace);
    assertEquals(START.plusSeconds(100), loop.now());
  }

  @Test
  void aYearOfRetriesTakesNoYear() {
    var loop =
        new VirtualLoop<String, String>(
            (events, now) -> List.copyOf(events),
            (command, now, inbox) -> inbox.offerAt(now.plusSeconds(30), command),
            START);
    loop.offer("retry");
    loop.runUntil(START.plus(Duration.ofDays(365)));
    assertEquals(START.plus(Duration.ofDays(365)).plusSeconds(30), loop.nextDue().orElseThrow());
  }
}
