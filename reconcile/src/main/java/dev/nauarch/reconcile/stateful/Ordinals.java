package dev.nauarch.reconcile.stateful;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.OptionalInt;

/**
 * The places of a set.
 *
 * @param start the first ordinal
 * @param count how many there are
 */
record Ordinals(int start, int count) {

  private static final int DECIMAL = 10;

  static Ordinals of(StatefulSet set) {
    var spec = set.getSpec();
    var start = spec.getOrdinals() == null ? 0 : spec.getOrdinals().getStart();
    var wanted = spec.getReplicas() == null ? 1 : spec.getReplicas();
    // An ordinal beyond the largest number could not be told from a negative one.
    return new Ordinals(start, Math.min(wanted, Integer.MAX_VALUE - start));
  }

  boolean contains(int ordinal) {
    return ordinal >= start && ordinal - start < count;
  }

  /** The first ordinal that is none of the set's. */
  int end() {
    return start + count;
  }

  /** The ordinal of a pod; empty where its name is not one that the set gives. */
  static OptionalInt of(StatefulSet set, Pod pod) {
    return of(set, pod.getMetadata().getName());
  }

  static OptionalInt of(StatefulSet set, String pod) {
    var prefix = set.getMetadata().getName() + "-";
    if (!pod.startsWith(prefix)) {
      return OptionalInt.empty();
    }
    var digits = pod.substring(prefix.length());
    if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalInt.empty();
    }
    try {
      var ordinal = Integer.parseInt(digits, DECIMAL);
      // "web-01" would be a second pod of the place of "web-1".
      return digits.equals(Integer.toString(ordinal))
          ? OptionalInt.of(ordinal)
          : OptionalInt.empty();
    } catch (NumberFormatException e) {
      return OptionalInt.empty();
    }
  }

  /** The name of a place's pod. */
  static String podName(StatefulSet set, int ordinal) {
    return set.getMetadata().getName() + "-" + ordinal;
  }
}
