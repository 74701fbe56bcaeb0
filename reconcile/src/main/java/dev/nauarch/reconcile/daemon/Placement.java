package dev.nauarch.reconcile.daemon;

import dev.nauarch.api.NodeSelectors;
import dev.nauarch.api.Tolerations;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes a set's pods are for. It is worked out once for a set and asked for each node.
 *
 * @param nodeName the one node; empty for any
 * @param nodeSelector labels that a node must have
 * @param terms one of which a node must match; empty where nothing is asked
 * @param tolerations those of the set's pods
 */
record Placement(
    String nodeName,
    @Nullable Map<String, String> nodeSelector,
    Optional<List<NodeSelectorTerm>> terms,
    List<Toleration> tolerations) {

  private static final List<String> KEEPS_AWAY =
      List.of(Tolerations.NO_SCHEDULE, Tolerations.NO_EXECUTE);

  static Placement of(DaemonSet set) {
    var spec = set.getSpec().getTemplate().getSpec();
    return new Placement(
        spec.getNodeName() == null ? "" : spec.getNodeName(),
        spec.getNodeSelector(),
        NodeSelectors.required(spec),
        tolerations(spec));
  }

  /** The tolerations of a set's pods: nodes in trouble keep them. */
  static List<Toleration> tolerations(PodSpec spec) {
    var all = new ArrayList<>(spec.getTolerations());
    for (var key : List.of("not-ready", "unreachable")) {
      add(all, key, Tolerations.NO_EXECUTE);
    }
    for (var key : List.of("disk-pressure", "memory-pressure", "pid-pressure", "unschedulable")) {
      add(all, key, Tolerations.NO_SCHEDULE);
    }
    if (Boolean.TRUE.equals(spec.getHostNetwork())) {
      add(all, "network-unavailable", Tolerations.NO_SCHEDULE);
    }
    return all;
  }

  private static void add(List<Toleration> all, String key, String effect) {
    var toleration = new Toleration();
    toleration.setKey("node.kubernetes.io/" + key);
    toleration.setOperator("Exists");
    toleration.setEffect(effect);
    if (!all.contains(toleration)) {
      all.add(toleration);
    }
  }

  /** Whether a node is to have a pod. */
  boolean isFor(Node node) {
    return matches(node)
        && Tolerations.tolerateAll(tolerations, Tolerations.taints(node), KEEPS_AWAY);
  }

  /** Whether a pod that is on a node may stay. */
  boolean mayStayOn(Node node) {
    return matches(node)
        && Tolerations.tolerateAll(
            tolerations, Tolerations.taints(node), List.of(Tolerations.NO_EXECUTE));
  }

  private boolean matches(Node node) {
    return (nodeName.isEmpty() || nodeName.equals(node.getMetadata().getName()))
        && NodeSelectors.matches(nodeSelector, node)
        && terms.map(each -> NodeSelectors.matchesAny(each, node)).orElse(true);
  }
}
