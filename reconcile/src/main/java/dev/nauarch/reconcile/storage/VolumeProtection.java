package dev.nauarch.reconcile.storage;

import dev.nauarch.api.LocalVolume;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.MergePatches;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Keeps a volume that is being deleted until its claim is gone. */
public final class VolumeProtection implements Reconciler {

  @Override
  public String name() {
    return "persistentvolume-protection-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(Trigger.self(Resources.PERSISTENT_VOLUMES));
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(Resources.PERSISTENT_VOLUMES, key);
    if (found.isEmpty()) {
      return Plan.NOTHING;
    }
    var volume = found.get();
    var draft = new PlanDraft();
    var finalizers = new ArrayList<>(volume.getMetadata().getFinalizers());
    var isProtected = finalizers.contains(LocalVolume.IN_USE_FINALIZER);
    if (volume.getMetadata().getDeletionTimestamp() == null) {
      if (!isProtected) {
        finalizers.add(LocalVolume.IN_USE_FINALIZER);
        draft.patch(
            Resources.PERSISTENT_VOLUMES, volume, MergePatches.withFinalizers(volume, finalizers));
      }
    } else if (isProtected
        && (volume.getStatus() == null || !"Bound".equals(volume.getStatus().getPhase()))) {
      draft.removeFinalizer(Resources.PERSISTENT_VOLUMES, volume, LocalVolume.IN_USE_FINALIZER);
    }
    return draft.plan();
  }
}
