package dev.nauarch.apiserver.watch;

import dev.nauarch.apiserver.object.StoredObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  /** What the objects are in the index under, to which nobody but the one who changes it looks. */
  private final Map<String, String> valueByKey = new HashMap<>();

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
    valueByKey.clear();
    objects.forEach(this::put);
  }

  void apply(Change change) {
    if (change.isDeletion()) {
      remove(change.object().key());
    } else {
      put(change.object());
    }
  }

  private void put(StoredObject object) {
    var value = object.scalar(path).orElse("");
    if (value.equals(valueByKey.getOrDefault(object.key(), ""))) {
      return;
    }
    remove(object.key());
    if (!value.isEmpty()) {
      valueByKey.put(object.key(), value);
      keysByValue.computeIfAbsent(value, any -> ConcurrentHashMap.newKeySet()).add(object.key());
    }
  }

  private void remove(String key) {
    var value = valueByKey.remove(key);
    if (value != null) {
      keysByValue.computeIfPresent(
          value,
          (any, keys) -> {
            keys.remove(key);
            return keys.isEmpty() ? null : keys;
          });
    }
  }
}
