package dev.nauarch.controlplane.reconcile;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Informer;
import dev.nauarch.client.InformerListener;
import dev.nauarch.client.Selection;
import dev.nauarch.reconcile.Index;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * All objects of one kind, ordered by key and filed under indexes. The informer's thread writes;
 * any thread reads.
 *
 * @param <T> the kind's model
 */
final class SharedCache<T extends HasMetadata> implements AutoCloseable {

  /** Hears of changes. */
  @FunctionalInterface
  interface Listener<T> {

    /** An object is there or changed, or is gone. */
    void changed(T object, boolean isGone);
  }

  /** Objects filed under values, by value and key. */
  private record Filing<T extends HasMetadata>(
      Index<T> index, Map<String, NavigableMap<ObjectKey, T>> objectsByValue) {

    void put(ObjectKey key, T object) {
      for (var value : index.values(object)) {
        objectsByValue.computeIfAbsent(value, v -> new ConcurrentSkipListMap<>()).put(key, object);
      }
    }

    void remove(ObjectKey key, T object) {
      for (var value : index.values(object)) {
        objectsByValue.computeIfPresent(
            value,
            (v, objects) -> {
              objects.remove(key);
              return objects.isEmpty() ? null : objects;
            });
      }
    }
  }

  /**
   * Held while objects and indexes change together, and never while a listener is called: listeners
   * look into other caches, whose listeners look into this one.
   */
  private final Object contents = new Object();

  private final NavigableMap<ObjectKey, T> objectsByKey = new ConcurrentSkipListMap<>();
  private final LastGone lastGone = new LastGone();
  private final Map<String, Filing<T>> filingsByName = new ConcurrentHashMap<>();
  private final List<Listener<T>> listeners = new CopyOnWriteArrayList<>();
  private final Informer<T> informer;
  private volatile long seenVersion;

  SharedCache(ClusterClient client, Resource<T> resource) {
    this.informer =
        Informer.start(client, resource.outline(), Selection.of(resource), new Intake());
  }

  /** Tells a listener of every object that is there, changes or goes; of those there at once. */
  synchronized void subscribe(Listener<T> listener) {
    listeners.add(listener);
    objectsByKey.values().forEach(object -> listener.changed(object, false));
  }

  void unsubscribe(Listener<T> listener) {
    listeners.remove(listener);
  }

  boolean awaitSynced(Duration timeout) throws InterruptedException {
    return informer.awaitSynced(timeout);
  }

  Optional<T> get(ObjectKey key) {
    return Optional.ofNullable(objectsByKey.get(key));
  }

  /** Whether an object has this key, or had it lately. */
  boolean isTaken(ObjectKey key) {
    return objectsByKey.containsKey(key) || lastGone.contains(key);
  }

  List<T> list() {
    return List.copyOf(objectsByKey.values());
  }

  List<T> list(String namespace) {
    // No name contains a character that sorts before '-', and no namespace contains the space.
    return List.copyOf(
        objectsByKey
            .subMap(new ObjectKey(namespace, ""), new ObjectKey(namespace + " ", ""))
            .values());
  }

  List<T> lookup(Index<T> index, String value) {
    var objects = filing(index).objectsByValue().get(value);
    return objects == null ? List.of() : List.copyOf(objects.values());
  }

  private Filing<T> filing(Index<T> index) {
    var filing = filingsByName.get(index.name());
    return filing == null ? addFiling(index) : filing;
  }

  private Filing<T> addFiling(Index<T> index) {
    synchronized (contents) {
      var existing = filingsByName.get(index.name());
      if (existing != null) {
        return existing;
      }
      var filing = new Filing<T>(index, new ConcurrentHashMap<>());
      objectsByKey.forEach(filing::put);
      filingsByName.put(index.name(), filing);
      return filing;
    }
  }

  /** Whether everything up to a version has arrived. */
  boolean hasSeen(long version) {
    return seenVersion >= version;
  }

  private synchronized void store(T object) {
    var key = ObjectKey.of(object);
    synchronized (contents) {
      var old = objectsByKey.put(key, object);
      for (var filing : filingsByName.values()) {
        if (old != null) {
          filing.remove(key, old);
        }
        filing.put(key, object);
      }
    }
    noteVersion(object);
    listeners.forEach(listener -> listener.changed(object, false));
  }

  private synchronized void drop(T object) {
    var key = ObjectKey.of(object);
    lastGone.add(key);
    synchronized (contents) {
      var old = objectsByKey.remove(key);
      if (old != null) {
        filingsByName.values().forEach(filing -> filing.remove(key, old));
      }
    }
    noteVersion(object);
    listeners.forEach(listener -> listener.changed(object, true));
  }

  private void noteVersion(T object) {
    seenVersion = Math.max(seenVersion, Versions.parse(object.getMetadata().getResourceVersion()));
  }

  @Override
  public void close() {
    informer.close();
  }

  private final class Intake implements InformerListener<T> {
    @Override
    public void onUpsert(T object) {
      store(object);
    }

    @Override
    public void onDelete(T object) {
      drop(object);
    }
  }
}
