package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What waits for a place: pods, and gangs as one. Ordered by priority, then age, then name.
 *
 * <pre>
 * offered → active → (tried in vain) → parked → (something changed) → backing off → active
 * </pre>
 */
final class WaitingQueue {

  /** A pod or a gang. */
  record Unit(ObjectKey key, boolean gang) implements Comparable<Unit> {
    @Override
    public int compareTo(Unit other) {
      var byKey = key.compareTo(other.key);
      return byKey != 0 ? byKey : Boolean.compare(gang, other.gang);
    }
  }

  private record Place(int priority, Instant created, Unit unit) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      if (priority != other.priority) {
        return Integer.compare(other.priority, priority);
      }
      var byAge = created.compareTo(other.created);
      return byAge != 0 ? byAge : unit.compareTo(other.unit);
    }
  }

  private enum Status {
    ACTIVE,
    BACKING_OFF,
    PARKED
  }

  private static final class Waiting {
    private Place place;
    private Status status = Status.ACTIVE;
    private int attempts;
    private Instant due = Instant.EPOCH;
    private EnumSet<Hint> helpedBy = EnumSet.noneOf(Hint.class);

    Waiting(Place place) {
      this.place = place;
    }
  }

  private static final int DOUBLING_MAX = 20;

  private final SchedulerOptions options;
  private final Map<Unit, Waiting> waitingByUnit = new HashMap<>();
  private final SortedSet<Place> active = new TreeSet<>();

  /** Those that are not active, by the time at which they will be. */
  private final NavigableSet<Waiting> timed =
      new TreeSet<>(
          Comparator.<Waiting, Instant>comparing(waiting -> waiting.due)
              .thenComparing(waiting -> waiting.place.unit));

  private final Map<Hint, Set<Waiting>> parkedByHint = new EnumMap<>(Hint.class);

  WaitingQueue(SchedulerOptions options) {
    this.options = options;
    for (var hint : Hint.values()) {
      parkedByHint.put(hint, new LinkedHashSet<>());
    }
  }

  /**
   * Something waits; what is known already keeps its state unless its place in the order changes.
   */
  void offer(Unit unit, int priority, Instant created) {
    var place = new Place(priority, created, unit);
    var known = waitingByUnit.get(unit);
    if (known == null) {
      waitingByUnit.put(unit, new Waiting(place));
      active.add(place);
    } else if (!known.place.equals(place)) {
      leave(known);
      known.place = place;
      activate(known);
    }
  }

  /** Something has changed in itself, so it is worth another try at once. */
  void touch(Unit unit) {
    var known = waitingByUnit.get(unit);
    if (known != null && known.status != Status.ACTIVE) {
      leave(known);
      activate(known);
    }
  }

  /** Something waits no more. */
  void remove(Unit unit) {
    var known = waitingByUnit.remove(unit);
    if (known != null) {
      leave(known);
    }
  }

  /** All that is worth a try now, in order; each stays until it is parked or removed. */
  List<Unit> due(Instant now) {
    while (!timed.isEmpty() && !timed.first().due.isAfter(now)) {
      var waiting = timed.first();
      leave(waiting);
      activate(waiting);
    }
    var units = new ArrayList<Unit>(active.size());
    active.forEach(place -> units.add(place.unit));
    return units;
  }

  /** A try was in vain; only these changes can help. */
  void park(Unit unit, EnumSet<Hint> helpedBy, Instant now) {
    var waiting = waitingByUnit.get(unit);
    if (waiting == null) {
      return;
    }
    leave(waiting);
    waiting.attempts++;
    waiting.helpedBy = helpedBy;
    waitUntil(now.plus(options.parkedMax()), Status.PARKED, waiting);
    helpedBy.forEach(hint -> parked(hint).add(waiting));
  }

  /** Somebody is asked about it, whose answer will touch it. */
  void awaitAnswer(Unit unit, Instant now) {
    var waiting = waitingByUnit.get(unit);
    if (waiting != null) {
      leave(waiting);
      waiting.helpedBy = EnumSet.noneOf(Hint.class);
      waitUntil(now.plus(options.parkedMax()), Status.PARKED, waiting);
    }
  }

  /** A try is worth nothing before an instant, unless something changes in itself. */
  void pause(Unit unit, Instant until) {
    var waiting = waitingByUnit.get(unit);
    if (waiting != null) {
      leave(waiting);
      waitUntil(until, Status.BACKING_OFF, waiting);
    }
  }

  /** A try went wrong for a reason that passes by itself. */
  void retryLater(Unit unit, Instant now) {
    var waiting = waitingByUnit.get(unit);
    if (waiting != null) {
      leave(waiting);
      waiting.attempts++;
      waitUntil(now.plusMillis(backoffMillis(waiting.attempts)), Status.BACKING_OFF, waiting);
    }
  }

  /** Something changed that may help those that wait. */
  void wake(EnumSet<Hint> hints, Instant now) {
    for (var hint : hints) {
      for (var waiting : List.copyOf(parked(hint))) {
        var since = waiting.due.minus(options.parkedMax());
        var due = since.plusMillis(backoffMillis(waiting.attempts));
        leave(waiting);
        if (due.isAfter(now)) {
          waitUntil(due, Status.BACKING_OFF, waiting);
        } else {
          activate(waiting);
        }
      }
    }
  }

  /** When the next one is due without anything changing; long ago where one is active. */
  Optional<Instant> nextDue() {
    if (!active.isEmpty()) {
      return Optional.of(Instant.EPOCH);
    }
    return timed.isEmpty() ? Optional.empty() : Optional.of(timed.first().due);
  }

  private Set<Waiting> parked(Hint hint) {
    return Objects.requireNonNull(parkedByHint.get(hint));
  }

  private void activate(Waiting waiting) {
    waiting.status = Status.ACTIVE;
    active.add(waiting.place);
  }

  private void waitUntil(Instant due, Status status, Waiting waiting) {
    waiting.status = status;
    waiting.due = due;
    timed.add(waiting);
  }

  /** Takes it out of wherever its status has it. */
  private void leave(Waiting waiting) {
    switch (waiting.status) {
      case ACTIVE -> active.remove(waiting.place);
      case BACKING_OFF -> timed.remove(waiting);
      case PARKED -> {
        timed.remove(waiting);
        waiting.helpedBy.forEach(hint -> parked(hint).remove(waiting));
      }
    }
  }

  private long backoffMillis(int attempts) {
    var doubled =
        options.backoffFirst().toMillis() << Math.min(DOUBLING_MAX, Math.max(0, attempts - 1));
    return Math.min(doubled, options.backoffMax().toMillis());
  }
}
