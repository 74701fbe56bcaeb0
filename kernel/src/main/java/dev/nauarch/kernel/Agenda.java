package dev.nauarch.kernel;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Events that are due at an instant, earliest first. Events of one instant keep their order of
 * arrival; a bare heap would not promise that.
 *
 * @param <E> the events
 */
public final class Agenda<E> {

  private record Item<E>(Instant due, long arrival, E event) {}

  private final PriorityQueue<Item<E>> items =
      new PriorityQueue<>(
          Comparator.<Item<E>, Instant>comparing(Item::due).thenComparingLong(Item::arrival));
  private long arrivals;

  public void add(Instant due, E event) {
    items.add(new Item<>(due, arrivals++, event));
  }

  /** When the next event is due; empty where there is none. */
  public Optional<Instant> nextDue() {
    return Optional.ofNullable(items.peek()).map(Item::due);
  }

  /** Takes the events that are due at an instant or before. */
  public List<E> takeDue(Instant now) {
    var due = new ArrayList<E>();
    Item<E> next = items.peek();
    while (next != null && !next.due().isAfter(now)) {
      items.remove();
      due.add(next.event());
      next = items.peek();
    }
    return due;
  }
}
