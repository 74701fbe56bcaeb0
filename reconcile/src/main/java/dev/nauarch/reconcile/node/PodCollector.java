package dev.nauarch.reconcile.node;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Index;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * Removes the pods of nodes that are gone, since nobody is left to stop them; those that are to end
 * on nodes of which people have said that they are out of service; and pods that were deleted
 * before they had a node.
 */
public final class PodCollector implements Reconciler {

  @Override
  public String name() {
    return "pod-garbage-collector-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        new Trigger.Of<>(
            Resources.NODES, (node, world) -> podsOf(node.getMetadata().getName(), world)),
        Trigger.self(Resources.PODS));
  }

  private static List<ObjectKey> podsOf(String node, Snapshot world) {
    return world
            .get(Resources.NODES, new ObjectKey("", node))
            .filter(found -> !NodeStates.isOutOfService(found))
            .isPresent()
        ? List.of()
        : world.lookup(Index.PODS_BY_NODE, node).stream().map(ObjectKey::of).toList();
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var draft = new PlanDraft();
    world.get(Resources.PODS, key).ifPresent(pod -> collect(draft, pod, world));
    return draft.plan();
  }

  private static void collect(PlanDraft draft, Pod pod, Snapshot world) {
    if (!Pods.isBound(pod)) {
      if (Pods.isTerminating(pod)) {
        delete(draft, pod);
      }
      return;
    }
    var node = new ObjectKey("", pod.getSpec().getNodeName());
    var found = world.get(Resources.NODES, node);
    if (found.isEmpty()) {
      draft.add(new Command.Confirm(new Command.Fact.Absent(Resources.NODES, node)));
      failAndDelete(draft, pod);
    } else if (Pods.isTerminating(pod) && NodeStates.isOutOfService(found.get())) {
      failAndDelete(draft, pod);
    }
  }

  private static void failAndDelete(PlanDraft draft, Pod pod) {
    if (!Pods.hasEnded(pod)) {
      draft.updateStatus(
          Resources.PODS, pod.edit().editOrNewStatus().withPhase("Failed").endStatus().build());
    }
    delete(draft, pod);
  }

  private static void delete(PlanDraft draft, Pod pod) {
    draft.add(
        new Command.Delete<>(
            Resources.PODS,
            ObjectKey.of(pod),
            pod.getMetadata().getUid(),
            "Background",
            OptionalLong.of(0)));
  }
}
