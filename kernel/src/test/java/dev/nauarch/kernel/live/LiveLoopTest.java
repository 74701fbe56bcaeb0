package dev.nauarch.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.kernel.Core;
import dev.nauarch.kernel.Effects;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LiveLoopTest {
  private static final InstantSource CLOCK = InstantSource.system();

  private final BlockingQueue<String> carriedOut = new LinkedBlockingQueue<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  private LiveLoop<String, String> loop(
      Core<String, String> core, Effects<String, String> effects) {
    return LiveLoop.start(
        "test-loop", core, effects, CLOCK, new LiveLoopOptions(4, 3), failure::set);
  }

  @Test
  void eventsReachTheCoreInOrderOfArrivalAndCommandsTheEffects() throws Exception {
    try (var loop =
        loop((events, now) -> List.copyOf(events), (c, now, inbox) -> carriedOut.add(c))) {
      for (int i = 0; i < 100; i++) {
        assertTrue(loop.offer("event-" + i));
      }
      for (int i = 0; i < 100; i++) {
        assertEquals("event-" + i, carriedOut.take());
      }
    }
  }

  @Test
  void waitingEventsAreDecidedOnceAsABatchWithinTheLimit() throws Exception {
    var mayGoOn = new CountDownLatch(1);
    var isHeld = new CountDownLatch(1);
    Core<String, String> counting = (events, now) -> List.of(String.join("+", events));
    Effects<String, String> held =
        (command, now, inbox) -> {
          carriedOut.add(command);
          isHeld.countDown();
          awaitQuietly(mayGoOn);
        };
    try (var loop = loop(counting, held)) {
      loop.offer("first");
      isHeld.await();
      for (String event : List.of("a", "b", "c", "d")) {
        loop.offer(event);
      }
      mayGoOn.countDown();
      assertEquals("first", carriedOut.take());
      assertEquals("a+b+c", carriedOut.take());
      assertEquals("d", carriedOut.take());
    }
  }

  @Test
  void timerComesNoEarlierThanItsInstantAndInOrderOfTheInstants() throws Exception {
    var told = new ArrayList<Instant>();
    Core<String, String> core =
        (events, now) -> {
          told.add(now);
          return List.copyOf(events);
        };
    try (var loop = loop(core, (command, now, inbox) -> carriedOut.add(command))) {
      Instant start = CLOCK.instant();
      loop.offerAt(start.plusMillis(120), "second");
      loop.offerAt(start.plusMillis(60), "first");
      assertEquals("first", carriedOut.take());
      assertFalse(CLOCK.instant().isBefore(start.plusMillis(60)));
      assertEquals("second", carriedOut.take());
      assertFalse(told.getLast().isBefore(start.plusMillis(120)));
    }
  }

  @Test
  void effectsMayOfferMoreThanTheInboxHoldsWithoutWaitingForThemselves() throws Exception {
    Effects<String, String> multiplying =
        (command, now, inbox) -> {
          if (command.equals("start")) {
            for (int i = 0; i < 50; i++) {
              inbox.offer("offspring");
            }
          } else {
            carriedOut.add(command);
          }
        };
    try (var loop = loop((events, now) -> List.copyOf(events), multiplying)) {
      loop.offer("start");
      for (int i = 0; i < 50; i++) {
        assertEquals("offspring", carriedOut.take());
      }
    }
  }

  @Test
  void failureIsReportedOnceAndEndsTheLoop() throws Exception {
    Core<String, String> broken =
        (events, now) -> {
          throw new IllegalStateException("no such pod");
        };
    try (var loop = loop(broken, (command, now, inbox) -> {})) {
      loop.offer("event");
      Instant deadline = CLOCK.instant().plusSeconds(10);
      while (loop.offer("more") && CLOCK.instant().isBefore(deadline)) {
        Thread.onSpinWait();
      }
      assertFalse(loop.offer("too late"));
    }
    assertInstanceOf(IllegalStateException.class, failure.get());
  }

  @Test
  void closedLoopTakesNoEventAndFreesWhoeverWaitsForRoom() throws Exception {
    var mayGoOn = new CountDownLatch(1);
    var loop =
        loop((events, now) -> List.copyOf(events), (command, now, inbox) -> awaitQuietly(mayGoOn));
    var waiting =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (loop.offer("event")) {
                    Thread.onSpinWait();
                  }
                });
    Thread closing = Thread.ofVirtual().start(loop::close);
    assertTrue(waiting.join(Duration.ofSeconds(5)));
    mayGoOn.countDown();
    assertTrue(closing.join(Duration.ofSeconds(5)));
    assertFalse(loop.offer("late"));
    assertFalse(loop.offerAt(CLOCK.instant(), "late"));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
