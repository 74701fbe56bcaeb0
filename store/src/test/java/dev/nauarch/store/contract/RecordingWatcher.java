package dev.nauarch.store.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.store.Entry;
import dev.nauarch.store.StoreEvent;
import dev.nauarch.store.StoreException;
import dev.nauarch.store.Watcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Keeps what a watch delivers, and notes each breach of the watch's promises. */
public final class RecordingWatcher implements Watcher {
  private static final long DEADLINE_SECONDS = 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<StoreEvent> events = new ArrayList<>();
  private final List<String> breaches = new ArrayList<>();
  private final @Nullable CountDownLatch gate;
  private long told;
  private @Nullable StoreException closed;

  /** A watcher that keeps up. */
  public RecordingWatcher() {
    this(null);
  }

  private RecordingWatcher(@Nullable CountDownLatch gate) {
    this.gate = gate;
  }

  /** A watcher that does not return from its first events before a gate opens. */
  public static RecordingWatcher heldBy(CountDownLatch gate) {
    return new RecordingWatcher(gate);
  }

  @Override
  public void onEvents(List<StoreEvent> batch) {
    note(
        () -> {
          check(!batch.isEmpty(), "an empty batch");
          check(closed == null, "events after the end");
          for (StoreEvent event : batch) {
            check(event.revision() > told, event.revision() + " after " + told);
            told = Math.max(told, event.revision());
            events.add(event);
          }
        });
    if (gate != null) {
      try {
        assertTrue(gate.await(DEADLINE_SECONDS, TimeUnit.SECONDS));
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void onProgress(long revision) {
    note(
        () -> {
          check(closed == null, "progress after the end");
          check(revision >= told, "progress to " + revision + " after " + told);
          told = Math.max(told, revision);
        });
  }

  @Override
  public void onClosed(StoreException reason) {
    note(
        () -> {
          check(closed == null, "a second end");
          closed = reason;
        });
  }

  /** The first so many events, once they have come. */
  public List<StoreEvent> awaitEvents(int count) throws InterruptedException {
    await(() -> events.size() >= count, "event " + count);
    return events();
  }

  /** Waits until the watcher was told of everything up to a revision. */
  public void awaitTold(long revision) throws InterruptedException {
    await(() -> told >= revision, "revision " + revision);
  }

  /** Why the watch ended, once it has. */
  public StoreException.Reason awaitClosed() throws InterruptedException {
    await(() -> closed != null, "the end");
    return Optional.ofNullable(closed).orElseThrow().reason();
  }

  /** What has come so far; fails where a promise was broken. */
  public List<StoreEvent> events() {
    lock.lock();
    try {
      assertEquals(List.of(), breaches);
      return List.copyOf(events);
    } finally {
      lock.unlock();
    }
  }

  /** The events in short: {@code key=value} or {@code -key}. */
  public List<String> story() {
    return events().stream()
        .map(event -> event.current().map(RecordingWatcher::text).orElse("-" + event.key()))
        .toList();
  }

  private static String text(Entry entry) {
    return entry.key() + "=" + StoreFixture.text(entry);
  }

  private void note(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void check(boolean holds, String breach) {
    if (!holds) {
      breaches.add(breach);
    }
  }

  private void await(BooleanSupplier condition, String what) throws InterruptedException {
    lock.lock();
    try {
      long left = TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
      while (!condition.getAsBoolean()) {
        assertTrue(
            left > 0,
            () ->
                "no " + what + ": told " + told + ", " + events.size() + " events, end " + closed);
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
