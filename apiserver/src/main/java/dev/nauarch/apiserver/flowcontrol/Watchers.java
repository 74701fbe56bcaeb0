package dev.nauarch.apiserver.flowcontrol;

import dev.nauarch.apiserver.object.FieldSelector;
import dev.nauarch.apiserver.port.Attributes;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** How many watch what over the network. May be asked and told by any thread. */
final class Watchers {

  private final Map<Watched, Integer> counts = new ConcurrentHashMap<>();

  /** Objects that are watched; an empty namespace or name stands for all. */
  private record Watched(String group, String resource, String namespace, String name) {}

  /** A watch begins, or ends. */
  void count(Attributes watch, int change) {
    var watched = new Watched(watch.group(), watch.resource(), watch.namespace(), nameOf(watch));
    counts.merge(watched, change, (a, b) -> a + b == 0 ? null : a + b);
  }

  private static String nameOf(Attributes watch) {
    return watch.fields().stream()
        .filter(field -> field.isEqual() && field.path().equals("metadata.name"))
        .map(FieldSelector.Requirement::value)
        .findFirst()
        .orElse(watch.name());
  }

  /** How many are told of what a write changes. */
  int of(Attributes write) {
    if (counts.isEmpty()) {
      return 0;
    }
    var sum = 0;
    for (var namespace : either(write.namespace())) {
      for (var name : either(write.name())) {
        sum +=
            counts.getOrDefault(new Watched(write.group(), write.resource(), namespace, name), 0);
      }
    }
    return sum;
  }

  private static Set<String> either(String text) {
    return text.isEmpty() ? Set.of("") : Set.of("", text);
  }
}
