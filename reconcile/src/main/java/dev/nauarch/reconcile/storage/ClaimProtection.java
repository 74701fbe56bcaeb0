package dev.nauarch.reconcile.storage;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Index;
import dev.nauarch.reconcile.MergePatches;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Keeps a claim that is being deleted until no pod uses it any more. */
public final class ClaimProtection implements Reconciler {

  private static final String FINALIZER = "kubernetes.io/pvc-protection";

  @Override
  public String name() {
    return "persistentvolumeclaim-protection-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        Trigger.self(Resources.PERSISTENT_VOLUME_CLAIMS),
        new Trigger.Of<>(Resources.PODS, (pod, world) -> Index.claimsOf(pod).toList()));
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(Resources.PERSISTENT_VOLUME_CLAIMS, key);
    if (found.isEmpty()) {
      return Plan.NOTHING;
    }
    var claim = found.get();
    var draft = new PlanDraft();
    var isProtected = claim.getMetadata().getFinalizers().contains(FINALIZER);
    if (claim.getMetadata().getDeletionTimestamp() == null) {
      if (!isProtected) {
        var finalizers = new ArrayList<>(claim.getMetadata().getFinalizers());
        finalizers.add(FINALIZER);
        draft.patch(
            Resources.PERSISTENT_VOLUME_CLAIMS,
            claim,
            MergePatches.withFinalizers(claim, finalizers));
      }
    } else if (isProtected && !isUsed(claim, world)) {
      draft.removeFinalizer(Resources.PERSISTENT_VOLUME_CLAIMS, claim, FINALIZER);
    }
    return draft.plan();
  }

  /** Whether a pod on a node mounts it; one that has ended may still be looked at. */
  private static boolean isUsed(PersistentVolumeClaim claim, Snapshot world) {
    return world.lookup(Index.PODS_BY_CLAIM, ObjectKey.of(claim).toString()).stream()
        .filter(Pods::isBound)
        .anyMatch(pod -> Owners.isControlledBy(claim, pod) || names(pod, claim));
  }

  private static boolean names(Pod pod, PersistentVolumeClaim claim) {
    return pod.getSpec().getVolumes().stream()
        .map(Volume::getPersistentVolumeClaim)
        .anyMatch(
            source ->
                source != null && claim.getMetadata().getName().equals(source.getClaimName()));
  }
}
