package dev.nauarch.reconcile;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A snapshot over maps of objects. */
interface KeptObjects extends Snapshot {

  /** The objects of a kind, by name. */
  Map<ObjectKey, HasMetadata> of(Resource<?> resource);

  /** The keys that objects of a kind had which are gone. */
  Set<ObjectKey> gone(Resource<?> resource);

  @Override
  default boolean isTaken(Resource<?> resource, ObjectKey key) {
    return of(resource).containsKey(key) || gone(resource).contains(key);
  }

  @Override
  default <T extends HasMetadata> Optional<T> get(Resource<T> resource, ObjectKey key) {
    return Optional.ofNullable(of(resource).get(key)).map(resource.type()::cast);
  }

  @Override
  default <T extends HasMetadata> List<T> list(Resource<T> resource) {
    return of(resource).values().stream().map(resource.type()::cast).toList();
  }

  @Override
  default <T extends HasMetadata> List<T> list(Resource<T> resource, String namespace) {
    return list(resource).stream()
        .filter(object -> ObjectKey.of(object).namespace().equals(namespace))
        .toList();
  }

  @Override
  default <T extends HasMetadata> List<T> lookup(Index<T> index, String value) {
    return list(index.resource()).stream()
        .filter(object -> index.values(object).contains(value))
        .toList();
  }
}
