package dev.nauarch.apiserver.flowcontrol;

import dev.nauarch.apiserver.fairness.Ticket;
import dev.nauarch.apiserver.request.Response;
import dev.nauarch.apiserver.request.Turns;
import java.util.List;

/** A request that wants seats of a level, has them, or had them. */
final class Seat extends Ticket implements Turns.Turn {

  private final Flow flow;
  private final Thread waiter = Thread.currentThread();

  /** Set when it may go on, by the thread that made room for it. */
  volatile boolean isCalled;

  // Guarded by the lock of its level.
  boolean hasEnded;

  /**
   * @param number of its flow
   */
  Seat(Flow flow, int seats, long number) {
    super(seats, number);
    this.flow = flow;
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
  public void end() {
    flow.level().end(this);
  }
}
