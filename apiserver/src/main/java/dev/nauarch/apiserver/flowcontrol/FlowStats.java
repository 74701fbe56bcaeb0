package dev.nauarch.apiserver.flowcontrol;

import java.util.concurrent.atomic.LongAdder;

/** What happened to the requests of a flow schema at a level. */
final class FlowStats {

  final LongAdder dispatched = new LongAdder();
  final LongAdder queueFull = new LongAdder();
  final LongAdder noSeat = new LongAdder();
  final LongAdder timedOut = new LongAdder();
  final WaitTimes waits = new WaitTimes();

  private volatile int executing;
  private volatile int executingSeats;
  private volatile int waiting;
  private volatile int waitingSeats;

  /** A request begins, or ends. Called under the lock of the level, so that no update is lost. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // volatile for those who only look
  void run(int requests, int seats) {
    executing += requests;
    executingSeats += seats;
  }

  /** A request begins to wait, or waits no more. Called under the lock of the level. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // volatile for those who only look
  void await(int requests, int seats) {
    waiting += requests;
    waitingSeats += seats;
  }

  int executing() {
    return executing;
  }

  int executingSeats() {
    return executingSeats;
  }

  int waiting() {
    return waiting;
  }

  int waitingSeats() {
    return waitingSeats;
  }

  long rejected() {
    return queueFull.sum() + noSeat.sum() + timedOut.sum();
  }
}
