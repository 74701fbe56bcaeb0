package dev.nauarch.store.live;

import dev.nauarch.store.StoreException;
import dev.nauarch.store.StoreException.Reason;
import dev.nauarch.store.Subscription;
import dev.nauarch.store.Watcher;
import dev.nauarch.store.history.EventHistory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The watches that follow one history of events.
 *
 * <p>A watch has no queue: it is a position in the shared history, so it sees each event once and
 * in order whether the event is old or new, holds no memory when it is slow, and is cut off when
 * the history has moved past it.
 */
public final class Followers {
  private final Supplier<? extends EventHistory> history;
  private final Duration progressInterval;
  private final List<Follower> followers = new CopyOnWriteArrayList<>();
  private volatile boolean isClosed;

  /**
   * @param history gives the latest events
   * @param progressInterval how often a watcher with no events of its own hears of progress
   */
  public Followers(Supplier<? extends EventHistory> history, Duration progressInterval) {
    this.history = history;
    this.progressInterval = progressInterval;
  }

  /**
   * Starts a watch of the events after a revision.
   *
   * @throws StoreException {@code UNAVAILABLE} once closed
   */
  public Subscription follow(String prefix, long after, Watcher watcher) {
    return follow(prefix, after, watcher, (from, _) -> from);
  }

  /**
   * Starts a watch that first catches up from elsewhere, in the thread of the watch.
   *
   * @throws StoreException {@code UNAVAILABLE} once closed
   */
  public Subscription follow(String prefix, long after, Watcher watcher, CatchUp catchUp) {
    var follower =
        new Follower(
            new Follower.Source(history, catchUp, followers::remove), prefix, after, watcher);
    followers.add(follower);
    if (isClosed) {
      followers.remove(follower);
      throw closed();
    }
    follower.start(progressInterval);
    return follower;
  }

  /**
   * Wakes the watches that new events concern. Called by one thread at a time, in order.
   *
   * @param before the revision announced last
   * @param after the history that goes further
   */
  public void announce(long before, EventHistory after) {
    for (Follower follower : followers) {
      follower.announce(before, after);
    }
  }

  /** Ends every watch that runs. */
  public void end(StoreException reason) {
    followers.forEach(follower -> follower.end(reason));
  }

  /** Ends every watch and refuses new ones; a second call changes nothing. */
  public void close() {
    isClosed = true;
    end(closed());
  }

  private static StoreException closed() {
    return new StoreException(Reason.UNAVAILABLE, "the store is closed");
  }

  /** Delivers what happened before the shared history begins. */
  @FunctionalInterface
  public interface CatchUp {

    /**
     * Delivers until the shared history takes over.
     *
     * @param isOver asked whether the watch was ended meanwhile
     * @return the revision up to which everything was delivered
     * @throws StoreException where what is missing can't be had any more; ends the watch
     */
    long deliver(long after, BooleanSupplier isOver);
  }
}
