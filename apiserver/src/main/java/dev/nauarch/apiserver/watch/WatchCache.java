package dev.nauarch.apiserver.watch;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.encryption.Unreadable;
import dev.nauarch.apiserver.object.FieldSelector;
import dev.nauarch.apiserver.object.LabelSelector;
import dev.nauarch.apiserver.object.ObjectPart;
import dev.nauarch.apiserver.object.StorageKey;
import dev.nauarch.apiserver.object.StoredObject;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.store.Entry;
import dev.nauarch.store.Store;
import dev.nauarch.store.StoreEvent;
import dev.nauarch.store.StoreException;
import dev.nauarch.store.Subscription;
import dev.nauarch.store.Watcher;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything that the store holds under {@code /registry/}, followed through one subscription. The
 * store's thread applies the changes; all else reads.
 */
public final class WatchCache implements ObjectView, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WatchCache.class);
  private static final Duration RETRY = Duration.ofMillis(200);
  private static final Duration NOW_WAIT_MAX = Duration.ofSeconds(1);

  private final Store store;
  private final Map<String, ResourceCache> cachesByResource = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition advanced = lock.newCondition();
  private volatile long revision;
  private final AtomicInteger waiters = new AtomicInteger();
  private volatile @Nullable Subscription subscription;
  private volatile @Nullable Follower follower;
  private volatile boolean closed;

  private WatchCache(Store store) {
    this.store = store;
  }

  /** Reads everything, and follows the store from there. */
  public static WatchCache start(Store store) {
    var cache = new WatchCache(store);
    cache.load();
    return cache;
  }

  /** The cache of a resource; all versions of a kind share one. */
  public ResourceCache of(String group, String plural) {
    return byResource(StorageKey.resource(group, plural));
  }

  /** The revision up to which every change has been applied. */
  public long revision() {
    return revision;
  }

  /** Whether nothing has been stored or asked for of a resource. */
  public boolean isUnknown(String group, String plural) {
    return !cachesByResource.containsKey(StorageKey.resource(group, plural));
  }

  /** How many objects a resource has. */
  public int count(String group, String plural) {
    var found = cachesByResource.get(StorageKey.resource(group, plural));
    return found == null ? 0 : found.size();
  }

  /** How many objects each resource has, by {@code GROUP/PLURAL/}. */
  public Map<String, ResourceCache> resources() {
    return Map.copyOf(cachesByResource);
  }

  /**
   * Waits until every change up to a revision has been applied.
   *
   * @return whether it was in time
   */
  public boolean await(long wanted, Duration timeout) {
    if (revision >= wanted) {
      return true;
    }
    lock.lock();
    waiters.incrementAndGet();
    try {
      var left = timeout.toNanos();
      while (revision < wanted) {
        if (left <= 0) {
          return false;
        }
        left = advanced.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      waiters.decrementAndGet();
      lock.unlock();
    }
  }

  @Override
  public Optional<ObjectNode> find(String group, String plural, String namespace, String name) {
    return of(group, plural).get(StorageKey.local(namespace, name)).map(StoredObject::tree);
  }

  @Override
  public Optional<ObjectNode> findNow(String group, String plural, String namespace, String name) {
    return find(group, plural, namespace, name)
        .or(
            () -> {
              await(store.revision(), NOW_WAIT_MAX);
              return find(group, plural, namespace, name);
            });
  }

  @Override
  public Optional<String> scalar(
      String group, String plural, String namespace, String name, List<String> path) {
    return of(group, plural)
        .get(StorageKey.local(namespace, name))
        .flatMap(object -> object.scalar(path));
  }

  @Override
  public List<ObjectNode> list(String group, String plural, String namespace) {
    var request = new WatchRequest(namespace, "", LabelSelector.ALL, FieldSelector.ALL);
    return of(group, plural).select(request).stream().map(StoredObject::tree).toList();
  }

  @Override
  public List<ObjectNode> parts(String group, String plural, String namespace, ObjectPart part) {
    var request = new WatchRequest(namespace, "", LabelSelector.ALL, FieldSelector.ALL);
    return of(group, plural).select(request).stream().map(object -> object.part(part)).toList();
  }

  @Override
  public List<String> names(String group, String plural) {
    return of(group, plural).select(WatchRequest.ALL).stream().map(StoredObject::name).toList();
  }

  @Override
  public List<ObjectNode> podsOn(String node) {
    return of("", "pods").indexed(node).stream().map(StoredObject::tree).toList();
  }

  @Override
  public long revision(String group, String plural) {
    return of(group, plural).revision();
  }

  @Override
  public void onChange(String group, String plural, Runnable told) {
    of(group, plural).onChange(told);
  }

  /** Forgets changes that are older than any client will ask for. */
  public void forgetOld() {
    var now = System.nanoTime();
    cachesByResource.values().forEach(cache -> cache.forgetOld(now));
  }

  @Override
  public void close() {
    closed = true;
    var running = subscription;
    if (running != null) {
      running.close();
    }
    var reason =
        new ApiException(
            ApiException.Reason.SERVICE_UNAVAILABLE,
            "the server is shutting down",
            ApiException.Details.NONE);
    cachesByResource.values().forEach(cache -> cache.endAll(reason));
  }

  private ResourceCache byResource(String resource) {
    var known = cachesByResource.get(resource);
    return known != null
        ? known
        : cachesByResource.computeIfAbsent(
            resource,
            any ->
                new ResourceCache(
                    Snapshot.EMPTY, loadedAt, () -> revision, FieldIndex.of(resource)));
  }

  /** The revision of the last full load: before it no change is known. */
  private volatile long loadedAt;

  private void load() {
    var page = store.range(StorageKey.ROOT, "", 0, 0);
    var snapshots = new HashMap<String, Snapshot>();
    var unreadable = new HashMap<String, NavigableMap<String, String>>();
    for (var entry : page.entries()) {
      var resource = resourceOf(entry.key());
      var why = Unreadable.why(entry);
      if (resource != null && why.isPresent()) {
        LOG.error("The object {} can't be read: {}", entry.key(), why.get());
        unreadable.computeIfAbsent(resource, any -> new TreeMap<>()).put(entry.key(), why.get());
      } else if (resource != null) {
        snapshots.merge(
            resource, Snapshot.EMPTY.with(object(entry)), (all, one) -> all.with(object(entry)));
      }
    }
    loadedAt = page.revision();
    for (var known : cachesByResource.entrySet()) {
      var now = snapshots.getOrDefault(known.getKey(), Snapshot.EMPTY);
      known.getValue().unreadable(unreadable.getOrDefault(known.getKey(), new TreeMap<>()));
      known.getValue().reset(now, page.revision());
    }
    snapshots.forEach(
        (resource, objects) ->
            cachesByResource.computeIfAbsent(
                resource,
                any ->
                    new ResourceCache(
                        objects, page.revision(), () -> revision, FieldIndex.of(resource))));
    unreadable.forEach((resource, whyByKey) -> byResource(resource).unreadable(whyByKey));
    advance(page.revision());
    var follows = new Follower();
    follower = follows;
    subscription = store.watch(StorageKey.ROOT, page.revision(), follows);
  }

  /** Tries again to read what can't be read, because other keys are known now. */
  public void readAgain() {
    if (cachesByResource.values().stream().noneMatch(ResourceCache::hasUnreadable)) {
      return;
    }
    var follows = follower;
    var running = subscription;
    if (follows != null && running != null) {
      follows.end();
      running.close();
      reload();
    }
  }

  private void reload() {
    while (!closed) {
      try {
        load();
        return;
      } catch (StoreException e) {
        LOG.warn("The store can't be followed, trying again: {}", e.getMessage());
      }
      try {
        Thread.sleep(RETRY);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void advance(long to) {
    if (to <= revision) {
      return;
    }
    revision = to;
    if (waiters.get() > 0) {
      lock.lock();
      try {
        advanced.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** {@code GROUP/PLURAL/} of a key; null for a key that is no object's. */
  private static @Nullable String resourceOf(String key) {
    var group = key.indexOf('/', StorageKey.ROOT.length());
    var plural = group < 0 ? -1 : key.indexOf('/', group + 1);
    return plural < 0 ? null : key.substring(StorageKey.ROOT.length(), plural + 1);
  }

  /** The part of a key after the resource. */
  static String localKey(String key) {
    var resource = resourceOf(key);
    return key.substring(StorageKey.ROOT.length() + (resource == null ? 0 : resource.length()));
  }

  private static StoredObject object(Entry entry) {
    return new StoredObject(localKey(entry.key()), entry.value(), entry.revision());
  }

  /** Runs on the store's thread. */
  private final class Follower implements Watcher {

    private boolean isOver;

    /** Nothing is applied from now on, also of what is under way. */
    synchronized void end() {
      isOver = true;
    }

    @Override
    public synchronized void onEvents(List<StoreEvent> events) {
      if (isOver) {
        return;
      }
      var now = System.nanoTime();
      for (var event : events) {
        apply(event, now);
      }
      advance(events.getLast().revision());
    }

    @Override
    public synchronized void onProgress(long reached) {
      if (!isOver) {
        advance(reached);
      }
    }

    @Override
    public synchronized void onClosed(StoreException reason) {
      if (!closed && !isOver) {
        LOG.warn("The store ended the subscription: {}", reason.getMessage());
        Thread.ofVirtual().name("watch-cache-reload").start(WatchCache.this::reload);
      }
    }

    private void apply(StoreEvent event, long now) {
      var resource = resourceOf(event.key());
      if (resource == null) {
        return;
      }
      var all = byResource(resource);
      var why = event.current().flatMap(Unreadable::why);
      if (why.isPresent()) {
        LOG.error("The object {} can't be read: {}", event.key(), why.get());
        all.lose(event.key(), why.get(), event.revision());
        return;
      }
      all.regain(event.key());
      var previous =
          event.previous().filter(old -> Unreadable.why(old).isEmpty()).map(WatchCache::object);
      var current = event.current().map(WatchCache::object);
      if (current.isPresent()) {
        all.apply(new Change(current.get(), previous, false), now);
      } else if (previous.isPresent()) {
        var last = previous.get().at(event.revision());
        all.apply(new Change(last, previous, true), now);
      }
    }
  }
}
