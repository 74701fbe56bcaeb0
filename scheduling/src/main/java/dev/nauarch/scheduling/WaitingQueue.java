package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
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

  private record Place(int priority, Instant created, Unit unit) {}

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
    private EnumSet<Hint> helpedBy = EnumSet.allOf(Hint.class);

    Waiting(Place place) {
      this.place = place;
    }
  }

  private static final Comparator<Place> ORDER =
      Comparator.comparingInt(Place::priority)
          .reversed()
          .thenComparing(Place::created)
          .thenComparing(Place::unit);

  private static final int DOUBLING_MAX = 20;

  private final SchedulerOptions options;
  private final SortedMap<Unit, Waiting> waitingByUnit = new TreeMap<>();
  private final SortedSet<Place> active = new TreeSet<>(ORDER);

  WaitingQueue(SchedulerOptions options) {
    this.options = options;
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
      active.remove(known.place);
      known.place = place;
      activate(known);
    }
  }

  /** Something has changed in itself, so it is worth another try at once. */
  void touch(Unit unit) {
    var known = waitingByUnit.get(unit);
    if (known != null) {
      activate(known);
    }
  }

  /** Something waits no more. */
  void remove(Unit unit) {
    var known = waitingByUnit.remove(unit);
    if (known != null) {
      active.remove(known.place);
    }
  }

  boolean contains(Unit unit) {
    return waitingByUnit.containsKey(unit);
  }

  /** All that is worth a try now, in order; each stays until it is parked or removed. */
  List<Unit> due(Instant now) {
    for (var waiting : waitingByUnit.values()) {
      if (waiting.status != Status.ACTIVE && !waiting.due.isAfter(now)) {
        activate(waiting);
      }
    }
    return new ArrayList<>(active.stream().map(Place::unit).toList());
  }

  /** A try was in vain; only these changes can help. */
  void park(Unit unit, EnumSet<Hint> helpedBy, Instant now) {
    var waiting = waitingByUnit.get(unit);
    if (waiting == null) {
      return;
    }
    active.remove(waiting.place);
    waiting.status = Status.PARKED;
    waiting.attempts++;
    waiting.helpedBy = helpedBy;
    waiting.due = now.plus(options.parkedMax());
  }

  /** A try went wrong for a reason that passes by itself. */
  void retryLater(Unit unit, Instant now) {
    var waiting = waitingByUnit.get(unit);
    if (waiting != null) {
      active.remove(waiting.place);
      waiting.status = Status.BACKING_OFF;
      waiting.attempts++;
      waiting.due = now.plusMillis(backoffMillis(waiting.attempts));
    }
  }

  /** Something changed that may help those that wait. */
  void wake(EnumSet<Hint> hints, Instant now) {
    for (var waiting : waitingByUnit.values()) {
      if (waiting.status == Status.PARKED && waiting.helpedBy.stream().anyMatch(hints::contains)) {
        var since = waiting.due.minus(options.parkedMax());
        var due = since.plusMillis(backoffMillis(waiting.attempts));
        if (due.isAfter(now)) {
          waiting.status = Status.BACKING_OFF;
          waiting.due = due;
        } else {
          activate(waiting);
        }
      }
    }
  }

  /** When the next one is due without anything changing. */
  Optional<Instant> nextDue() {
    return waitingByUnit.values().stream()
        .filter(waiting -> waiting.status != Status.ACTIVE)
        .map(waiting -> waiting.due)
        .min(Comparator.naturalOrder());
  }

  private void activate(Waiting waiting) {
    waiting.status = Status.ACTIVE;
    active.add(waiting.place);
  }

  private long backoffMillis(int attempts) {
    var doubled =
        options.backoffFirst().toMillis() << Math.min(DOUBLING_MAX, Math.max(0, attempts - 1));
    return Math.min(doubled, options.backoffMax().toMillis());
  }
}
