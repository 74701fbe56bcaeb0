package dev.nauarch.apiserver.watch;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.encryption.Unreadable;
import dev.nauarch.apiserver.object.StoredObject;
import java.util.ArrayDeque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * What is remembered of one resource: all its objects, and its recent changes. Changes come from
 * one thread at a time; reads come from any and never wait for each other.
 */
public final class ResourceCache {

  private static final int CHANGES_MAX = 4096;
  private static final long CHANGES_BYTES_MAX = 64L << 20;
  private static final long AGE_NANOS_MAX = 300_000_000_000L;

  /** What a list sees: the objects as they are from the revision of the last change on. */
  public static final class State {
    private final Snapshot objects;
    private final long revision;

    State(Snapshot objects, long revision) {
      this.objects = objects;
      this.revision = revision;
    }

    /** The revision of the last change. */
    public long revision() {
      return revision;
    }

    /**
     * The selected objects, in key order.
     *
     * @param limit how many at the most
     */
    public List<StoredObject> select(WatchRequest request, int limit) {
      var isNamed = !request.name().isEmpty();
      if (isNamed) {
        var named = objects.get(request.prefix() + request.name()).filter(request::selects);
        if (named.isPresent() || !request.namespace().isEmpty()) {
          return named.stream().toList();
        }
      }
      Predicate<StoredObject> all = object -> true;
      Predicate<StoredObject> filter =
          request.selectsAll() && !isNamed
              ? all
              : object -> request.isInScope(object) && request.selects(object);
      return objects.select(request.prefix(), filter, limit);
    }

    /** How many objects there are in a request's namespace. */
    public int count(WatchRequest request) {
      return objects.count(request.prefix());
    }
  }

  private record Remembered(Change change, long atNanos) {

