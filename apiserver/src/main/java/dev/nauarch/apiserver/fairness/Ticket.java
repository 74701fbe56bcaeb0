package dev.nauarch.apiserver.fairness;

import org.jspecify.annotations.Nullable;

/**
 * A request, as the queues see it. What a shell has to remember of one it adds in a class of its
 * own. Used by one call of its {@link FairQueues} at a time.
 */
public class Ticket {

  /** Where a request is. */
  enum State {
    NEW,
    WAITING,
    RUNNING,
    GONE
  }

  private final int seats;
  private final long flow;
  State state = State.NEW;
  @Nullable FairQueue queue;
  long arrivedVirtual;
  long startedNanos;

  /**
   * A request that has not come yet.
   *
   * @param seats how many it takes while it runs, at least 1
   * @param flow the number of its flow; requests of one flow share a hand of queues
   */
  public Ticket(int seats, long flow) {
    this.seats = seats;
    this.flow = flow;
  }

  /** How many seats it takes while it runs. */
  public final int seats() {
    return seats;
  }

  final long flow() {
    return flow;
  }
}
