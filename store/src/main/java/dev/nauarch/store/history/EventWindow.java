package dev.nauarch.store.history;

import dev.nauarch.store.Entry;
import dev.nauarch.store.StoreEvent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The latest events, one for every revision from the first kept to the last.
 *
 * <p>Windows that grow out of one another share their chunks. Only the newest window may be
 * extended, by one thread at a time; an older one never looks at the slots beyond its own end, so a
 * reader of it sees no change.
 */
final class EventWindow {
  private static final int CHUNK_EVENTS = 1024;

  private final @Nullable StoreEvent[][] chunks;
  private final long chunksFrom;
  private final long first;
  private final long next;
  private final long supersededBytes;

  private EventWindow(
      @Nullable StoreEvent[][] chunks,
      long chunksFrom,
      long first,
      long next,
      long supersededBytes) {
    this.chunks = chunks;
    this.chunksFrom = chunksFrom;
    this.first = first;
    this.next = next;
    this.supersededBytes = supersededBytes;
  }

  /** A window without events, whose first will be that of a revision. */
  static EventWindow startingAt(long revision) {
    return new EventWindow(new StoreEvent[0][], revision, revision, revision, 0);
  }

  /** The revision of the oldest event kept; the next revision where there is none. */
  long first() {
    return first;
  }

  /** How many events are kept. */
  long size() {
    return next - first;
  }

  /** The bytes of the values that only this window and the versions behind it keep alive. */
  long supersededBytes() {
    return supersededBytes;
  }

  /** The event of a revision that the window holds. */
  StoreEvent at(long revision) {
    if (revision < first || revision >= next) {
      throw new IllegalArgumentException(
          "revision " + revision + " is not within " + first + " to " + (next - 1));
    }
    long index = revision - chunksFrom;
    StoreEvent event = chunks[(int) (index / CHUNK_EVENTS)][(int) (index % CHUNK_EVENTS)];
    if (event == null) {
      throw new IllegalStateException("no event at revision " + revision);
    }
    return event;
  }

  EventWindow with(StoreEvent event) {
    if (event.revision() != next) {
      throw new IllegalStateException("revision " + event.revision() + " follows " + (next - 1));
    }
    long index = next - chunksFrom;
    int chunk = (int) (index / CHUNK_EVENTS);
    @Nullable StoreEvent[][] extended = chunks;
    if (chunk == chunks.length) {
      extended = Arrays.copyOf(chunks, chunk + 1);
      extended[chunk] = new StoreEvent[CHUNK_EVENTS];
    }
    extended[chunk][(int) (index % CHUNK_EVENTS)] = event;
    return new EventWindow(
        extended, chunksFrom, first, next + 1, supersededBytes + supersededBytes(event));
  }

  /** The window without the events up to a revision. */
  EventWindow withoutThrough(long revision) {
    long newFirst = Math.min(next, Math.max(first, revision + 1));
    long dropped = 0;
    for (long at = first; at < newFirst; at++) {
      dropped += supersededBytes(at(at));
    }
    int chunksDropped = (int) ((newFirst - chunksFrom) / CHUNK_EVENTS);
    int left = Math.min(chunksDropped, chunks.length);
    return new EventWindow(
        Arrays.copyOfRange(chunks, left, chunks.length),
        chunksFrom + (long) left * CHUNK_EVENTS,
        newFirst,
        next,
        supersededBytes - dropped);
  }

  static long supersededBytes(StoreEvent event) {
    return event.previous().map(Entry::value).map(value -> (long) value.length).orElse(0L);
  }
}
