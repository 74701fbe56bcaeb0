package dev.nauarch.apiserver.fairness;

import dev.nauarch.apiserver.fairness.Ticket.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The requests of one priority level: who runs, who waits, who is next.
 *
 * <p>Fair queuing as in KEP-1040: a virtual time runs as fast as one busy queue would be served if
 * all were served at once. The queue whose next request would end first in virtual time is served
 * next; what a request will take is guessed, and put right when it has ended. So each busy queue
 * gets the same share of the seats, however many requests it holds and however wide they are.
 *
 * <p>Every call is told the time, in nanoseconds of a clock that does not go back (where it does,
 * no time has passed). Not for several threads at once.
 */
public final class FairQueues {

  /** What a request is thought to take until it is known. */
  private static final long GUESS_NANOS = 3_000_000;

  /** Virtual times are moved back before they come near the end of what a long holds. */
  private static final long VIRTUAL_MAX = 1L << 61;

  /** Queues that are idle are kept for the next request, but not all of millions. */
  private static final int IDLE_QUEUES_MAX = 256;

  /** What becomes of a request that comes. */
  public enum Arrival {
    /** It runs. */
    RUNNING,
    /** It waits. */
    WAITING,
    /** Its queue is full. */
    QUEUE_FULL,
    /** All seats are taken, and nothing waits here. */
    NO_SEAT
  }

  private final Map<Integer, FairQueue> queues = new HashMap<>();
  private final List<FairQueue> waitingQueues = new ArrayList<>();
  private final List<Ticket> started = new ArrayList<>();
  private final Set<Ticket> running = new LinkedHashSet<>();
  private final Demand.Meter meter;
  private Shape shape;
  private int[] hand;
  private int limit;
  private long virtual;
  private long nowNanos;
  private int active;
  private int executing;
  private int waiting;
  private int seatsInUse;
  private int seatsWaiting;
  private int dealt;
  private int robin;

  /**
   * A level without requests.
   *
   * @param limit how many seats it has
   * @param nowNanos the time
   */
  public FairQueues(Shape shape, int limit, long nowNanos) {
    this.shape = shape;
    this.hand = new int[shape.hand()];
    this.limit = limit;
    this.nowNanos = nowNanos;
    this.meter = new Demand.Meter(nowNanos);
  }

  /** Changes what is done with those who come; those who wait stay where they are. */
  public void become(Shape other, long now) {
    advance(now);
    shape = other;
    hand = new int[other.hand()];
    dispatch();
  }

  /** Changes how many seats there are; who has one keeps it. */
  public void limit(int seats, long now) {
    advance(now);
    limit = seats;
    dispatch();
  }

  /** Whether a request of so many seats would run at once. */
  public boolean hasRoomFor(int seats) {
    return waiting == 0 && fits(seats);
  }

  /** A request comes. */
  public Arrival arrive(Ticket ticket, long now) {
    advance(now);
    ticket.arrivedVirtual = virtual;
    if (shape.response() != Shape.Response.QUEUE) {
      if (!fits(ticket.seats())) {
        ticket.state = State.GONE;
        return Arrival.NO_SEAT;
      }
      run(ticket);
      measure();
      return Arrival.RUNNING;
    }
    var queue = choose(ticket.flow());
    if (seatsInUse >= limit && queue.waiting.size() >= shape.length()) {
      ticket.state = State.GONE;
      return Arrival.QUEUE_FULL;
    }
    enqueue(ticket, queue);
    dispatch();
    started.remove(ticket);
    return ticket.state == State.RUNNING ? Arrival.RUNNING : Arrival.WAITING;
  }

  /** A request that ran has ended. */
  public void finish(Ticket ticket, long now) {
    if (ticket.state != State.RUNNING) {
      throw new IllegalStateException("the request does not run");
    }
    advance(now);
    executing--;
    running.remove(ticket);
    var queue = ticket.queue;
    if (queue != null) {
      var took = Math.max(0, nowNanos - ticket.startedNanos);
      queue.nextVirtual += ticket.initialSeats() * (took - GUESS_NANOS);
      queue.bound();
    }
    if (ticket.lingerNanos() > 0) {
      ticket.state = State.LINGERING;
      vacate(ticket, ticket.seats() - ticket.finalSeats());
    } else {
      vacate(ticket, ticket.seats());
      leave(ticket);
    }
    dispatch();
  }

  /** What a request has set off is over, as long after its end as was said when it came. */
  public void settle(Ticket ticket, long now) {
    if (ticket.state != State.LINGERING) {
      throw new IllegalStateException("the request has set off nothing");
    }
    advance(now);
    vacate(ticket, ticket.finalSeats());
    leave(ticket);
    dispatch();
  }

  private void vacate(Ticket ticket, int seats) {
    seatsInUse -= seats;
    if (ticket.queue != null) {
      ticket.queue.seatsInUse -= seats;
    }
  }

  private void leave(Ticket ticket) {
    ticket.state = State.GONE;
    if (ticket.queue != null) {
      ticket.queue.executing--;
      rest(ticket.queue);
    }
  }

  /**
   * A request no longer wants to wait.
   *
   * @return whether it still waited; it runs otherwise
   */
  public boolean abandon(Ticket ticket, long now) {
    var queue = ticket.queue;
    if (ticket.state != State.WAITING || queue == null) {
      return false;
    }
    advance(now);
    ticket.state = State.GONE;
    queue.waiting.remove(ticket);
    leave(ticket, queue);
    queue.bound();
    rest(queue);
    dispatch();
    return true;
  }

