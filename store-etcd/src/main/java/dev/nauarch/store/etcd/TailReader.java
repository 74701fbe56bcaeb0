package dev.nauarch.store.etcd;

import dev.nauarch.store.StoreEvent;
import dev.nauarch.store.StoreException;
import dev.nauarch.store.StoreException.Reason;
import dev.nauarch.store.Subscription;
import dev.nauarch.store.Watcher;
import dev.nauarch.store.live.Followers;
import io.etcd.jetcd.api.WatchGrpc.WatchBlockingV2Stub;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads all changes once, in a virtual thread of its own, and lets the watches follow them. */
final class TailReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TailReader.class);

  private final WatchBlockingV2Stub stub;
  private final LongSupplier currentRevision;
  private final EtcdOptions options;
  private final Followers followers;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private final Thread thread;
  private volatile Tail tail;
  private volatile boolean isClosed;

  /**
   * @param currentRevision asks etcd for its revision
   */
  TailReader(WatchBlockingV2Stub stub, LongSupplier currentRevision, EtcdOptions options) {
    this.stub = stub;
    this.currentRevision = currentRevision;
    this.options = options;
    this.tail = Tail.startingAfter(currentRevision.getAsLong());
    this.followers = new Followers(() -> tail, options.progressInterval());
    this.thread = Thread.ofVirtual().name("etcd-tail").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Starts a watch after a revision, which etcd must still have. */
  Subscription watch(String prefix, long after, Watcher watcher) {
    return followers.follow(
        prefix, after, watcher, (from, isOver) -> caughtUp(prefix, from, watcher, isOver));
  }

  /** Waits, but not for ever, until the changes up to a revision were read. */
  void awaitRevision(long revision) {
    long left = options.requestTimeout().toNanos();
    lock.lock();
    try {
      while (tail.revision() < revision && left > 0 && !isClosed) {
        left = moved.awaitNanos(left);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    isClosed = true;
    followers.close();
    thread.interrupt();
  }

  private void run() {
    try {
      while (!isClosed) {
        readOn();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void readOn() throws InterruptedException {
    try (var changes = new EtcdChanges(stub, tail.revision())) {
      while (!isClosed) {
        List<StoreEvent> events = changes.next();
        if (!events.isEmpty()) {
          Tail before = tail;
          show(before.with(events, options.lagEventsMax()));
          followers.announce(before.revision(), tail);
        }
      }
    } catch (RuntimeException lost) {
      // The edge of the loop: whatever happened, watches that stand still must be told.
      if (!isClosed) {
        LOG.warn("The changes of etcd can't be read on; watches are ended", lost);
        beginAnew(lost);
      }
    }
  }

  private void beginAnew(RuntimeException lost) throws InterruptedException {
    try {
      show(Tail.startingAfter(currentRevision.getAsLong()));
      followers.end(
          new StoreException(Reason.UNAVAILABLE, "the watch was cut off from etcd", lost));
    } catch (StoreException unreachable) {
      LOG.warn("etcd does not answer", unreachable);
      TimeUnit.SECONDS.sleep(1);
    }
  }

  private void show(Tail next) {
    lock.lock();
    try {
      tail = next;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Reads from etcd what is older than the tail, for one watch. */
  private long caughtUp(String prefix, long after, Watcher watcher, BooleanSupplier isOver) {
    if (tail.holdsEventsAfter(after)) {
      return after;
    }
    try (var changes = new EtcdChanges(stub, after)) {
      while (!isOver.getAsBoolean() && !tail.holdsEventsAfter(changes.revision())) {
        List<StoreEvent> events =
            changes.next().stream().filter(event -> event.key().startsWith(prefix)).toList();
        if (!events.isEmpty()) {
          watcher.onEvents(events);
        }
      }
      return changes.revision();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return after;
    }
  }
}
