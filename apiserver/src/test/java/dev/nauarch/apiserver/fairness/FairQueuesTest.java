package dev.nauarch.apiserver.fairness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.fairness.FairQueues.Arrival;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One level, moment by moment. */
class FairQueuesTest {

  private static final long MILLI = 1_000_000;

  @Test
  void whatFindsNoSeatIsRefusedWhereNothingWaits() {
    var level = new FairQueues(Shape.REJECT, 2, 0);
    var first = new Ticket(1, 0);
    assertEquals(Arrival.RUNNING, level.arrive(first, 0));
    assertEquals(Arrival.RUNNING, level.arrive(new Ticket(1, 0), 0));
    assertEquals(Arrival.NO_SEAT, level.arrive(new Ticket(1, 0), 0));
    level.finish(first, MILLI);
    assertEquals(Arrival.RUNNING, level.arrive(new Ticket(1, 0), MILLI));
    assertThrows(IllegalStateException.class, () -> level.finish(first, MILLI));
  }

  @Test
  void whatIsExemptIsNeverRefused() {
    var level = new FairQueues(Shape.EXEMPT, 0, 0);
    for (var i = 0; i < 1000; i++) {
      assertEquals(Arrival.RUNNING, level.arrive(new Ticket(5, 0), 0));
    }
    assertEquals(5000, level.seatsInUse());
  }

  @Test
  void aQueueThatIsFullRefuses() {
    var level = new FairQueues(Shape.queue(1, 1, 2), 1, 0);
    assertEquals(Arrival.RUNNING, level.arrive(new Ticket(1, 7), 0));
    var waiting = new Ticket(1, 7);
    assertEquals(Arrival.WAITING, level.arrive(waiting, 0));
    assertEquals(Arrival.WAITING, level.arrive(new Ticket(1, 7), 0));
    assertEquals(Arrival.QUEUE_FULL, level.arrive(new Ticket(1, 7), 0));
    assertTrue(level.abandon(waiting, MILLI));
    assertFalse(level.abandon(waiting, MILLI));
    assertEquals(Arrival.WAITING, level.arrive(new Ticket(1, 7), MILLI));
  }

  @Test
  void aRequestWiderThanTheLevelRunsAlone() {
    var level = new FairQueues(Shape.queue(4, 1, 9), 3, 0);
    var narrow = new Ticket(1, 0);
    level.arrive(narrow, 0);
    var wide = new Ticket(10, 1);
    assertEquals(Arrival.WAITING, level.arrive(wide, 0));
    level.finish(narrow, MILLI);
    assertEquals(List.of(wide), level.takeStarted());
    assertEquals(Arrival.WAITING, level.arrive(new Ticket(1, 2), MILLI));
    level.finish(wide, 2 * MILLI);
    assertEquals(1, level.takeStarted().size());
  }

  @Test
  void moreSeatsLetThoseWhoWaitRunAndFewerTakeNoneAway() {
    var level = new FairQueues(Shape.queue(8, 2, 50), 1, 0);
    var all = new ArrayList<Ticket>();
    for (var i = 0; i < 10; i++) {
      all.add(new Ticket(1, i));
      level.arrive(all.getLast(), 0);
    }
    level.limit(6, MILLI);
    assertEquals(5, level.takeStarted().size());
    level.limit(2, MILLI);
    assertEquals(6, level.seatsInUse());
    level.finish(all.getFirst(), MILLI);
    assertEquals(List.of(), level.takeStarted());
    level.become(Shape.REJECT, MILLI);
    assertEquals(Arrival.NO_SEAT, level.arrive(new Ticket(1, 1), MILLI));
    level.limit(20, MILLI);
    assertEquals(4, level.takeStarted().size(), "those who waited still get their turn");
  }

  @Test
  void millionsOfQueuesTakeNoMemoryUntilTheyAreUsed() {
    var level = new FairQueues(Shape.queue(Hand.QUEUES_MAX, 2, Integer.MAX_VALUE), 10, 0);
    for (var i = 0; i < 5_000; i++) {
      var ticket = new Ticket(1, new SplittableRandom(i).nextLong());
      assertEquals(Arrival.RUNNING, level.arrive(ticket, i));
      level.finish(ticket, i);
    }
    assertTrue(level.isIdle());
  }

