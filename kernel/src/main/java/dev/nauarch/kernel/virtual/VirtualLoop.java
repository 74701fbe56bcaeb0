package dev.nauarch.kernel.virtual;

import dev.nauarch.kernel.Agenda;
import dev.nauarch.kernel.Core;
import dev.nauarch.kernel.Effects;
import dev.nauarch.kernel.Inbox;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Drives a core by a clock that jumps from one event to the next. One thread uses it.
 *
 * <p>Events that are due at the same instant reach the core as one batch, in order of arrival; what
 * the batch's commands offer for that same instant makes the next batch. Chance enters through the
 * effects, which own a seeded {@link dev.nauarch.kernel.Randomness}.
 *
 * @param <E> what the core is told
 * @param <C> what the core wants done
 */
public final class VirtualLoop<E, C> implements Inbox<E> {
  private final Core<E, C> core;
  private final Effects<E, C> effects;
  private final Agenda<E> agenda = new Agenda<>();
  private Instant now;

  /**
   * @param core the core, which nothing else may drive
   * @param effects carries out the core's commands in the simulated world
   * @param start the first instant
   */
  public VirtualLoop(Core<E, C> core, Effects<E, C> effects, Instant start) {
    this.core = core;
    this.effects = effects;
    this.now = start;
  }

  /** The instant that the simulation has reached. */
  public Instant now() {
    return now;
  }

  @Override
  public boolean offer(E event) {
    return offerAt(now, event);
  }

  @Override
  public boolean offerAt(Instant due, E event) {
    agenda.add(due.isBefore(now) ? now : due, event);
    return true;
  }

  /** When the next event is due; empty where nothing will ever happen again. */
  public Optional<Instant> nextDue() {
    return agenda.nextDue();
  }

  /** Tells the core everything that is due up to an instant, that one included. */
  public void runUntil(Instant end) {
    Optional<Instant> next = agenda.nextDue();
    while (next.isPresent() && !next.get().isAfter(end)) {
      now = next.get();
      List<E> due = agenda.takeDue(now);
      for (C command : core.on(due, now)) {
        effects.carryOut(command, now, this);
      }
      next = agenda.nextDue();
    }
    if (now.isBefore(end)) {
      now = end;
    }
  }
}
