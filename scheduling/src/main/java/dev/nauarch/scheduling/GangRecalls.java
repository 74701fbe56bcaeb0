package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.PodState;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Pods of gangs that were released while requests to bind them were under way. Until it is known
 * what came of these, nothing new is decided for the gang: a pod might be bound where it is not to
 * be any more.
 */
final class GangRecalls {

  private final SortedMap<ObjectKey, SortedMap<ObjectKey, String>> uidByPodByGang = new TreeMap<>();

  /** Requests to bind these pods are under way. */
  void add(ObjectKey gang, List<PodState> pods) {
    for (var pod : pods) {
      uidByPodByGang.computeIfAbsent(gang, ignored -> new TreeMap<>()).put(pod.key(), pod.uid());
    }
  }

  /** Whether it is not known yet what came of a request. */
  boolean isPending(ObjectKey gang) {
    return uidByPodByGang.containsKey(gang);
  }

  /** It is known what came of the request for a pod; whether that was waited for. */
  boolean end(PodState pod) {
    var uids = pod.membership().gang().isEmpty() ? null : uidByPodByGang.get(pod.gangKey());
    if (uids == null || !uids.remove(pod.key(), pod.uid())) {
      return false;
    }
    if (uids.isEmpty()) {
      uidByPodByGang.remove(pod.gangKey());
    }
    return true;
  }
}
