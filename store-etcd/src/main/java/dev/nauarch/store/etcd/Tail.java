package dev.nauarch.store.etcd;

import dev.nauarch.store.Entry;
import dev.nauarch.store.StoreEvent;
import dev.nauarch.store.history.EventHistory;
import dev.nauarch.store.history.EventRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The latest changes of an etcd cluster. It never changes; the thread that reads the changes makes
 * the next one, which shares the slots of the last.
 *
 * <p>One revision may hold several events, for instance when an administrator deletes a range.
 */
final class Tail implements EventHistory {
  private static final long BYTES_MAX = 128L << 20;

  private final @Nullable StoreEvent[] slots;
  private final int from;
  private final int to;
  private final long floor;
  private final long revision;
  private final long bytes;

  private Tail(
      @Nullable StoreEvent[] slots, int from, int to, long floor, long revision, long bytes) {
    this.slots = slots;
    this.from = from;
    this.to = to;
    this.floor = floor;
    this.revision = revision;
    this.bytes = bytes;
  }

  /** A tail of what comes after a revision, of which nothing has come. */
  static Tail startingAfter(long revision) {
    return new Tail(new StoreEvent[1024], 0, 0, revision, revision, 0);
  }

  /** The tail with further events, and without the oldest beyond the limit. */
  Tail with(List<StoreEvent> events, int eventsMax) {
    int kept = to - from;
    @Nullable StoreEvent[] extended = slots;
    int start = from;
    if (to + events.size() > slots.length) {
      extended = new StoreEvent[2 * (kept + events.size())];
      System.arraycopy(slots, from, extended, 0, kept);
      start = 0;
    }
    int end = start + kept;
    long size = bytes;
    for (StoreEvent event : events) {
      extended[end++] = event;
      size += bytes(event);
    }
    long newFloor = floor;
    while (end - start > eventsMax || (size > BYTES_MAX && end - start > 1)) {
      StoreEvent dropped = at(extended, start++);
      newFloor = dropped.revision();
      size -= bytes(dropped);
    }
    return new Tail(extended, start, end, newFloor, events.getLast().revision(), size);
  }

  @Override
  public long revision() {
    return revision;
  }

  @Override
  public boolean holdsEventsAfter(long after) {
    return after >= floor;
  }

  @Override
  public EventRun eventsAfter(long after, String prefix, int eventsMax) {
    var events = new ArrayList<StoreEvent>();
    long through = after;
    for (int i = firstAfter(after); i < to; i++) {
      StoreEvent event = at(slots, i);
      if (events.size() >= eventsMax && event.revision() != through) {
        return new EventRun(events, through);
      }
      through = event.revision();
      if (event.key().startsWith(prefix)) {
        events.add(event);
      }
    }
    return new EventRun(events, Math.max(after, revision));
  }

  @Override
  public boolean hasEventAfter(long after, String prefix) {
    for (int i = firstAfter(after); i < to; i++) {
      if (at(slots, i).key().startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  private int firstAfter(long after) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (at(slots, middle).revision() <= after) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static StoreEvent at(@Nullable StoreEvent[] slots, int index) {
    StoreEvent event = slots[index];
    if (event == null) {
      throw new IllegalStateException("no event in slot " + index);
    }
    return event;
  }

  private static long bytes(StoreEvent event) {
    return bytes(event.current()) + bytes(event.previous());
  }

  private static long bytes(Optional<Entry> entry) {
    return entry.map(present -> (long) present.value().length).orElse(0L);
  }
}
