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
    /** It was answered, and what it has set off takes its seats still. */
    LINGERING,
    GONE
  }

  private final int seats;
  private final int finalSeats;
  private final long lingerNanos;
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
    this(seats, 0, 0, flow);
  }

  /**
   * A request that has not come yet and sets off work that goes on after its answer.
   *
   * @param seats how many it takes while it runs, at least 1
   * @param finalSeats how many that work takes
   * @param lingerNanos for how long; 0 for a request that sets off nothing
   * @param flow the number of its flow; requests of one flow share a hand of queues
   */
  public Ticket(int seats, int finalSeats, long lingerNanos, long flow) {
    this.seats = seats;
    this.finalSeats = finalSeats;
    this.lingerNanos = lingerNanos;
    this.flow = flow;
  }

  /** How many seats are kept for it while it runs: what it sets off must have its place too. */
  public final int seats() {
    return Math.max(seats, finalSeats);
  }

  /** How many seats the request itself takes. */
  public final int initialSeats() {
    return seats;
  }

  /** How many seats what it sets off takes. */
  public final int finalSeats() {
    return finalSeats;
  }

  /** How long what it sets off goes on. */
  public final long lingerNanos() {
    return lingerNanos;
  }

  /** When it began to run, by the clock of its queues; where it has. */
  public final long startedNanos() {
    return startedNanos;
  }

  /** What it takes of its queue's share where the request itself takes so long. */
  final long work(long nanos) {
    return seats * nanos + finalSeats * lingerNanos;
  }

  final long flow() {
    return flow;
  }
}
