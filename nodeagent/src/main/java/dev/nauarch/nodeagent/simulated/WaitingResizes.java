package dev.nauarch.nodeagent.simulated;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.quota.PodAmounts;
import dev.nauarch.nodeagent.lifecycle.QosClass;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The pods that wait for room on their nodes to be resized, and who of them comes first. */
final class WaitingResizes {
  private static final String LAST = "~";

  private final Map<String, SortedSet<ObjectKey>> keysByNode = new HashMap<>();

  void add(String node, ObjectKey pod) {
    keysByNode.computeIfAbsent(node, name -> new TreeSet<>()).add(pod);
  }

  void remove(String node, ObjectKey pod) {
    var keys = keysByNode.get(node);
    if (keys != null && keys.remove(pod) && keys.isEmpty()) {
      keysByNode.remove(node);
    }
  }

  boolean isAnyOn(String node) {
    return keysByNode.containsKey(node);
  }

  /**
   * Those of a node: first who asks for no more than it has, then by priority, guaranteed pods
   * before others, and who waits longest.
   *
   * @param find finds a pod
   * @param taken a pod as if it asked for what it has
   */
  List<Pod> inOrder(
      String node, Function<ObjectKey, Optional<Pod>> find, UnaryOperator<Pod> taken) {
    return keysByNode.getOrDefault(node, new TreeSet<>()).stream()
        .flatMap(key -> find.apply(key).stream())
        .sorted(
            Comparator.comparing((Pod pod) -> asksForMore(pod, taken.apply(pod)))
                .thenComparing(WaitingResizes::priority, Comparator.reverseOrder())
                .thenComparing(pod -> QosClass.of(pod) != QosClass.GUARANTEED)
                .thenComparing(WaitingResizes::since))
        .toList();
  }

  private static boolean asksForMore(Pod pod, Pod taken) {
    var asked = PodAmounts.requestsWithOverhead(pod.getSpec());
    var has = PodAmounts.requestsWithOverhead(taken.getSpec());
    return Stream.of("cpu", "memory")
        .anyMatch(name -> asked.get(name).compareTo(has.get(name)) > 0);
  }

  private static int priority(Pod pod) {
    var priority = pod.getSpec().getPriority();
    return priority == null ? 0 : priority;
  }

  private static String since(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .filter(each -> each.getType().equals("PodResizePending"))
        .map(PodCondition::getLastTransitionTime)
        .findFirst()
        .orElse(LAST);
  }
}
