package dev.nauarch.kernel;

import java.time.Instant;

/**
 * Carries out what a core commands. What comes of a command, failure included, goes back into the
 * inbox as an event; an exception thrown from here is a bug and ends the loop.
 *
 * @param <E> what the core is told
 * @param <C> what the core wants done
 */
@FunctionalInterface
public interface Effects<E, C> {

  /**
   * Carries out one command.
   *
   * @param now the instant of the decision
   * @param inbox where the command's result and its timers go
   */
  void carryOut(C command, Instant now, Inbox<E> inbox);
}
