package dev.nauarch.store.live;

import dev.nauarch.store.StoreException;
import dev.nauarch.store.StoreException.Reason;
import dev.nauarch.store.Subscription;
import dev.nauarch.store.Watcher;
import dev.nauarch.store.history.EventHistory;
import dev.nauarch.store.history.EventRun;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
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

  /**
   * Where the events come from.
   *
   * @param history gives the latest events
   * @param catchUp delivers what is older
   * @param onEnd told when the watch is over
   */
  record Source(
      Supplier<? extends EventHistory> history,
      Followers.CatchUp catchUp,
      Consumer<Follower> onEnd) {}

  private final Source source;
  private final String prefix;
  private final Watcher watcher;
  private final AtomicLong position;
  private final AtomicBoolean isAnnounced = new AtomicBoolean(true);
  private final AtomicReference<@Nullable StoreException> end = new AtomicReference<>();
  private final Thread thread;
  private volatile boolean isClosed;
  private volatile long progressNanos;

  Follower(Source source, String prefix, long after, Watcher watcher) {
    this.source = source;
    this.prefix = prefix;
    this.watcher = watcher;
    this.position = new AtomicLong(after);
    this.thread = Thread.ofVirtual().name("store-watch " + prefix).unstarted(this::run);
  }

  void start(Duration progressInterval) {
    progressNanos = progressInterval.toNanos();
    thread.start();
  }

  /** Called by the writer, for one announcement after the other. */
  void announce(long before, EventHistory after) {
    boolean isConcerned = after.hasEventAfter(before, prefix);
    if (isConcerned || !position.compareAndSet(before, after.revision())) {
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
    source.onEnd().accept(this);
    wake();
  }

  private boolean isOver() {
    return isClosed || end.get() != null;
  }

  private void wake() {
    if (!isAnnounced.getAndSet(true)) {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    StoreException reason;
    try {
      position.accumulateAndGet(source.catchUp().deliver(position.get(), this::isOver), Math::max);
      reason = follow();
    } catch (StoreException lost) {
      reason = lost;
    } catch (RuntimeException failure) {
      reason =
          new StoreException(Reason.UNAVAILABLE, "the watcher of " + prefix + " failed", failure);
    }
    source.onEnd().accept(this);
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
      EventHistory latest = source.history().get();
      if (!latest.holdsEventsAfter(from)) {
        return slow(from, latest);
      }
      EventRun run = latest.eventsAfter(from, prefix, EVENTS_AT_ONCE);
      if (!run.events().isEmpty()) {
        watcher.onEvents(run.events());
      }
      position.accumulateAndGet(run.throughRevision(), Math::max);
      if (run.throughRevision() < latest.revision()) {
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

  private StoreException slow(long from, EventHistory latest) {
    return new StoreException(
        Reason.SLOW_WATCHER,
        "the watcher of "
            + prefix
            + " was at revision "
            + from
            + " when the store, at "
            + latest.revision()
            + ", had to forget what follows");
  }
}