    /** What it adds to what is kept: the object before is mostly another change's. */
    int bytes() {
      return change.object().stored().length;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Remembered> recent = new ArrayDeque<>();
  private long recentBytes;
  private final CopyOnWriteArrayList<WatchChannel> channels = new CopyOnWriteArrayList<>();
  private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final LongSupplier cacheRevision;
  private volatile State state;

  /** Why an object can't be read, by its key of the store; such ones are not in the state. */
  private volatile NavigableMap<String, String> unreadable = new TreeMap<>();

  /** Objects by the value of a field, where they are looked up by it. */
  private final Optional<FieldIndex> index;

  /** Watches can go on from this revision or any later one. */
  private long oldestStart;

  ResourceCache(
      Snapshot objects, long revision, LongSupplier cacheRevision, Optional<FieldIndex> index) {
    this.index = index;
    this.state = new State(objects, revision);
    index.ifPresent(found -> found.reset(objects.select("", object -> true, Integer.MAX_VALUE)));
    this.oldestStart = revision;
    this.cacheRevision = cacheRevision;
  }

  /** The object under a key {@code [NAMESPACE/]NAME}. */
  public Optional<StoredObject> get(String key) {
    return state.objects.get(key);
  }

  /** The objects whose indexed field has a value; none where there is no index. */
  public List<StoredObject> indexed(String value) {
    return index.map(found -> found.keys(value)).orElse(List.of()).stream()
        .flatMap(key -> get(key).stream())
        .toList();
  }

  /** How many objects there are. */
  public int size() {
    return state.objects.size();
  }

  /** How many watches are open. */
  public int watches() {
    return channels.size();
  }

  /** The revision of the last change. */
  public long revision() {
    return state.revision;
  }

  /** All objects of this moment. */
  public State state() {
    return state;
  }

  /** The selected objects, in key order. */
  public List<StoredObject> select(WatchRequest request) {
    return state.select(request, Integer.MAX_VALUE);
  }

  /**
   * Opens a watch; whoever opens it must close it.
   *
   * @throws ApiException {@code EXPIRED} when changes since the start are no longer remembered
   */
  public WatchChannel watch(WatchRequest request, WatchStart start) {
    var channel = new WatchChannel(this, request);
    lock.lock();
    try {
      switch (start) {
        case WatchStart.After(var revision) -> replay(channel, revision);
        case WatchStart.Current(var marksEnd) -> {
          var begin = new WatchBeginning(select(request), reached(), marksEnd);
          channel.begin(begin);
        }
      }
      channels.add(channel);
      return channel;
    } finally {
      lock.unlock();
    }
  }

  private void replay(WatchChannel channel, long revision) {
    if (revision < oldestStart) {
      throw new ApiException(
          ApiException.Reason.EXPIRED,
          "too old resource version: " + revision + " (" + oldestStart + ")",
          ApiException.Details.NONE);
    }
    for (var remembered : recent) {
      if (remembered.change.revision() > revision) {
        channel.offer(remembered.change);
      }
    }
  }

  void apply(Change change, long nowNanos) {
    lock.lock();
    try {
      var objects =
          change.isDeletion()
              ? state.objects.without(change.object().key())
              : state.objects.with(change.object());
      state = new State(objects, change.revision());
      index.ifPresent(found -> found.apply(change));
      var remembered = new Remembered(change, nowNanos);
      recent.addLast(remembered);
      recentBytes += remembered.bytes();
      forgetOld(nowNanos);
      for (var channel : channels) {
        channel.offer(change);
      }
    } finally {
      lock.unlock();
    }
    listeners.forEach(Runnable::run);
  }

  /** Has somebody told of every change, on the thread that brings it. */
  void onChange(Runnable told) {
    listeners.add(told);
  }

  /** Forgets changes that nobody will ask for any more. */
  void forgetOld(long nowNanos) {
    lock.lock();
    try {
      while (!recent.isEmpty()
          && (recent.size() > CHANGES_MAX
              || recentBytes > CHANGES_BYTES_MAX
              || nowNanos - recent.peekFirst().atNanos > AGE_NANOS_MAX)) {
        var forgotten = recent.removeFirst();
        recentBytes -= forgotten.bytes();
        oldestStart = forgotten.change.revision();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Starts over from what the store holds; watches are told that they must, too. */
  void reset(Snapshot objects, long revision) {
    lock.lock();
    try {
      state = new State(objects, revision);
      index.ifPresent(found -> found.reset(objects.select("", object -> true, Integer.MAX_VALUE)));
      recent.clear();
      recentBytes = 0;
      oldestStart = revision;
      endAll(
          new ApiException(
              ApiException.Reason.EXPIRED,
              "the server lost the store's changes for a moment",
              ApiException.Details.NONE));
    } finally {
      lock.unlock();
    }
    listeners.forEach(Runnable::run);
  }

  /**
   * Refuses to show objects of which one can't be read.
   *
   * @throws StoreException {@code UNREADABLE}
   */
  public void requireReadable(WatchRequest request) {
    unreadable.entrySet().stream()
        .filter(one -> WatchCache.localKey(one.getKey()).startsWith(request.prefix()))
        .findFirst()
        .ifPresent(
            one -> {
              throw Unreadable.inList(one.getKey(), one.getValue());
            });
  }

  /** What of it can't be read. */
  void unreadable(NavigableMap<String, String> whyByKey) {
    unreadable = whyByKey;
  }

  boolean hasUnreadable() {
    return !unreadable.isEmpty();
  }

  /** An object can't be read from now on: who watches is told that it has to list, and can't. */
  void lose(String key, String why, long revision) {
    lock.lock();
    try {
      changeUnreadable(now -> now.put(key, why));
      var objects = state.objects;
      var local = WatchCache.localKey(key);
      reset(objects.get(local).isPresent() ? objects.without(local) : objects, revision);
    } finally {
      lock.unlock();
    }
  }

  /** An object can be read again, or is gone. */
  void regain(String key) {
    if (unreadable.containsKey(key)) {
      changeUnreadable(now -> now.remove(key));
    }
  }

  private void changeUnreadable(Consumer<NavigableMap<String, String>> change) {
    var changed = new TreeMap<>(unreadable);
    change.accept(changed);
    unreadable = changed;
  }

  void endAll(ApiException reason) {
    for (var channel : channels) {
      channel.end(reason);
    }
    channels.clear();
  }

  void bookmark(WatchChannel channel) {
    lock.lock();
    try {
      channel.put(new WatchEvent.Bookmark(reached(), false));
    } finally {
      lock.unlock();
    }
  }

  private long reached() {
    return Math.max(cacheRevision.getAsLong(), state.revision);
  }

  void forget(WatchChannel channel) {
    channels.remove(channel);
  }
}
