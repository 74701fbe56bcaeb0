package dev.nauarch.client;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a local copy of a selection of objects up to date by one list and a watch, and tells one
 * listener of every change. A watch that breaks is opened again where it left off; one that can't
 * go on is replaced by a new list, whose differences are told like any other change.
 *
 * <p>The listener is called on the informer's own virtual thread. The cache may be read from any
 * thread, and is changed before the listener hears of it.
 *
 * @param <T> the kind's model
 */
public final class Informer<T extends HasMetadata> implements AutoCloseable {

  private static final Duration RETRY_FIRST = Duration.ofMillis(50);
  private static final Duration RETRY_MAX = Duration.ofSeconds(5);

  private final ClusterClient client;
  private final Resource<T> resource;
  private final Selection selection;
  private final InformerListener<T> listener;
  private final Map<ObjectKey, T> objectsByKey = new ConcurrentHashMap<>();
  private final CountDownLatch synced = new CountDownLatch(1);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicReference<@Nullable Watch> watch = new AtomicReference<>();
  private final Thread thread;

  private Informer(
      ClusterClient client,
      Resource<T> resource,
      Selection selection,
      InformerListener<T> listener) {
    this.client = client;
    this.resource = resource;
    this.selection = selection;
    this.listener = listener;
    this.thread = Thread.ofVirtual().name("informer-" + resource.plural()).unstarted(this::run);
  }

  /** Starts an informer; the listener must not block for long. */
  public static <T extends HasMetadata> Informer<T> start(
      ClusterClient client,
      Resource<T> resource,
      Selection selection,
      InformerListener<T> listener) {
    var informer = new Informer<>(client, resource, selection, listener);
    informer.thread.start();
    return informer;
  }

  /** The cached object of this key. */
  public Optional<T> get(ObjectKey key) {
    return Optional.ofNullable(objectsByKey.get(key));
  }

  /** All cached objects, in no order. */
  public Collection<T> all() {
    return List.copyOf(objectsByKey.values());
  }

  /** Waits until the first full list has been delivered. */
  public boolean awaitSynced(Duration timeout) throws InterruptedException {
    return synced.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    closed.set(true);
    thread.interrupt();
    var running = watch.getAndSet(null);
    if (running != null) {
      running.close();
    }
  }

  private void run() {
    var retry = RETRY_FIRST;
    while (!closed.get()) {
      try {
        follow(relist());
        retry = RETRY_FIRST;
      } catch (ApiException e) {
        if (!pause(retry)) {
          return;
        }
        retry = longer(retry);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private String relist() {
    var list = client.list(resource, selection);
    var gone = new HashSet<>(objectsByKey.keySet());
    for (var object : list.items()) {
      gone.remove(ObjectKey.of(object));
      upsert(object);
    }
    for (var key : gone) {
      remove(key);
    }
    if (synced.getCount() > 0) {
      synced.countDown();
      listener.onSynced();
    }
    return list.resourceVersion();
  }

  /**
   * Watches until the server says that a new list is needed. A server that can't be reached says
   * nothing about what was seen, so the watch goes on from there once it can.
   *
   * @throws ApiException when the server refuses the watch
   */
  private void follow(String fromVersion) throws InterruptedException {
    var version = fromVersion;
    var retry = RETRY_FIRST;
    while (!closed.get()) {
      var run = new Run(version);
      var wasOpened = open(run);
      if (closed.get()) {
        return;
      }
      run.ended.await();
      version = run.version;
      var end = Objects.requireNonNull(run.reason.get());
      if (end.reason() == ApiException.Reason.EXPIRED || end.reason() == ApiException.Reason.GONE) {
        return;
      }
      if (!wasOpened && !isPassing(end)) {
        throw end;
      }
      retry = wasOpened ? RETRY_FIRST : longer(retry);
      if (!pause(retry)) {
        return;
      }
    }
  }

  /** Opens a watch; whether it was opened. What kept it from that is how the run ended. */
  private boolean open(Run run) {
    try {
      var opened = client.watch(resource, selection, run.version, run);
      watch.set(opened);
      if (closed.get()) {
        opened.close();
      }
      return true;
    } catch (ApiException e) {
      run.onClosed(e);
      return false;
    }
  }

  /** Whether a list would fare no better now, while what the watch has seen still holds. */
  private static boolean isPassing(ApiException end) {
    return switch (end.reason()) {
      case SERVICE_UNAVAILABLE, TOO_MANY_REQUESTS -> true;
      default -> false;
    };
  }

  private static Duration longer(Duration retry) {
    var twice = retry.multipliedBy(2);
    return twice.compareTo(RETRY_MAX) < 0 ? twice : RETRY_MAX;
  }

  private static boolean pause(Duration time) {
    try {
      Thread.sleep(time);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void upsert(T object) {
    var old = objectsByKey.put(ObjectKey.of(object), object);
    var version = object.getMetadata().getResourceVersion();
    if (old == null || !Objects.equals(version, old.getMetadata().getResourceVersion())) {
      listener.onUpsert(object);
    }
  }

  private void remove(ObjectKey key) {
    var old = objectsByKey.remove(key);
    if (old != null) {
      listener.onDelete(old);
    }
  }

  /** One watch, from its opening to its end. */
  private final class Run implements WatchListener<T> {
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicReference<@Nullable ApiException> reason = new AtomicReference<>();
    private volatile String version;

    Run(String version) {
      this.version = version;
    }

    @Override
    public void onAdded(T object) {
      onModified(object);
    }

    @Override
    public void onModified(T object) {
      upsert(object);
      version = object.getMetadata().getResourceVersion();
    }

    @Override
    public void onDeleted(T object) {
      var key = ObjectKey.of(object);
      if (objectsByKey.remove(key) != null) {
        listener.onDelete(object);
      }
      version = object.getMetadata().getResourceVersion();
    }

    @Override
    public void onBookmark(String resourceVersion) {
      version = resourceVersion;
    }

    @Override
    public void onClosed(ApiException why) {
      reason.set(why);
      ended.countDown();
    }
  }
}
