package dev.nauarch.reconcile.workload;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.PodGroupProtection;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Index;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import java.time.Instant;
import java.util.List;

/** Lets a PodGroup that is being deleted go once all pods that name it have ended. */
public final class GroupProtection implements Reconciler {

  @Override
  public String name() {
    return "podgroup-protection-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        Trigger.self(Resources.POD_GROUPS),
        new Trigger.Of<>(Resources.PODS, (pod, world) -> Pods.groupOf(pod).stream().toList()));
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var draft = new PlanDraft();
    world
        .get(Resources.POD_GROUPS, key)
        .filter(group -> group.getMetadata().getDeletionTimestamp() != null)
        .filter(group -> group.getMetadata().getFinalizers().contains(PodGroupProtection.FINALIZER))
        .filter(
            group ->
                world.lookup(Index.PODS_BY_GROUP, key.toString()).stream().allMatch(Pods::hasEnded))
        .ifPresent(
            group ->
                draft.removeFinalizer(Resources.POD_GROUPS, group, PodGroupProtection.FINALIZER));
    return draft.plan();
  }
}
