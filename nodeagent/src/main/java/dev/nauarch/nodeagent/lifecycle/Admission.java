package dev.nauarch.nodeagent.lifecycle;

import dev.nauarch.api.NodeSelectors;
import dev.nauarch.api.Tolerations;
import dev.nauarch.api.quota.Amounts;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;

/**
 * Kubernetes' rules of admission to a node: which of the pods that are bound to it its agent does
 * not take. Such a pod fails; it is another's business to have it made again elsewhere.
 */
public final class Admission {

  /** The operating system of all nodes. */
  private static final String LINUX = "linux";

  private static final String OS_LABEL = "kubernetes.io/os";
  private static final String AFFINITY = "NodeAffinity";
  private static final String TAINTS = "TaintToleration";

  private Admission() {}

  /** Why a node does not take a pod: what a pod that was refused has as reason and message. */
  public record Refusal(String reason, String message) {

    private static Refusal byRule(String rule, String message) {
      return new Refusal(rule, "Predicate " + rule + " failed: " + message);
    }

    /**
     * Whether it goes by the labels or taints of the node, so that whoever has bound the pod may
     * have seen a newer state of them.
     */
    public boolean isOfNodeState() {
      return reason.equals(AFFINITY) || reason.equals(TAINTS);
    }
  }

  /**
   * Why a node does not take a pod; empty where it does. Of several reasons it is the one that
   * Kubernetes tells: an operating system, room, the node's labels, ports, the node's taints.
   *
   * @param taken what the pods use that the node has taken
   * @param allocatable what the node has for pods
   * @param node the node as it is known; empty while it is not, when nothing of it is looked at
   */
  public static Optional<Refusal> refusal(
      Pod pod, NodeShares<?> taken, Amounts allocatable, Optional<Node> node) {
    var share = NodeShare.of(pod);
    return system(pod)
        .or(() -> taken.lack(share.amounts(), allocatable))
        .or(() -> node.flatMap(found -> affinity(pod, found)))
        .or(() -> ports(share, taken))
        .or(() -> node.flatMap(found -> taints(pod, found)));
  }

  private static Optional<Refusal> system(Pod pod) {
    var labels = pod.getMetadata().getLabels();
    if (labels != null && !LINUX.equals(labels.getOrDefault(OS_LABEL, LINUX))) {
      return Optional.of(
          new Refusal(
              "PodOSSelectorNodeLabelDoesNotMatch",
              "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label"));
    }
    var os = pod.getSpec().getOs();
    return os == null || LINUX.equals(os.getName())
        ? Optional.empty()
        : Optional.of(
            new Refusal(
                "PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS"));
  }

  private static Optional<Refusal> affinity(Pod pod, Node node) {
    return NodeSelectors.matches(pod.getSpec(), node)
        ? Optional.empty()
        : Optional.of(
            Refusal.byRule(AFFINITY, "node(s) didn't match Pod's node affinity/selector"));
  }

  private static Optional<Refusal> ports(NodeShare share, NodeShares<?> taken) {
    return taken.haveAnyOf(share.ports())
        ? Optional.of(
            Refusal.byRule(
                "NodePorts", "node(s) didn't have free ports for the requested pod ports"))
        : Optional.empty();
  }

  /** Taints that only keep the scheduler away do not concern whoever is bound already. */
  private static Optional<Refusal> taints(Pod pod, Node node) {
    return Tolerations.tolerateAll(
            pod.getSpec().getTolerations(),
            Tolerations.taints(node),
            List.of(Tolerations.NO_EXECUTE))
        ? Optional.empty()
        : Optional.of(Refusal.byRule(TAINTS, "node(s) had taints that the pod didn't tolerate"));
  }
}
