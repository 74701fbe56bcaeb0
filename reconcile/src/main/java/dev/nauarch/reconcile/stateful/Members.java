package dev.nauarch.reconcile.stateful;

import dev.nauarch.reconcile.Numbers;
import dev.nauarch.reconcile.Pods;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The pods of a set by ordinal.
 *
 * @param placed those of places that the set still has
 * @param condemned the others
 * @param minReady how long a pod is ready before it counts as available
 */
record Members(
    NavigableMap<Integer, Pod> placed,
    NavigableMap<Integer, Pod> condemned,
    Duration minReady,
    Instant now) {

  static Members of(StatefulSet set, Ordinals ordinals, List<Pod> pods, Instant now) {
    var placed = new TreeMap<Integer, Pod>();
    var condemned = new TreeMap<Integer, Pod>();
    for (var pod : pods) {
      var ordinal = Ordinals.of(set, pod);
      if (ordinal.isPresent()) {
        (ordinals.contains(ordinal.getAsInt()) ? placed : condemned).put(ordinal.getAsInt(), pod);
      }
    }
    var minReady = Duration.ofSeconds(Numbers.orZero(set.getSpec().getMinReadySeconds()));
    return new Members(placed, condemned, minReady, now);
  }

  static boolean isReady(Pod pod) {
    return "Running".equals(Pods.phase(pod)) && Pods.isReady(pod);
  }

  boolean isAvailable(Pod pod) {
    return Pods.isAvailable(pod, minReady, now);
  }

  /** Whether a pod can't be counted upon, or won't be for long. */
  boolean isUnavailable(Pod pod) {
    return !isAvailable(pod) || Pods.isTerminating(pod);
  }

  /** Whether a pod neither serves as it should nor is about to be replaced. */
  boolean isSettled(Pod pod) {
    return !Pods.isTerminating(pod) && isReady(pod) && isAvailable(pod);
  }

  /** How many of so many places have no pod that can be counted upon. */
  int unavailable(int places) {
    return places - (int) placed.values().stream().filter(pod -> !isUnavailable(pod)).count();
  }

  /** The first of the condemned pods that can't be counted upon; those that ended left out. */
  Optional<Pod> firstUnavailableCondemned() {
    return condemned.values().stream()
        .filter(pod -> isUnavailable(pod) && !Pods.hasEnded(pod))
        .findFirst();
  }
}
