package dev.nauarch.controlplane.reconcile;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.reconcile.Index;
import dev.nauarch.reconcile.Reading;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Tree;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * One cache per resource, shared by all controllers and filled from the first question on. The
 * first question about a kind waits for its objects.
 */
final class SharedCaches implements Snapshot, AutoCloseable {

  private static final Duration SYNC_TIMEOUT = Duration.ofSeconds(30);

  private final ClusterClient client;
  private final Map<Resource<?>, SharedCache<?>> cacheByResource = new ConcurrentHashMap<>();
  private final List<Resource<?>> collected = new CopyOnWriteArrayList<>();

  SharedCaches(ClusterClient client) {
    this.client = client;
  }

  /** The cache of a kind, which may still be filling. */
  @SuppressWarnings("unchecked") // a resource has one model
  <T extends HasMetadata> SharedCache<T> of(Resource<T> resource) {
    return (SharedCache<T>)
        cacheByResource.computeIfAbsent(resource, key -> new SharedCache<>(client, resource));
  }

  /** Has objects of a kind collected, and emptied out of namespaces. */
  void collect(Resource<?> resource) {
    collected.add(resource);
  }

  /** Forgets a kind that is no longer served. */
  void forget(Resource<?> resource) {
    collected.remove(resource);
    var cache = cacheByResource.remove(resource);
    if (cache != null) {
      cache.close();
    }
  }

  private <T extends HasMetadata> SharedCache<T> synced(Resource<T> resource) {
    var cache = of(resource);
    try {
      if (!cache.awaitSynced(SYNC_TIMEOUT)) {
        throw new IllegalStateException(
            "no list of " + resource.plural() + " within " + SYNC_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a list", e);
    }
    return cache;
  }

  @Override
  public <T extends HasMetadata> Optional<T> get(Resource<T> resource, ObjectKey key) {
    return synced(resource).get(key);
  }

  @Override
  public boolean isTaken(Resource<?> resource, ObjectKey key) {
    return synced(resource).isTaken(key);
  }

  @Override
  public <T extends HasMetadata> List<T> list(Resource<T> resource) {
    return synced(resource).list();
  }

  @Override
  public <T extends HasMetadata> List<T> list(Resource<T> resource, String namespace) {
    return synced(resource).list(namespace);
  }

  @Override
  public <T extends HasMetadata> List<T> lookup(Index<T> index, String value) {
    return synced(index.resource()).lookup(index, value);
  }

  @Override
  public Reading read(String path) {
    try {
      return new Reading.Found(new Tree(ModelCodec.map(ModelCodec.tree(client.raw(path)))));
    } catch (ApiException e) {
      return new Reading.Failed(String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      return new Reading.Failed("the answer is no JSON object");
    }
  }

  @Override
  public List<Resource<?>> resources() {
    return List.copyOf(collected);
  }

  @Override
  public void close() {
    cacheByResource.values().forEach(SharedCache::close);
  }
}
