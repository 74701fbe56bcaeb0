package dev.nauarch.apiserver.watch;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.object.StoredObject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The events of one watch on their way from the cache to its reader. The cache puts, one reader
 * takes. A reader that falls behind by more than the channel holds is cut off: it is told so, and
 * starts anew.
 */
public final class WatchChannel implements AutoCloseable {

  private static final int EVENTS_MAX = 8192;
  private static final long BYTES_MAX = 32L << 20;

  private final WatchRequest request;
  private final ResourceCache cache;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final ArrayDeque<WatchEvent> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private volatile @Nullable UnaryOperator<List<StoredObject>> form;
  private @Nullable WatchBeginning beginning;
  private @Nullable ApiException end;
  private boolean isWoken;

  WatchChannel(ResourceCache cache, WatchRequest request) {
    this.cache = cache;
    this.request = request;
  }

  /**
   * Takes all events that wait, and waits for some where there are none.
   *
   * @return in order; empty when none came in time, or the reader was woken
   */
  public List<WatchEvent> take(Duration timeout) throws InterruptedException {
    return shown(taken(timeout));
  }

  /**
   * Shows objects in another form to the reader.
   *
   * @param change gives objects in their form, in the same order; called on the reader's thread
   */
  public void showAs(UnaryOperator<List<StoredObject>> change) {
    form = change;
  }

  private List<WatchEvent> shown(List<WatchEvent> events) {
    var change = form;
    if (change == null) {
      return events;
    }
    var objects = new ArrayList<StoredObject>();
    for (var event : events) {
      if (event instanceof WatchEvent.Changed(_, var object)) {
        objects.add(object);
      }
    }
    try {
      var next = change.apply(objects).iterator();
      var result = new ArrayList<WatchEvent>();
      for (var event : events) {
        result.add(
            event instanceof WatchEvent.Changed(var type, _)
                ? new WatchEvent.Changed(type, next.next())
                : event);
      }
      return result;
    } catch (ApiException e) {
      return List.of(new WatchEvent.Ended(e));
    }
  }

  private List<WatchEvent> taken(Duration timeout) throws InterruptedException {
    lock.lock();
    try {
      var left = timeout.toNanos();
      while (waiting.isEmpty() && end == null && beginning == null && !isWoken) {
        if (left <= 0) {
          return List.of();
        }
        left = arrived.awaitNanos(left);
      }
      isWoken = false;
      var taken = new ArrayList<WatchEvent>();
      if (beginning != null) {
        addTo(taken, beginning);
        beginning = null;
      }
      taken.addAll(waiting);
      forgetWaiting();
      if (end != null) {
        taken.add(new WatchEvent.Ended(end));
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Has the reader wait no longer for events, now or else the next time. */
  public void wake() {
    lock.lock();
    try {
      isWoken = true;
      arrived.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Adds a bookmark at the cache's revision, behind every event up to it. */
  public void bookmark() {
    cache.bookmark(this);
  }

  /** Whether something waits to be taken. */
  public boolean isBehind() {
    lock.lock();
    try {
      return beginning != null || !waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** How many watches of the same resource are open, this one among them. */
  public long rivals() {
    return cache.watches();
  }

  /** Ends the watch from the reader's side. */
  @Override
  public void close() {
    cache.forget(this);
    end(new ApiException(ApiException.Reason.TIMEOUT, "closed", ApiException.Details.NONE));
  }

  private static void addTo(List<WatchEvent> events, WatchBeginning beginning) {
    for (var object : beginning.objects()) {
      events.add(new WatchEvent.Changed(WatchEvent.Type.ADDED, object));
    }
    if (beginning.marksEnd()) {
      events.add(new WatchEvent.Bookmark(beginning.revision(), true));
    }
  }

  void begin(WatchBeginning objects) {
    beginning = objects;
  }

  /** Called by the cache for every change of the resource. */
  void offer(Change change) {
    var event = seen(change);
    if (event != null) {
      put(event);
    }
  }

  void put(WatchEvent event) {
    lock.lock();
    try {
      if (end != null) {
        return;
      }
      var bytes = bytes(event);
      if (waiting.size() >= EVENTS_MAX || waitingBytes + bytes > BYTES_MAX) {
        var behind = waiting.size() + " events of " + waitingBytes + " bytes";
        forgetWaiting();
        end =
            new ApiException(
                ApiException.Reason.EXPIRED,
                "the watch fell behind by " + behind + ", more than is kept for it",
                ApiException.Details.NONE);
        cache.forget(this);
      } else {
        waiting.add(event);
        waitingBytes += bytes;
      }
      arrived.signal();
    } finally {
      lock.unlock();
    }
  }

  private void forgetWaiting() {
    waiting.clear();
    waitingBytes = 0;
  }

  private static long bytes(WatchEvent event) {
    return event instanceof WatchEvent.Changed(_, var object) ? object.stored().length : 0;
  }

  void end(ApiException reason) {
    lock.lock();
    try {
      if (end == null) {
        end = reason;
        arrived.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** A change as the selection sees it; null for one that it does not see. */
  private @Nullable WatchEvent seen(Change change) {
    if (!request.isInScope(change.object())) {
      return null;
    }
    var isIn = !change.isDeletion() && request.selects(change.object());
    var wasIn =
        change.previous().isPresent()
            && (request.selectsAll() || request.selects(change.previous().get()));
    if (isIn) {
      return new WatchEvent.Changed(
          wasIn ? WatchEvent.Type.MODIFIED : WatchEvent.Type.ADDED, change.object());
    }
    return wasIn ? new WatchEvent.Changed(WatchEvent.Type.DELETED, left(change)) : null;
  }

  /** The object that left the selection: its last state that was in it, at this revision. */
  private static StoredObject left(Change change) {
    return change.isDeletion()
        ? change.object()
        : change.previous().orElseThrow().at(change.revision());
  }
}
