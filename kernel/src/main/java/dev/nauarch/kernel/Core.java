package dev.nauarch.kernel;

import java.time.Instant;
import java.util.List;

/**
 * A deterministic state machine: the same events at the same instants give the same commands.
 *
 * <p>An implementation owns its state, is called by one thread, never blocks, and never reads a
 * clock, a random source, a file or a socket. A command that failed comes back as an event; a timer
 * is a command that comes back as an event.
 *
 * @param <E> what the core is told
 * @param <C> what the core wants done
 */
public interface Core<E, C> {

  /**
   * Takes one batch of events, decides once, and says what to do.
   *
   * @param events everything that has happened since the last call, in order of arrival
   * @param now the instant of this decision; never before the instant of an earlier call
   * @return commands in the order in which they are to be carried out
   */
  List<C> on(List<? extends E> events, Instant now);
}
