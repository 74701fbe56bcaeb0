package dev.nauarch.controlplane.reconcile;

import dev.nauarch.api.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The keys that a controller is to look at. A key is in it at most once and is handed to one worker
 * at a time; one that is added meanwhile is handed out again afterwards. It is bounded by the
 * number of keys that exist.
 */
final class WorkQueue {

  private static final Duration BACKOFF_FIRST = Duration.ofMillis(20);
  private static final int BACKOFF_DOUBLINGS_MAX = 11;

  /** A key that is to be looked at later. */
  private record Due(Instant at, long order, ObjectKey key) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      var byTime = at.compareTo(other.at);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<ObjectKey> ready = new ArrayDeque<>();
  private final Set<ObjectKey> queued = new HashSet<>();
  private final Set<ObjectKey> running = new HashSet<>();
  private final PriorityQueue<Due> delayed = new PriorityQueue<>();
  private final Map<ObjectKey, Instant> earliestByKey = new HashMap<>();
  private final Map<ObjectKey, Integer> failuresByKey = new HashMap<>();
  private long order;

  WorkQueue(InstantSource clock) {
    this.clock = clock;
  }

  void add(ObjectKey key) {
    lock.lock();
    try {
      enqueue(key);
    } finally {
      lock.unlock();
    }
  }

  private void enqueue(ObjectKey key) {
    if (queued.add(key) && !running.contains(key)) {
      ready.add(key);
      changed.signal();
    }
  }

  void addAt(ObjectKey key, Instant at) {
    lock.lock();
    try {
      var earliest = earliestByKey.get(key);
      if (earliest == null || at.isBefore(earliest)) {
        earliestByKey.put(key, at);
        delayed.add(new Due(at, order++, key));
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Looks at a key again after a pause that grows with each failure in a row. */
  void addAfterFailure(ObjectKey key) {
    addAt(key, clock.instant().plus(nextPause(key)));
  }

  private Duration nextPause(ObjectKey key) {
    lock.lock();
    try {
      var failures = failuresByKey.merge(key, 1, Integer::sum);
      var doublings = Math.min(failures - 1, BACKOFF_DOUBLINGS_MAX);
      return BACKOFF_FIRST.multipliedBy(1L << doublings);
    } finally {
      lock.unlock();
    }
  }

  /** Forgets the failures of a key. */
  void succeeded(ObjectKey key) {
    lock.lock();
    try {
      failuresByKey.remove(key);
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a key; it is the caller's until {@link #done}. */
  ObjectKey take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        promoteDue();
        var key = ready.poll();
        if (key != null) {
          queued.remove(key);
          running.add(key);
          return key;
        }
        var next = delayed.peek();
        if (next == null) {
          changed.await();
        } else {
          var wait = Duration.between(clock.instant(), next.at());
          changed.awaitNanos(Math.max(wait.toNanos(), TimeUnit.MILLISECONDS.toNanos(1)));
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void promoteDue() {
    var now = clock.instant();
    for (var due = delayed.peek(); due != null && !due.at().isAfter(now); due = delayed.peek()) {
      delayed.remove();
      // An entry that an earlier one has overtaken is no longer the key's own.
      if (earliestByKey.remove(due.key(), due.at())) {
        enqueue(due.key());
      }
    }
  }

  void done(ObjectKey key) {
    lock.lock();
    try {
      running.remove(key);
      if (queued.contains(key)) {
        ready.add(key);
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }
}
