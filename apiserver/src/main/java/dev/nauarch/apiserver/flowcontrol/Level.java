package dev.nauarch.apiserver.flowcontrol;

import dev.nauarch.apiserver.fairness.Allocation;
import dev.nauarch.apiserver.fairness.Demand;
import dev.nauarch.apiserver.fairness.FairQueues;
import dev.nauarch.apiserver.fairness.QueueSight;
import dev.nauarch.apiserver.fairness.Shape;
import dev.nauarch.apiserver.fairness.Ticket;
import dev.nauarch.apiserver.request.Turns;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;

/**
 * A priority level: the lock around its {@link FairQueues}, and the threads that wait. The lock is
 * held for the time of one decision.
 */
final class Level {

  private static final Turns.NotNow NOT_NOW = new Turns.NotNow();

  private final String name;
  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock();
  private final FairQueues queues;
  private volatile Settings settings;
  private volatile Demand demand = Demand.NONE;
  private volatile double smoothed;

  /**
   * What a level is by configuration.
   *
   * @param uid of its object; empty for one that is not stored
   * @param shape what it does with requests beyond its limit
   * @param shares how much of the server it has
   * @param bounds the same in seats
   * @param isLeaving whether its object is gone
   */
  record Settings(
      String uid, Shape shape, long shares, Allocation.Bounds bounds, boolean isLeaving) {}

  Level(String name, Settings settings, LongSupplier nanoClock) {
    this.name = name;
    this.settings = settings;
    this.nanoClock = nanoClock;
    this.queues =
        new FairQueues(settings.shape(), settings.bounds().initial(), nanoClock.getAsLong());
  }

  String name() {
    return name;
  }

  String uid() {
    return settings.uid;
  }

  Settings settings() {
    return settings;
  }

  boolean isExempt() {
    return settings.shape.response() == Shape.Response.EXEMPT;
  }

  /**
   * Waits for the seats of a request.
   *
   * @param mayWait whether this thread may wait
   * @param patienceNanos how long it waits at most
   */
  Turns.Outcome take(Seat seat, boolean mayWait, long patienceNanos) {
    var begin = nanoClock.getAsLong();
    var flow = seat.flow();
    var stats = flow.stats();
    FairQueues.Arrival arrival;
    List<Ticket> started;
    lock.lock();
    try {
      if (!mayWait
          && settings.shape.response() == Shape.Response.QUEUE
          && !queues.hasRoomFor(seat.seats())) {
        return NOT_NOW;
      }
      arrival = queues.arrive(seat, begin);
      started = queues.takeStarted();
      if (arrival == FairQueues.Arrival.RUNNING) {
        run(seat, 1);
      } else if (arrival == FairQueues.Arrival.WAITING) {
        await(seat, 1);
      }
      move(started);
    } finally {
      lock.unlock();
    }
    call(started);
    return switch (arrival) {
      case RUNNING -> seated(seat, 0);
      case WAITING -> await(seat, begin, patienceNanos);
      case QUEUE_FULL -> {
        stats.queueFull.increment();
        yield new Turns.Refused(flow.headers());
      }
      case NO_SEAT -> {
        stats.noSeat.increment();
        yield new Turns.Refused(flow.headers());
      }
    };
  }

  private Turns.Outcome seated(Seat seat, long waitedNanos) {
    seat.flow().stats().dispatched.increment();
    seat.flow().stats().waits.add(waitedNanos);
    return seat;
  }

  private Turns.Outcome await(Seat seat, long begin, long patienceNanos) {
    var isInterrupted = false;
    while (!seat.isCalled) {
      var left = patienceNanos - (nanoClock.getAsLong() - begin);
      isInterrupted |= Thread.interrupted();
      if ((left <= 0 || isInterrupted) && abandon(seat)) {
        break;
      }
      LockSupport.parkNanos(this, left);
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
    if (seat.isCalled) {
      return seated(seat, nanoClock.getAsLong() - begin);
    }
    seat.flow().stats().timedOut.increment();
    return new Turns.Refused(seat.flow().headers());
  }

  private boolean abandon(Seat seat) {
    return change(
        now -> {
          if (!queues.abandon(seat, now)) {
            return false;
          }
          await(seat, -1);
          return true;
        });
  }

  /** Gives the seats of a request back. */
  void end(Seat seat) {
    var hasEnded =
        change(
            now -> {
              if (seat.hasEnded) {
                return false;
              }
              seat.hasEnded = true;
              queues.finish(seat, now);
              run(seat, -1);
              return true;
            });
    if (hasEnded && seat.lingerNanos() > 0) {
      Thread.ofVirtual().name("flow-control-settling").start(() -> settle(seat));
    }
  }

  /** Keeps the seats of what a request has set off until that is over. */
  private void settle(Seat seat) {
    var end = nanoClock.getAsLong() + seat.lingerNanos();
    for (var left = seat.lingerNanos(); left > 0; left = end - nanoClock.getAsLong()) {
      LockSupport.parkNanos(left);
    }
    change(
        now -> {
          queues.settle(seat, now);
          return true;
        });
  }

  void become(Settings other) {
    settings = other;
    change(
        now -> {
          queues.become(other.shape, now);
          return true;
        });
  }

  void limit(int seats) {
    change(
        now -> {
          queues.limit(seats, now);
          return true;
        });
  }

  /**
   * Changes the queues, and has those go on whose turn comes by that.
   *
   * @param how is given the time, and says whether it has changed anything
   * @return what it says
   */
  private boolean change(LongPredicate how) {
    List<Ticket> started;
    lock.lock();
    try {
      if (!how.test(nanoClock.getAsLong())) {
        return false;
      }
      started = queues.takeStarted();
      move(started);
    } finally {
      lock.unlock();
    }
    call(started);
    return true;
  }

  /** Looks at what it wanted since it was last looked at, and says what it claims. */
  Allocation.Claim claim() {
    lock.lock();
    try {
      demand = queues.takeDemand(nanoClock.getAsLong());
    } finally {
      lock.unlock();
    }
    smoothed = Allocation.smoothed(smoothed, demand);
    return new Allocation.Claim(isExempt(), settings.bounds, demand.most(), smoothed);
  }

  /** A moment of it, for people. */
  record Sight(
      int limit,
      int executing,
      int waiting,
      int seatsInUse,
      int seatsWaiting,
      int queuesWaiting,
      Demand demand,
      double smoothed,
      List<QueueSight> queues,
      List<Ticket> running) {}

  Sight sight() {
    lock.lock();
    try {
      return new Sight(
          queues.limit(),
          queues.executing(),
          queues.waiting(),
          queues.seatsInUse(),
          queues.seatsWaiting(),
          queues.queuesWaiting(),
          demand,
          smoothed,
          queues.sights(),
          queues.running());
    } finally {
      lock.unlock();
    }
  }

  boolean isIdle() {
    lock.lock();
    try {
      return queues.isIdle();
    } finally {
      lock.unlock();
    }
  }

  private static void move(List<Ticket> started) {
    for (var ticket : started) {
      await((Seat) ticket, -1);
      run((Seat) ticket, 1);
    }
  }

  private static void run(Seat seat, int sign) {
    seat.flow().stats().run(sign, sign * seat.seats());
  }

  private static void await(Seat seat, int sign) {
    seat.flow().stats().await(sign, sign * seat.seats());
  }

  private static void call(List<Ticket> started) {
    for (var ticket : started) {
      var seat = (Seat) ticket;
      seat.isCalled = true;
      LockSupport.unpark(seat.waiter());
    }
  }
}
