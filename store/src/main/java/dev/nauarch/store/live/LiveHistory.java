package dev.nauarch.store.live;

import dev.nauarch.store.StoreException;
import dev.nauarch.store.StoreException.Reason;
import dev.nauarch.store.Subscription;
import dev.nauarch.store.Watcher;
import dev.nauarch.store.history.Snapshot;
import java.time.Duration;

/**
 * The published snapshot of a store, and the watches that follow it.
 *
 * <p>Readers take the snapshot without a lock. One writer at a time publishes the next one and then
 * announces it. A watch has no queue: it is a position in the shared history, so it sees each event
 * once and in order whether the event is old or new, holds no memory when it is slow, and is cut
 * off when the history has moved past it.
 */
public final class LiveHistory {
  private final Followers followers;
  private volatile Snapshot published;
  private volatile boolean isClosed;

  /**
   * @param start what is known at the start
   * @param progressInterval how often a watcher with no events of its own hears of progress
   */
  public LiveHistory(Snapshot start, Duration progressInterval) {
    this.published = start;
    this.followers = new Followers(this::latest, progressInterval);
  }

  /**
   * The latest published snapshot, for a reader.
   *
   * @throws StoreException {@code UNAVAILABLE} once closed
   */
  public Snapshot snapshot() {
    requireOpen();
    return published;
  }

  /** The latest published snapshot, whether closed or not; what the writer builds on. */
  public Snapshot latest() {
    return published;
  }

  /** Makes a snapshot the one that readers see. Called by the writer alone. */
  public void publish(Snapshot next) {
    published = next;
  }

  /** Wakes the watches that a published snapshot concerns. Called by the writer alone, in order. */
  public void announce(Snapshot before, Snapshot after) {
    followers.announce(before.revision(), after);
  }

  /** Starts a watch, as {@link dev.nauarch.store.Store#watch} says. */
  public Subscription watch(String prefix, long afterRevision, Watcher watcher) {
    Snapshot start = snapshot();
    long after = afterRevision == 0 ? start.revision() : afterRevision;
    start.requireReadable(after);
    return followers.follow(prefix, after, watcher);
  }

  /** Refuses reads from now on and ends every watch; a second call changes nothing. */
  public void close() {
    isClosed = true;
    followers.close();
  }

  private void requireOpen() {
    if (isClosed) {
      throw new StoreException(Reason.UNAVAILABLE, "the store is closed");
    }
  }
}