  /** Those who waited and run since this was last asked. */
  public List<Ticket> takeStarted() {
    if (started.isEmpty()) {
      return List.of();
    }
    var taken = List.copyOf(started);
    started.clear();
    return taken;
  }

  /** The demand since this was last asked. */
  public Demand takeDemand(long now) {
    return meter.take(now);
  }

  /** Whether nobody runs or waits. */
  public boolean isIdle() {
    return executing == 0 && waiting == 0;
  }

  /** How many run. */
  public int executing() {
    return executing;
  }

  /** How many wait. */
  public int waiting() {
    return waiting;
  }

  /** The seats of those who run. */
  public int seatsInUse() {
    return seatsInUse;
  }

  /** The seats of those who wait. */
  public int seatsWaiting() {
    return seatsWaiting;
  }

  /** How many seats there are. */
  public int limit() {
    return limit;
  }

  /** Those who run, in the order in which they began to. */
  public List<Ticket> running() {
    return List.copyOf(running);
  }

  /** The queues that somebody waits in or runs from, by index. */
  public List<QueueSight> sights() {
    return queues.values().stream()
        .filter(queue -> !queue.isIdle())
        .sorted(Comparator.comparingInt(queue -> queue.index))
        .map(queue -> QueueSight.of(queue, virtual, GUESS_NANOS))
        .toList();
  }

  /** The index of the queue that a request came from; -1 for none. */
  public static int queueOf(Ticket ticket) {
    return ticket.queue == null ? -1 : ticket.queue.index;
  }

  /** How many queues have somebody who waits. */
  public int queuesWaiting() {
    return waitingQueues.size();
  }

  private void advance(long now) {
    var passed = now - nowNanos;
    if (passed <= 0) {
      return;
    }
    nowNanos = now;
    if (active == 0) {
      virtual = 0;
      return;
    }
    virtual += passed * Math.min(seatsInUse + seatsWaiting, limit) / active;
    if (virtual > VIRTUAL_MAX) {
      var back = virtual;
      virtual = 0;
      for (var queue : queues.values()) {
        queue.nextVirtual -= back;
        queue.waiting.forEach(ticket -> ticket.arrivedVirtual -= back);
      }
    }
  }

  /** The queue of the hand with the least work before it; those that are equal take turns. */
  private FairQueue choose(long flow) {
    Hand.deal(flow, shape.queues(), hand);
    var offset = dealt % hand.length;
    dealt = offset + 1;
    var best = hand[offset];
    if (waiting > 0) {
      var least = Integer.MAX_VALUE;
      for (var i = 0; i < hand.length; i++) {
        var index = hand[(offset + i) % hand.length];
        var queue = queues.get(index);
        var seats = queue == null ? 0 : queue.seatsWaiting;
        if (seats < least) {
          least = seats;
          best = index;
        }
      }
    }
    return queues.computeIfAbsent(best, FairQueue::new);
  }

  private void enqueue(Ticket ticket, FairQueue queue) {
    if (queue.isIdle()) {
      queue.nextVirtual = virtual;
      active++;
    }
    if (queue.waiting.isEmpty()) {
      waitingQueues.add(queue);
    }
    ticket.queue = queue;
    ticket.state = State.WAITING;
    queue.waiting.addLast(ticket);
    queue.seatsWaiting += ticket.seats();
    queue.bound();
    waiting++;
    seatsWaiting += ticket.seats();
  }

  private void leave(Ticket ticket, FairQueue queue) {
    queue.seatsWaiting -= ticket.seats();
    waiting--;
    seatsWaiting -= ticket.seats();
    if (queue.waiting.isEmpty()) {
      waitingQueues.remove(queue);
    }
  }

  private void rest(FairQueue queue) {
    if (queue.isIdle()) {
      active--;
      if (queues.size() > IDLE_QUEUES_MAX || queue.index >= shape.queues()) {
        queues.remove(queue.index);
      }
    }
  }

  private void dispatch() {
    while (waiting > 0 && (seatsInUse < limit || shape.response() == Shape.Response.EXEMPT)) {
      var queue = next();
      var ticket = queue.waiting.getFirst();
      if (!fits(ticket.seats())) {
        break;
      }
      robin = waitingQueues.indexOf(queue) + 1;
      queue.waiting.removeFirst();
      leave(ticket, queue);
      queue.executing++;
      queue.seatsInUse += ticket.seats();
      queue.nextVirtual += ticket.work(GUESS_NANOS);
      queue.bound();
      run(ticket);
      started.add(ticket);
    }
    measure();
  }

  /** The waiting queue whose next request would end first; those that are equal take turns. */
  private FairQueue next() {
    var count = waitingQueues.size();
    var best = waitingQueues.get(robin % count);
    var bestEnd = end(best);
    for (var i = 1; i < count; i++) {
      var queue = waitingQueues.get((robin + i) % count);
      var end = end(queue);
      if (end < bestEnd) {
        best = queue;
        bestEnd = end;
      }
    }
    return best;
  }

  private static long end(FairQueue queue) {
    return queue.nextVirtual + queue.waiting.getFirst().work(GUESS_NANOS);
  }

  private void run(Ticket ticket) {
    ticket.state = State.RUNNING;
    ticket.startedNanos = nowNanos;
    executing++;
    running.add(ticket);
    seatsInUse += ticket.seats();
  }

  /** A request that is wider than the level runs alone. */
  private boolean fits(int seats) {
    return shape.response() == Shape.Response.EXEMPT
        || (seats > limit ? executing == 0 : seatsInUse + seats <= limit);
  }

  private void measure() {
    meter.set(seatsInUse + seatsWaiting, nowNanos);
  }
}
