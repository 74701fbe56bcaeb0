package dev.nauarch.apiserver.watch;

import dev.nauarch.apiserver.object.StoredObject;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys of objects by the value of one of their fields. Changes come from one thread at a time,
 * reads from any.
 */
final class FieldIndex {

  private final List<String> path;
  private final ConcurrentHashMap<String, Set<String>> keysByValue = new ConcurrentHashMap<>();

  private FieldIndex(List<String> path) {
    this.path = path;
  }

  /**
   * The index of a resource; only pods have one, by their node.
   *
   * @param resource {@code GROUP/PLURAL/}
   */
  static Optional<FieldIndex> of(String resource) {
    return resource.equals("core/pods/")
        ? Optional.of(new FieldIndex(List.of("spec", "nodeName")))
        : Optional.empty();
  }

  /** The keys of the objects that have the value. */
  Collection<String> keys(String value) {
    return List.copyOf(keysByValue.getOrDefault(value, Set.of()));
  }

  void reset(List<StoredObject> objects) {
    keysByValue.clear();
    objects.forEach(this::add);
  }

  void apply(Change change) {
    if (change.isDeletion()) {
      change.previous().ifPresent(this::remove);
      return;
    }
    var before = change.previous().flatMap(previous -> previous.scalar(path));
    var now = change.object().scalar(path);
    if (!before.equals(now)) {
      change.previous().ifPresent(this::remove);
      add(change.object());
    }
  }

  private void add(StoredObject object) {
    object
        .scalar(path)
        .filter(value -> !value.isEmpty())
        .ifPresent(
            value ->
                keysByValue
                    .computeIfAbsent(value, any -> ConcurrentHashMap.newKeySet())
                    .add(object.key()));
  }

  private void remove(StoredObject object) {
    object
        .scalar(path)
        .ifPresent(
            value ->
                keysByValue.computeIfPresent(
                    value,
                    (any, keys) -> {
                      keys.remove(object.key());
                      return keys.isEmpty() ? null : keys;
                    }));
  }
}
