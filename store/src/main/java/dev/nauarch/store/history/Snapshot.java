package dev.nauarch.store.history;

import dev.nauarch.store.Entry;
import dev.nauarch.store.Mutation;
import dev.nauarch.store.Outcome;
import dev.nauarch.store.Page;
import dev.nauarch.store.Precondition;
import dev.nauarch.store.Store;
import dev.nauarch.store.StoreEvent;
import dev.nauarch.store.StoreException;
import dev.nauarch.store.StoreException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All that a store knows at one revision: the current entries, the versions since the last
 * compaction, and the latest events. It never changes; a write makes the next one.
 *
 * <p>Any thread may read any snapshot. Only the newest may be extended, by one thread at a time; a
 * snapshot that was made but never published may be forgotten, and the one before extended again.
 */
public final class Snapshot implements EventHistory {
  /** The revision of a store that was never written. */
  public static final long FIRST_REVISION = 1;

  // Events that a running watch can still catch up with when everything is compacted at once.
  private static final int GRACE_EVENTS = 4096;
  // The part of a limit by which it may be exceeded, or is fallen short of.
  private static final int SLACK = 64;

  private final long revision;
  private final long compactedRevision;
  private final @Nullable KeyTree tree;
  private final EventWindow window;

  private Snapshot(
      long revision, long compactedRevision, @Nullable KeyTree tree, EventWindow window) {
    this.revision = revision;
    this.compactedRevision = compactedRevision;
    this.tree = tree;
    this.window = window;
  }

  /** A store that was never written. */
  public static Snapshot empty() {
    return new Snapshot(FIRST_REVISION, 0, null, EventWindow.startingAt(FIRST_REVISION + 1));
  }

  /**
   * A store of which only the entries at one revision are known, so that all before is compacted.
   *
   * @param revision the revision at which the entries were read
   * @param entries all of them, in key order
   */
  public static Snapshot restored(long revision, List<Entry> entries) {
    return new Snapshot(
        revision, revision, KeyTree.ofOrdered(entries), EventWindow.startingAt(revision + 1));
  }

  @Override
  public long revision() {
    return revision;
  }

  /** The oldest revision that can be read; 0 where nothing was ever compacted. */
  public long compactedRevision() {
    return compactedRevision;
  }

  /** The current entry under a key. */
  public Optional<Entry> get(String key) {
    return Optional.ofNullable(current(key));
  }

  /** Reads a page, as {@link Store#range} says. */
  public Page range(String prefix, String fromKey, int limit, long atRevision) {
    long asOf = atRevision == 0 ? revision : atRevision;
    requireReadable(asOf);
    String start = KeyOrder.compare(fromKey, prefix) > 0 ? fromKey : prefix;
    var scan = new RangeScan(prefix, limit, asOf, asOf == revision);
    KeyTree.visit(tree, start, scan);
    long remaining =
        asOf == revision && scan.isFull()
            ? livingFrom(start, prefix) - scan.entries().size()
            : scan.beyondLimit();
    return new Page(scan.entries(), asOf, remaining);
  }

  /**
   * Decides a mutation. Nothing changes; {@link #with} applies the change.
   *
   * @throws StoreException {@code TOO_LARGE}
   */
  public Decision decide(Mutation mutation) {
    Entry current = current(mutation.key());
    if (!holds(mutation.precondition(), current)) {
      return refusal(current);
    }
    long next = revision + 1;
    return switch (mutation) {
      case Mutation.Put(var key, var value, var _) -> {
        requireFitting(key, value);
        long created = current == null ? next : current.createRevision();
        yield change(key, new Entry(key, value, created, next), current);
      }
      case Mutation.Delete(var key, var _) ->
          current == null ? refusal(null) : change(key, null, current);
    };
  }

  /** The snapshot after a change that was decided on this one. */
  public Snapshot with(StoreEvent event) {
    Version older = KeyTree.find(tree, event.key());
    var newest = new Version(event.revision(), event.current().orElse(null), older);
    return new Snapshot(
        event.revision(),
        compactedRevision,
        KeyTree.with(tree, event.key(), newest),
        window.with(event));
  }

  /**
   * The snapshot without the versions that are no longer current at a revision. Watches that run
   * can still catch up with a few of the latest events.
   *
   * @throws StoreException {@code FUTURE_REVISION}
   */
  public Snapshot compacted(long through) {
    if (through > revision) {
      throw future(through);
    }
    return forgotten(through, Math.min(through, revision - GRACE_EVENTS));
  }