  @Test
  void timeThatGoesBackAndTimeThatJumpsDoNoHarm() {
    var level = new FairQueues(Shape.queue(4, 2, 50), 1, 0);
    var first = new Ticket(1, 0);
    level.arrive(first, Long.MAX_VALUE / 4);
    var second = new Ticket(1, 1);
    level.arrive(second, 0);
    level.finish(first, Long.MAX_VALUE / 2);
    assertEquals(List.of(second), level.takeStarted());
    var third = new Ticket(1, 2);
    assertEquals(Arrival.WAITING, level.arrive(third, 5));
    level.finish(second, Long.MAX_VALUE - 1);
    assertEquals(List.of(third), level.takeStarted());
  }

  /** A flood of many requests gets no more than a flow that sends few, if both want more. */
  @ParameterizedTest
  @CsvSource({"1,1,1", "5,1,2", "1,7,3", "10,3,4"})
  void busyFlowsShareSeatsWhateverTheirRequestsAreLike(int width, int slowness, long seed) {
    var random = new SplittableRandom(seed);
    var level = new FairQueues(Shape.queue(64, 6, 200), 20, 0);
    var simulation = new Simulation(level);
    // The flood keeps 600 requests waiting, the other flow 40.
    for (var step = 0; step < 200_000; step++) {
      simulation.refill(1, 600, width, slowness * MILLI, random);
      simulation.refill(2, 40, 1, MILLI, random);
      simulation.step(MILLI / 4);
    }
    var flood = (double) simulation.seatTime.getOrDefault(1L, 0L);
    var other = (double) simulation.seatTime.getOrDefault(2L, 0L);
    // The flood is dealt several queues, and may meet the other flow in one of them.
    assertTrue(other > flood / 8, "the flood had " + flood + ", the other flow " + other);
    assertTrue(simulation.waitedMost.getOrDefault(2L, 0L) < 1000 * MILLI);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void whateverHappensLimitsHoldAndSeatsComeBack(long seed) {
    var random = new SplittableRandom(seed);
    var level = new FairQueues(Shape.queue(16, 4, 5), 8, 0);
    var running = new ArrayList<Ticket>();
    var waiting = new ArrayList<Ticket>();
    var now = 0L;
    var limit = 8;
    for (var step = 0; step < 20_000; step++) {
      now += random.nextLong(MILLI);
      var before = level.seatsInUse();
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3, 4 -> {
          var ticket = new Ticket(1 + random.nextInt(4), random.nextLong(6));
          switch (level.arrive(ticket, now)) {
            case RUNNING -> running.add(ticket);
            case WAITING -> waiting.add(ticket);
            case QUEUE_FULL, NO_SEAT -> assertFalse(level.hasRoomFor(ticket.seats()));
          }
        }
        case 5, 6, 7, 8 -> {
          if (!running.isEmpty()) {
            level.finish(running.remove(random.nextInt(running.size())), now);
          }
        }
        case 9 -> {
          if (!waiting.isEmpty()) {
            assertTrue(level.abandon(waiting.remove(random.nextInt(waiting.size())), now));
          }
        }
        case 10 -> {
          limit = random.nextInt(12);
          level.limit(limit, now);
        }
        default -> level.become(anyShape(random), now);
      }
      var started = level.takeStarted();
      assertTrue(waiting.containsAll(started));
      waiting.removeAll(started);
      running.addAll(started);
      check(level, running, waiting);
      if (level.seatsInUse() > before) {
        assertTrue(level.seatsInUse() <= limit || running.size() == 1, "more seats than there are");
      }
      if (!waiting.isEmpty()) {
        assertFalse(running.isEmpty() && limit > 0, "somebody waits and nobody runs");
      }
    }
    finishAll(level, running, now);
  }

  private static Shape anyShape(SplittableRandom random) {
    return random.nextInt(4) == 0 ? Shape.REJECT : Shape.queue(1 + random.nextInt(30), 1, 5);
  }

  private static void finishAll(FairQueues level, List<Ticket> running, long now) {
    level.limit(100, now);
    running.addAll(level.takeStarted());
    for (var i = 0; i < running.size(); i++) {
      level.finish(running.get(i), now);
      running.addAll(level.takeStarted());
    }
    assertTrue(level.isIdle());
    assertEquals(0, level.seatsInUse() + level.seatsWaiting());
  }

  private static void check(FairQueues level, List<Ticket> running, List<Ticket> waiting) {
    assertEquals(running.size(), level.executing());
    assertEquals(waiting.size(), level.waiting());
    assertEquals(running.stream().mapToInt(Ticket::seats).sum(), level.seatsInUse());
    assertEquals(waiting.stream().mapToInt(Ticket::seats).sum(), level.seatsWaiting());
  }

