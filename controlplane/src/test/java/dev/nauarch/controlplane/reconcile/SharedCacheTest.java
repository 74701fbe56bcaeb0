package dev.nauarch.controlplane.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.ObjectList;
import dev.nauarch.client.Watch;
import dev.nauarch.client.WatchListener;
import dev.nauarch.reconcile.Index;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SharedCacheTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Map<Resource<?>, CompletableFuture<WatchListener<HasMetadata>>> watches =
      new ConcurrentHashMap<>();

  @Test
  void listenersOfTwoCachesMayLookIntoTheOtherOneAtOnce() throws Exception {
    var one = Resources.CONFIG_MAPS.named("one");
    var other = Resources.CONFIG_MAPS.named("other");
    try (var first = new SharedCache<>(client(), one);
        var second = new SharedCache<>(client(), other)) {
      assertTrue(first.awaitSynced(PATIENCE) && second.awaitSynced(PATIENCE));
      var bothListen = new CountDownLatch(2);
      var found = new CountDownLatch(2);
      first.subscribe(looking(second, other, bothListen, found));
      second.subscribe(looking(first, one, bothListen, found));
      tell(one);
      tell(other);
      assertTrue(found.await(PATIENCE.toSeconds(), TimeUnit.SECONDS), "each waits for the other");
    }
  }

  /** A listener that asks the other cache for an index which that one has yet to make. */
  private static SharedCache.Listener<ConfigMap> looking(
      SharedCache<ConfigMap> into,
      Resource<ConfigMap> resource,
      CountDownLatch bothListen,
      CountDownLatch found) {
    return (object, isGone) -> {
      bothListen.countDown();
      try {
        assertTrue(bothListen.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      assertEquals(1, into.lookup(Index.byOwner(resource), "owner").size());
      found.countDown();
    };
  }

  private void tell(Resource<ConfigMap> resource) throws Exception {
    var map =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName(resource.name())
            .withNamespace("default")
            .withResourceVersion("2")
            .addNewOwnerReference()
            .withUid("owner")
            .endOwnerReference()
            .endMetadata()
            .build();
    var listener = watch(resource).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    Thread.ofVirtual().start(() -> listener.onAdded(map));
  }

  private CompletableFuture<WatchListener<HasMetadata>> watch(Resource<?> resource) {
    return watches.computeIfAbsent(resource, r -> new CompletableFuture<>());
  }

  /** A client of a cluster without objects, whose events the test tells itself. */
  @SuppressWarnings("unchecked")
  private ClusterClient client() {
    return (ClusterClient)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {ClusterClient.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "list" -> new ObjectList<>(List.of(), "1");
                  case "watch" -> {
                    watch((Resource<?>) arguments[0])
                        .complete((WatchListener<HasMetadata>) arguments[3]);
                    yield (Watch) () -> {};
                  }
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }
}