  /** The snapshot with no more of the past than the limits allow. */
  public Snapshot within(HistoryLimits limits) {
    // Forgetting waits until it is worth it: it copies the versions of a hot key. But not for long,
    // since a write waits for it.
    int eventsMax = limits.eventsMax();
    if (window.size() <= eventsMax + eventsMax / SLACK
        && window.supersededBytes() <= limits.supersededBytesMax()) {
      return this;
    }
    long through = Math.max(window.first() - 1, revision - eventsMax);
    long bytes = window.supersededBytes();
    for (long at = window.first(); at <= through; at++) {
      bytes -= EventWindow.supersededBytes(window.at(at));
    }
    long bytesKept = limits.supersededBytesMax() - limits.supersededBytesMax() / SLACK;
    while (bytes > bytesKept && through < revision) {
      through++;
      bytes -= EventWindow.supersededBytes(window.at(through));
    }
    return forgotten(through, through);
  }

  @Override
  public boolean holdsEventsAfter(long after) {
    return after + 1 >= window.first();
  }

  @Override
  public EventRun eventsAfter(long after, String prefix, int eventsMax) {
    var events = new ArrayList<StoreEvent>();
    long at = after;
    while (at < revision && events.size() < eventsMax) {
      at++;
      StoreEvent event = window.at(at);
      if (event.key().startsWith(prefix)) {
        events.add(event);
      }
    }
    return new EventRun(events, at);
  }

  @Override
  public boolean hasEventAfter(long after, String prefix) {
    for (long at = Math.max(after + 1, window.first()); at <= revision; at++) {
      if (window.at(at).key().startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Refuses a revision that can't be read or resumed from.
   *
   * @throws StoreException {@code COMPACTED} or {@code FUTURE_REVISION}
   */
  public void requireReadable(long asOf) {
    if (asOf < compactedRevision) {
      throw new StoreException(
          Reason.COMPACTED,
          "revision " + asOf + " was asked for, but all before " + compactedRevision + " is gone");
    }
    if (asOf > revision) {
      throw future(asOf);
    }
  }

  private StoreException future(long asked) {
    return new StoreException(
        Reason.FUTURE_REVISION,
        "revision " + asked + " was asked for, but the store is at " + revision);
  }

  private @Nullable Entry current(String key) {
    Version newest = KeyTree.find(tree, key);
    return newest == null ? null : newest.entry();
  }

  private static boolean holds(Precondition precondition, @Nullable Entry current) {
    return switch (precondition) {
      case Precondition.None _ -> true;
      case Precondition.Absent _ -> current == null;
      case Precondition.AtRevision(var expected) ->
          current != null && current.revision() == expected;
    };
  }

  private static void requireFitting(String key, byte[] value) {
    if (value.length > Store.VALUE_BYTES_MAX) {
      throw new StoreException(
          Reason.TOO_LARGE,
          key + " has " + value.length + " bytes, the most is " + Store.VALUE_BYTES_MAX);
    }
  }

  private Decision change(String key, @Nullable Entry after, @Nullable Entry before) {
    return new Decision.Change(
        new StoreEvent(key, revision + 1, Optional.ofNullable(after), Optional.ofNullable(before)));
  }

  private static Decision refusal(@Nullable Entry current) {
    return new Decision.Refusal(new Outcome.Conflict(Optional.ofNullable(current)));
  }

  private long livingFrom(String start, String prefix) {
    long before = KeyTree.livingWhile(tree, key -> KeyOrder.compare(key, start) < 0);
    long throughPrefix =
        KeyTree.livingWhile(
            tree, key -> KeyOrder.compare(key, prefix) < 0 || key.startsWith(prefix));
    return throughPrefix - before;
  }

  private Snapshot forgotten(long compactThrough, long dropEventsThrough) {
    var touched = new TreeSet<String>();
    for (long at = compactedRevision + 1; at <= compactThrough; at++) {
      if (at >= window.first()) {
        touched.add(window.at(at).key());
      }
    }
    @Nullable KeyTree pruned = tree;
    for (String key : touched) {
      pruned = pruned(pruned, key, compactThrough);
    }
    return new Snapshot(
        revision,
        Math.max(compactedRevision, compactThrough),
        pruned,
        window.withoutThrough(dropEventsThrough));
  }

  private static @Nullable KeyTree pruned(@Nullable KeyTree from, String key, long through) {
    Version newest = KeyTree.find(from, key);
    boolean isCreatedOnly = newest != null && newest.older() == null && newest.entry() != null;
    if (newest == null || isCreatedOnly) {
      return from;
    }
    Version kept = newest.compacted(through);
    return kept == null ? KeyTree.without(from, key) : KeyTree.with(from, key, kept);
  }
}