  @ParameterizedTest
  @CsvSource({"1,1", "64,8", "128,6", "16,4", "10000000,2", "2,2"})
  void handsAreOfDifferentQueues(int queues, int size) {
    var random = new SplittableRandom(1);
    var hand = new int[size];
    for (var i = 0; i < 2_000; i++) {
      Hand.deal(random.nextLong(), queues, hand);
      var seen = new HashSet<Integer>();
      for (var each : hand) {
        assertTrue(each >= 0 && each < queues && seen.add(each));
      }
    }
  }

  @Test
  void flowsAreSpreadOverAllQueues() {
    var random = new SplittableRandom(2);
    var counts = new int[16];
    var hand = new int[4];
    for (var i = 0; i < 16_000; i++) {
      Hand.deal(random.nextLong(), 16, hand);
      for (var each : hand) {
        counts[each]++;
      }
    }
    for (var count : counts) {
      assertTrue(count > 3_600 && count < 4_400, "a queue was dealt " + count + " times");
    }
  }

  /** Flows that send again as soon as they may. */
  private static final class Simulation {
    private final FairQueues level;
    private final Map<Long, Integer> present = new TreeMap<>();
    private final Map<Long, Long> seatTime = new TreeMap<>();
    private final Map<Long, Long> waitedMost = new TreeMap<>();
    private final List<Running> running = new ArrayList<>();
    private final IdentityHashMap<Ticket, Long> arrivedAt = new IdentityHashMap<>();
    private final IdentityHashMap<Ticket, Long> takes = new IdentityHashMap<>();
    private long now;

    private record Running(Ticket ticket, long end) {}

    Simulation(FairQueues level) {
      this.level = level;
    }

    void refill(long flow, int wanted, int width, long took, SplittableRandom random) {
      while (present.getOrDefault(flow, 0) < wanted) {
        // Flow 1 has the number 1 and so on, mixed as a shell would.
        var ticket = new Ticket(width, flow * 0x9e3779b97f4a7c15L);
        takes.put(ticket, took / 2 + random.nextLong(took));
        arrivedAt.put(ticket, now);
        var arrival = level.arrive(ticket, now);
        if (arrival == Arrival.QUEUE_FULL) {
          return;
        }
        present.merge(flow, 1, Integer::sum);
        if (arrival == Arrival.RUNNING) {
          run(ticket);
        }
      }
    }

    private void run(Ticket ticket) {
      var flow = ticket.flow() == 0x9e3779b97f4a7c15L ? 1L : 2L;
      waitedMost.merge(flow, now - arrivedAt.getOrDefault(ticket, 0L), Math::max);
      running.add(new Running(ticket, now + takes.getOrDefault(ticket, 0L)));
    }

    void step(long nanos) {
      now += nanos;
      for (var each : List.copyOf(running)) {
        if (each.end <= now) {
          running.remove(each);
          var flow = each.ticket.flow() == 0x9e3779b97f4a7c15L ? 1L : 2L;
          seatTime.merge(
              flow, each.ticket.seats() * takes.getOrDefault(each.ticket, 0L), Long::sum);
          present.merge(flow, -1, Integer::sum);
          arrivedAt.remove(each.ticket);
          takes.remove(each.ticket);
          level.finish(each.ticket, now);
          level.takeStarted().forEach(this::run);
        }
      }
    }
  }

  @Test
  void whatARequestSetsOffKeepsSeatsAfterItsEnd() {
    var level = new FairQueues(new Shape(Shape.Response.QUEUE, 1, 1, 10), 4, 0);
    var write = new Ticket(1, 3, 5_000_000, 0);
    assertEquals(3, write.seats());
    assertEquals(Arrival.RUNNING, level.arrive(write, 0));
    assertEquals(Arrival.RUNNING, level.arrive(new Ticket(1, 0), 0));
    var second = new Ticket(1, 0);
    assertEquals(Arrival.WAITING, level.arrive(second, 0));
    level.finish(write, 1_000_000);
    assertEquals(1, level.executing());
    assertEquals(4, level.seatsInUse());
    assertEquals(List.of(), level.takeStarted());
    level.settle(write, 6_000_000);
    assertEquals(List.of(second), level.takeStarted());
    assertEquals(2, level.seatsInUse());
  }
}
