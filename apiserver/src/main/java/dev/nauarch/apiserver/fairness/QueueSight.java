package dev.nauarch.apiserver.fairness;

import java.util.List;

/**
 * A queue at one moment, for people.
 *
 * @param waiting who waits in it, the next one first
 * @param executing how many run from it, or have set off what goes on
 * @param seatsInUse the seats of these
 * @param nextSeconds the virtual time at which its next request would begin, from now
 * @param workSeconds what those who wait will take, in seconds of one seat, as far as is guessed
 */
public record QueueSight(
    int index,
    List<Ticket> waiting,
    int executing,
    int seatsInUse,
    double nextSeconds,
    double workSeconds) {

  private static final double NANOS_PER_SECOND = 1e9;

  static QueueSight of(FairQueue queue, long virtual, long guessNanos) {
    return new QueueSight(
        queue.index,
        List.copyOf(queue.waiting),
        queue.executing,
        queue.seatsInUse,
        (queue.nextVirtual - virtual) / NANOS_PER_SECOND,
        queue.waiting.stream().mapToLong(ticket -> ticket.work(guessNanos)).sum()
            / NANOS_PER_SECOND);
  }
}
