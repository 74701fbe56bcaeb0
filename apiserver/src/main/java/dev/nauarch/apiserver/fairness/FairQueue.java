package dev.nauarch.apiserver.fairness;

import java.util.ArrayDeque;

/** One queue of a level. Its owner keeps the sums of the level. */
final class FairQueue {

  final int index;
  final ArrayDeque<Ticket> waiting = new ArrayDeque<>(2);
  int executing;
  int seatsInUse;
  int seatsWaiting;

  /** The virtual time, in nanoseconds of one seat, at which its next request would begin. */
  long nextVirtual;

  FairQueue(int index) {
    this.index = index;
  }

  boolean isIdle() {
    return executing == 0 && waiting.isEmpty();
  }

  /**
   * A queue that was not used gains nothing by that: its next request begins no earlier than now.
   */
  void bound() {
    var oldest = waiting.peekFirst();
    if (oldest != null && nextVirtual < oldest.arrivedVirtual) {
      nextVirtual = oldest.arrivedVirtual;
    }
  }
}
