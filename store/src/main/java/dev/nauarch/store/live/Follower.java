package dev.nauarch.store.live;

import dev.nauarch.store.StoreException;
import dev.nauarch.store.StoreException.Reason;
import dev.nauarch.store.Subscription;
import dev.nauarch.store.Watcher;
import dev.nauarch.store.history.EventRun;
import dev.nauarch.store.history.Snapshot;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One watch: a position in the history and a virtual thread of its own that moves it.
 *
 * <p>The position is everything that the watcher has been told or need not be told. The writer
 * moves it too, past changes that don't concern an idle watcher, so that a quiet watch is never
 * mistaken for a slow one.
 */
final class Follower implements Subscription {
  private static final int EVENTS_AT_ONCE = 512;

  private final LiveHistory history;
  private final String prefix;
  private final Watcher watcher;
  private final AtomicLong position;
  private final AtomicBoolean isAnnounced = new AtomicBoolean(true);
  private final AtomicReference<@Nullable StoreException> end = new AtomicReference<>();
  private final Thread thread;
  private volatile boolean isClosed;
  private volatile long progressNanos;

  Follower(LiveHistory history, String prefix, long after, Watcher watcher) {
    this.history = history;
    this.prefix = prefix;
    this.watcher = watcher;
    this.position = new AtomicLong(after);
    this.thread = Thread.ofVirtual().name("store-watch " + prefix).unstarted(this::run);
  }

  void start(Duration progressInterval) {
    progressNanos = progressInterval.toNanos();
    thread.start();
  }

  /** Called by the writer, for one published snapshot after the other. */
  void announce(Snapshot before, Snapshot after) {
    boolean isConcerned = after.hasEventAfter(before.revision(), prefix);
    if (isConcerned || !position.compareAndSet(before.revision(), after.revision())) {
      wake();
    }
  }

  /** Ends the watch from the store's side. */
  void end(StoreException reason) {
    end.compareAndSet(null, reason);
    wake();
  }

  @Override
  public void close() {
    isClosed = true;
    history.forget(this);
    wake();
  }

  private void wake() {
    if (!isAnnounced.getAndSet(true)) {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    StoreException reason;
    try {
      reason = follow();
    } catch (RuntimeException failure) {
      reason =
          new StoreException(Reason.UNAVAILABLE, "the watcher of " + prefix + " failed", failure);
    }
    history.forget(this);
    if (!isClosed) {
      watcher.onClosed(reason);
    }
  }

  private StoreException follow() {
    long told = 0;
    while (true) {
      isAnnounced.set(false);
      StoreException reason = end.get();
      if (reason != null || isClosed) {
        return reason != null
            ? reason
            : new StoreException(Reason.UNAVAILABLE, "closed by its owner");
      }
      long from = position.get();
      Snapshot snapshot = history.latest();
      if (!snapshot.holdsEventsAfter(from)) {
        return slow(from, snapshot);
      }
      EventRun run = snapshot.eventsAfter(from, prefix, EVENTS_AT_ONCE);
      if (!run.events().isEmpty()) {
        watcher.onEvents(run.events());
      }
      position.accumulateAndGet(run.throughRevision(), Math::max);
      if (run.throughRevision() < snapshot.revision()) {
        continue;
      }
      if (run.throughRevision() > told && !isClosed) {
        told = run.throughRevision();
        watcher.onProgress(told);
      }
      if (!isAnnounced.get()) {
        LockSupport.parkNanos(this, progressNanos);
      }
    }
  }

  private StoreException slow(long from, Snapshot snapshot) {
    return new StoreException(
        Reason.SLOW_WATCHER,
        "the watcher of "
            + prefix
            + " was at revision "
            + from
            + " when the store, at "
            + snapshot.revision()
            + ", had to forget what follows");
  }
}
