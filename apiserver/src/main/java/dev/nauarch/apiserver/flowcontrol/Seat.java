package dev.nauarch.apiserver.flowcontrol;

import dev.nauarch.apiserver.fairness.Ticket;
import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.request.Response;
import dev.nauarch.apiserver.request.Turns;
import java.util.List;

/** A request that wants seats of a level, has them, or had them. */
final class Seat extends Ticket implements Turns.Turn {

  private final Thread waiter = Thread.currentThread();

  /** Set when it may go on, by the thread that made room for it. */
  volatile boolean isCalled;

  // Guarded by the lock of its level.
  boolean hasEnded;

  private final Flow flow;
  private final Asked asked;
  private final long arrivedNanos;

  /**
   * What somebody asks for.
   *
   * @param watchers is told while a watch goes on
   */
  record Asked(User user, Attributes wanted, Watchers watchers) {}

  /**
   * How much a request takes.
   *
   * @param seats while it runs
   * @param finalSeats what it sets off
   * @param lingerNanos how long that goes on
   */
  record Estimate(int seats, int finalSeats, long lingerNanos) {
    static Estimate of(int seats) {
      return new Estimate(seats, 0, 0);
    }
  }

  /**
   * @param number of its flow
   * @param arrivedNanos when it came
   */
  Seat(Flow flow, Estimate estimate, long number, Asked asked, long arrivedNanos) {
    super(estimate.seats, estimate.finalSeats, estimate.lingerNanos, number);
    this.flow = flow;
    this.asked = asked;
    this.arrivedNanos = arrivedNanos;
  }

  Asked asked() {
    return asked;
  }

  long arrivedNanos() {
    return arrivedNanos;
  }

  Flow flow() {
    return flow;
  }

  /** The thread that wants the seats. */
  Thread waiter() {
    return waiter;
  }

  @Override
  public List<Response.Header> headers() {
    return flow.headers();
  }

  @Override
  public void streaming(boolean isGoingOn) {
    if (asked.wanted.verb().equals("watch")) {
      asked.watchers.count(asked.wanted, isGoingOn ? 1 : -1);
    }
  }

  @Override
  public void end() {
    flow.level().end(this);
  }
}
