package dev.nauarch.nodeagent.simulated;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One virtual thread that looks at keys, one after the other: those that it is told of, and those
 * whose time has come. A key that is told of twice before it is looked at is looked at once, so
 * that what waits is never more than there are keys.
 *
 * @param <K> names what is looked at
 */
final class KeyLoop<K> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeyLoop.class);
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  /** Looks at a key. */
  interface Look<K> {
    void at(K key) throws InterruptedException;
  }

  private record Wake<K>(K key, Instant at) {}

  private final InstantSource clock;
  private final Look<K> look;
  private final Set<K> pending = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<K> told = new LinkedBlockingQueue<>();
  private final PriorityQueue<Wake<K>> wakes = new PriorityQueue<>(Comparator.comparing(Wake::at));
  private final Map<K, Instant> wakeByKey = new HashMap<>();
  private final Thread thread;

  KeyLoop(String name, InstantSource clock, Look<K> look) {
    this.clock = clock;
    this.look = look;
    this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Has a key looked at soon; any thread may call it. */
  void tell(K key) {
    if (pending.add(key)) {
      told.add(key);
    }
  }

  /** Has a key looked at at an instant, which replaces an earlier wish; the loop alone calls it. */
  void wakeAt(K key, Instant at) {
    if (at.equals(Instant.MAX)) {
      wakeByKey.remove(key);
    } else if (!at.equals(wakeByKey.put(key, at))) {
      wakes.add(new Wake<>(key, at));
    }
  }

  private void run() {
    try {
      while (true) {
        var key = next();
        if (key != null) {
          look(key);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(K key) throws InterruptedException {
    try {
      look.at(key);
    } catch (RuntimeException e) {
      LOG.error("{} is not played any further", key, e);
    }
  }

  private @Nullable K next() throws InterruptedException {
    var due = due();
    if (due != null) {
      return due;
    }
    var wait =
        wakes.isEmpty()
            ? LONGEST_WAIT
            : Duration.between(clock.instant(), wakes.element().at()).plusMillis(1);
    var limit = Math.min(wait.toMillis(), LONGEST_WAIT.toMillis());
    var key = told.poll(Math.max(0, limit), TimeUnit.MILLISECONDS);
    if (key != null) {
      pending.remove(key);
    }
    return key;
  }

  private @Nullable K due() {
    while (!wakes.isEmpty() && !wakes.element().at().isAfter(clock.instant())) {
      var wake = wakes.remove();
      if (wake.at().equals(wakeByKey.get(wake.key()))) {
        wakeByKey.remove(wake.key());
        return wake.key();
      }
    }
    return null;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
