package dev.nauarch.nodeagent.lifecycle;

import dev.nauarch.api.quota.Amount;
import dev.nauarch.api.quota.Amounts;
import java.util.List;

/** Whether a node has room for what a resized pod asks for. */
public sealed interface Room {

  /** It fits. */
  record Enough() implements Room {}

  /** It does not fit now, and may when others leave. */
  record Lacking(String why) implements Room {}

  /** It never fits on this node. */
  record Never(String why) implements Room {}

  /**
   * Holds what is asked for against what is there.
   *
   * @param allocatable what the node has for pods
   * @param taken what it has set aside for the other pods
   * @param asked what the pod asks for
   */
  static Room of(Amounts allocatable, Amounts taken, Amounts asked) {
    for (var name : List.of("cpu", "memory")) {
      var wanted = asked.get(name);
      var capacity = allocatable.get(name);
      if (wanted.compareTo(capacity) > 0) {
        return new Never(
            "Node didn't have enough capacity: %s, requested: %s, capacity: %s"
                .formatted(name, wanted.counted(name), capacity.counted(name)));
      }
    }
    for (var name : List.of("cpu", "memory")) {
      var wanted = asked.get(name);
      var used = taken.get(name);
      var capacity = allocatable.get(name);
      if (!wanted.isZero() && wanted.plus(used).compareTo(capacity) > 0) {
        return new Lacking(lacking(name, wanted, used, capacity));
      }
    }
    return new Enough();
  }

  /** What is said of a node that has too little of a resource. */
  static String lacking(String name, Amount asked, Amount used, Amount capacity) {
    return "Node didn't have enough resource: %s, requested: %s, used: %s, capacity: %s"
        .formatted(name, asked.counted(name), used.counted(name), capacity.counted(name));
  }
}
