package dev.nauarch.reconcile.node;

import dev.nauarch.api.Tolerations;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.Optional;

/** Questions about whether a node serves. */
final class NodeStates {

  static final String NOT_READY = "node.kubernetes.io/not-ready";
  static final String UNREACHABLE = "node.kubernetes.io/unreachable";

  /** By which people say that a node is off for good: none of its pods runs any more. */
  static final String OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";

  private NodeStates() {}

  /** Whether a node does not serve, and people have said that nothing runs on it. */
  static boolean isOutOfService(Node node) {
    return !isReady(node)
        && Tolerations.taints(node).stream()
            .anyMatch(taint -> OUT_OF_SERVICE.equals(taint.getKey()));
  }

  static Optional<NodeCondition> ready(Node node) {
    return node.getStatus() == null
        ? Optional.empty()
        : node.getStatus().getConditions().stream()
            .filter(condition -> "Ready".equals(condition.getType()))
            .findFirst();
  }

  static boolean isReady(Node node) {
    return ready(node).filter(condition -> "True".equals(condition.getStatus())).isPresent();
  }

  static boolean isUnknown(Node node) {
    return ready(node).filter(condition -> "Unknown".equals(condition.getStatus())).isPresent();
  }

  /** Whether a taint is one that says that a node does not serve. */
  static boolean isOurs(Taint taint) {
    return NOT_READY.equals(taint.getKey()) || UNREACHABLE.equals(taint.getKey());
  }
}
