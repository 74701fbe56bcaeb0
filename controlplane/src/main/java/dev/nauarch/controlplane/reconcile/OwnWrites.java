package dev.nauarch.controlplane.reconcile;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What the last plan of a key wrote, until it shows in the caches. A controller that decides on a
 * state without its own last writes would make or delete too much, so its key rests until then, but
 * no longer than a few seconds: a change may have been overtaken by another that hides it.
 */
final class OwnWrites {

  static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Something that a cache will show. */
  private interface Expected {
    boolean isSeen();
  }

  private final SharedCaches caches;
  private final Instant until;
  private final List<Expected> expected = new ArrayList<>();

  OwnWrites(SharedCaches caches, Instant now) {
    this.caches = caches;
    this.until = now.plus(PATIENCE);
  }

  /** A write is over; one that changed nothing left the version that the cache has already. */
  <T extends HasMetadata> void written(Resource<T> resource, T object) {
    var version = Versions.parse(object.getMetadata().getResourceVersion());
    var cache = caches.of(resource);
    if (!cache.hasSeen(version)) {
      expectThat(() -> cache.hasSeen(version));
    }
  }

  <T extends HasMetadata> void deleted(Resource<T> resource, ObjectKey key, String uid) {
    var cache = caches.of(resource);
    expectThat(
        () ->
            cache
                .get(key)
                .filter(object -> object.getMetadata().getUid().equals(uid))
                .filter(object -> object.getMetadata().getDeletionTimestamp() == null)
                .isEmpty());
  }

  private synchronized void expectThat(Expected seen) {
    expected.add(seen);
  }

  synchronized boolean isEmpty() {
    return expected.isEmpty();
  }

  /** Whether all of it shows, or was waited for long enough. */
  synchronized boolean areSeen(Instant now) {
    expected.removeIf(Expected::isSeen);
    return expected.isEmpty() || now.isAfter(until);
  }
}
