package dev.nauarch.kernel;

import java.time.Instant;

/**
 * Where a loop takes the events for its core from.
 *
 * @param <E> what the core is told
 */
public interface Inbox<E> {

  /**
   * Hands over an event, as soon as there is room for it.
   *
   * @return whether it was taken; false once the loop has ended
   */
  boolean offer(E event);

  /**
   * Hands over an event that the core is to be told at an instant, or at once where that has
   * passed.
   *
   * @return whether it was taken; false once the loop has ended
   */
  boolean offerAt(Instant due, E event);
}
