package dev.nauarch.reconcile.node;

import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Index;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Times;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import java.time.Instant;
import java.util.List;

/**
 * The pods of a node of which nothing is heard: none of them counts as ready, so that services send
 * nobody there. Once the node is back its agent says again which are.
 */
final class SilentPods {

  private SilentPods() {}

  /** Takes back that the pods of a node are ready. */
  static void mark(PlanDraft draft, Node node, Snapshot world, Instant now) {
    for (var pod : world.lookup(Index.PODS_BY_NODE, node.getMetadata().getName())) {
      if (Pods.isReady(pod)) {
        draft.updateStatus(Resources.PODS, unready(pod, now));
        draft.warning(pod, "NodeNotReady", "Node is not ready");
      }
    }
  }

  private static Pod unready(Pod pod, Instant now) {
    List<PodCondition> conditions =
        pod.getStatus().getConditions().stream()
            .map(each -> "Ready".equals(each.getType()) ? unready(each, now) : each)
            .toList();
    return pod.edit().editStatus().withConditions(conditions).endStatus().build();
  }

  private static PodCondition unready(PodCondition ready, Instant now) {
    return new PodConditionBuilder(ready)
        .withStatus("False")
        .withLastTransitionTime(Times.format(now))
        .build();
  }
}
