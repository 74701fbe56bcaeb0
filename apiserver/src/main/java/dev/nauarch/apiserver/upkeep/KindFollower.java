package dev.nauarch.apiserver.upkeep;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.registry.Registry;
import dev.nauarch.apiserver.watch.WatchChannel;
import dev.nauarch.apiserver.watch.WatchEvent;
import dev.nauarch.apiserver.watch.WatchRequest;
import dev.nauarch.apiserver.watch.WatchStart;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows objects of one kind on a virtual thread of its own until it is closed. Where their watch
 * ends or can't be opened, it begins anew a second later, with all objects.
 */
public final class KindFollower implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(KindFollower.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Registry registry;
  private final Kind kind;
  private final WatchRequest selection;
  private final Step step;
  private final Thread thread;
  private volatile @Nullable WatchChannel open;

  /** What is done about events, always on the follower's thread. */
  @FunctionalInterface
  public interface Step {

    /**
     * Acts upon what has happened.
     *
     * @param events in order; empty when its time has come without any, or it was woken
     * @return after how long it is called again at the latest
     * @throws ApiException to begin anew
     */
    Duration act(List<WatchEvent> events) throws InterruptedException;
  }

  private KindFollower(
      Registry registry, Kind kind, WatchRequest selection, String name, Step step) {
    this.registry = registry;
    this.kind = kind;
    this.selection = selection;
    this.step = step;
    this.thread = Thread.ofVirtual().name(name).unstarted(this::follow);
  }

  /**
   * Begins to follow.
   *
   * @param name of the thread, by which the log knows it
   */
  public static KindFollower start(
      Registry registry, Kind kind, WatchRequest selection, String name, Step step) {
    var follower = new KindFollower(registry, kind, selection, name, step);
    follower.thread.start();
    return follower;
  }

  /** Has the step called though nothing has happened to the objects; any thread may ask for it. */
  public void wake() {
    var channel = open;
    if (channel != null) {
      channel.wake();
    }
  }

  /** Ends it, and waits until a step that is under way is over. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    try {
      while (true) {
        followOne();
        Thread.sleep(RETRY);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void followOne() throws InterruptedException {
    try (var channel = registry.watch(kind, selection, new WatchStart.Current(false))) {
      open = channel;
      var wait = Duration.ZERO;
      var isOpen = true;
      while (isOpen) {
        var events = channel.take(wait);
        wait = step.act(events);
        isOpen = events.stream().noneMatch(WatchEvent.Ended.class::isInstance);
      }
    } catch (ApiException e) {
      LOG.warn("{} can't follow {}: {}", thread.getName(), kind.names().plural(), e.getMessage());
    }
  }
}
