package dev.nauarch.reconcile.daemon;

import dev.nauarch.reconcile.Numbers;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.history.History;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A set beside its nodes and pods, at one moment.
 *
 * @param nodesByName all nodes
 * @param desired the names of those that are to have a pod
 * @param podsByNode the set's pods, but for those that have ended and are about to go
 * @param history the set's revisions
 */
record DaemonView(
    DaemonSet set,
    NavigableMap<String, Node> nodesByName,
    NavigableSet<String> desired,
    NavigableMap<String, List<Pod>> podsByNode,
    History history,
    Instant now) {

  static DaemonView of(
      DaemonSet set, List<Node> nodes, List<Pod> pods, History history, Instant now) {
    var placement = Placement.of(set);
    var nodesByName = new TreeMap<String, Node>();
    var desired = new TreeSet<String>();
    for (var node : nodes) {
      nodesByName.put(node.getMetadata().getName(), node);
      if (placement.isFor(node)) {
        desired.add(node.getMetadata().getName());
      }
    }
    var podsByNode = new TreeMap<String, List<Pod>>();
    for (var pod : pods) {
      if (!(Pods.hasEnded(pod) && Pods.isTerminating(pod))) {
        DaemonPods.node(pod)
            .ifPresent(
                node -> podsByNode.computeIfAbsent(node, name -> new ArrayList<>()).add(pod));
      }
    }
    podsByNode.values().forEach(each -> each.sort(DaemonPods.OLDEST_FIRST));
    return new DaemonView(set, nodesByName, desired, podsByNode, history, now);
  }

  /** The pods for a node, the longest-serving first. */
  List<Pod> pods(String node) {
    return podsByNode.getOrDefault(node, List.of());
  }

  Duration minReady() {
    return Duration.ofSeconds(Numbers.orZero(set.getSpec().getMinReadySeconds()));
  }

  boolean isAvailable(Pod pod) {
    return Pods.isAvailable(pod, minReady(), now);
  }

  /** Whether a pod is of the template that the set has now. */
  boolean isUpdated(Pod pod) {
    return history.isHashOfWanted(DaemonPods.hash(pod));
  }

  private boolean isRolling() {
    return "RollingUpdate".equals(set.getSpec().getUpdateStrategy().getType())
        && set.getSpec().getUpdateStrategy().getRollingUpdate() != null;
  }

  /** How many nodes may have two pods while pods are replaced. */
  int maxSurge() {
    var surge =
        isRolling() ? set.getSpec().getUpdateStrategy().getRollingUpdate().getMaxSurge() : null;
    return surge == null ? 0 : Numbers.share(surge, desired.size(), true);
  }

  boolean allowsSurge() {
    var surge =
        isRolling() ? set.getSpec().getUpdateStrategy().getRollingUpdate().getMaxSurge() : null;
    return surge != null && Numbers.share(surge, 1, true) > 0;
  }

  /** On how many nodes the pod may be unavailable while pods are replaced. */
  int maxUnavailable() {
    var away =
        isRolling()
            ? set.getSpec().getUpdateStrategy().getRollingUpdate().getMaxUnavailable()
            : null;
    var count = away == null ? 0 : Numbers.share(away, desired.size(), true);
    // With neither room above nor below nothing could ever move.
    return count == 0 && maxSurge() == 0 ? 1 : count;
  }
}
