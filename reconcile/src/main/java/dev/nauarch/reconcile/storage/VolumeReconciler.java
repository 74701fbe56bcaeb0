package dev.nauarch.reconcile.storage;

import dev.nauarch.api.LocalVolume;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.OwnNames;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeStatusBuilder;
import java.time.Instant;
import java.util.List;

/**
 * Reports the phase of volumes, lets those go free that a claim did not need after all, and
 * reclaims those whose claim is gone as they want it.
 */
public final class VolumeReconciler implements Reconciler {

  private static final String MIGRATED = "pv.kubernetes.io/migrated-to";

  @Override
  public String name() {
    return "persistentvolume-reclaim-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        Trigger.self(Resources.PERSISTENT_VOLUMES),
        new Trigger.Of<>(
            Resources.PERSISTENT_VOLUME_CLAIMS,
            (claim, world) ->
                world
                    .lookup(ClaimReconciler.VOLUMES_BY_CLAIM, ObjectKey.of(claim).toString())
                    .stream()
                    .map(ObjectKey::of)
                    .toList()),
        new Trigger.Of<>(
            Resources.NODES,
            (node, world) ->
                world.list(Resources.PERSISTENT_VOLUMES).stream()
                    .filter(LocalVolume::awaitsFolder)
                    .map(ObjectKey::of)
                    .toList()));
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(Resources.PERSISTENT_VOLUMES, key);
    if (found.isEmpty()) {
      return Plan.NOTHING;
    }
    var volume = found.get();
    var draft = new PlanDraft();
    if (Volumes.claimUid(volume).isEmpty()) {
      report(draft, volume, "Available", "");
    } else {
      follow(draft, volume, world);
    }
    if (draft.isEmpty() && LocalVolume.awaitsFolder(volume) && !hasNode(volume, world)) {
      draft.removeFinalizer(Resources.PERSISTENT_VOLUMES, volume, LocalVolume.FOLDER_FINALIZER);
    }
    return draft.plan();
  }

  /** Whether there is a machine that could hold the folder. */
  private static boolean hasNode(PersistentVolume volume, Snapshot world) {
    return world.list(Resources.NODES).stream()
        .filter(
            node ->
                node.getMetadata().getLabels() == null
                    || !node.getMetadata().getLabels().containsKey(OwnNames.SIMULATED))
        .anyMatch(node -> LocalVolume.isOn(volume, node.getMetadata().getName()));
  }

  /** The volume is kept for a very claim: how is that? */
  private static void follow(PlanDraft draft, PersistentVolume volume, Snapshot world) {
    var key = Volumes.claimOf(volume).orElseThrow();
    var claim =
        world
            .get(Resources.PERSISTENT_VOLUME_CLAIMS, key)
            .filter(each -> Volumes.isFor(volume, each));
    if (claim.isEmpty()) {
      release(draft, volume, key);
      return;
    }
    var bound = Volumes.orEmpty(claim.get().getSpec().getVolumeName());
    if (bound.isEmpty()) {
      tellOfModes(draft, volume, claim.get());
    } else if (bound.equals(volume.getMetadata().getName())) {
      report(draft, volume, "Bound", "");
    } else if (isMade(volume) && policy(volume).equals("Delete")) {
      settle(draft, volume);
    } else {
      letGo(draft, volume);
    }
  }

  /** A volume that was made for a claim by a program. */
  private static boolean isMade(PersistentVolume volume) {
    return Volumes.hasAnnotation(volume, LocalVolume.PROVISIONED_BY);
  }

  private static String policy(PersistentVolume volume) {
    return Volumes.orEmpty(volume.getSpec().getPersistentVolumeReclaimPolicy());
  }

  private static void tellOfModes(
      PlanDraft draft, PersistentVolume volume, PersistentVolumeClaim claim) {
    if (!Volumes.hasMode(volume, claim)) {
      draft.warning(
          volume,
          "VolumeMismatch",
          "Cannot bind PersistentVolume to requested PersistentVolumeClaim \""
              + claim.getMetadata().getName()
              + "\" due to incompatible volumeMode.");
      draft.warning(
          claim,
          "VolumeMismatch",
          "Cannot bind PersistentVolume \""
              + volume.getMetadata().getName()
              + "\" to requested PersistentVolumeClaim due to incompatible volumeMode.");
    }
  }

  /** The claim got another volume: this one is anybody's again, or its user's own choice. */
  private static void letGo(PlanDraft draft, PersistentVolume volume) {
    var free = new PersistentVolumeBuilder(volume);
    if (Volumes.hasAnnotation(volume, Volumes.BOUND_HERE)) {
      free.editMetadata().removeFromAnnotations(Volumes.BOUND_HERE).endMetadata();
      free.editSpec().withClaimRef(null).endSpec();
    } else {
      free.editSpec().editClaimRef().withUid(null).endClaimRef().endSpec();
    }
    draft.update(Resources.PERSISTENT_VOLUMES, free.build());
  }

  /** The claim is gone, where the cluster bears it out. */
  private static void release(PlanDraft draft, PersistentVolume volume, ObjectKey claim) {
    var gone =
        new Command.Fact.Gone(Resources.PERSISTENT_VOLUME_CLAIMS, claim, Volumes.claimUid(volume));
    var then = new PlanDraft();
    settle(then, volume);
    if (!then.isEmpty()) {
      draft.add(new Command.Confirm(gone));
      then.plan().commands().forEach(draft::add);
    }
  }

  /** Nobody needs the volume: says so first, and then does with it what it wants. */
  private static void settle(PlanDraft draft, PersistentVolume volume) {
    var phase = volume.getStatus() == null ? "" : Volumes.orEmpty(volume.getStatus().getPhase());
    if (!phase.equals("Released") && !phase.equals("Failed")) {
      report(draft, volume, "Released", "");
    } else if (volume.getMetadata().getDeletionTimestamp() == null
        && !Volumes.hasAnnotation(volume, MIGRATED)) {
      switch (policy(volume)) {
        case "Delete" -> delete(draft, volume);
        case "Recycle" ->
            fail(draft, volume, "VolumeFailedRecycle", "No recycler plugin found for the volume!");
        default -> {
          // It is kept, with all that is in it.
        }
      }
    }
  }

  private static void delete(PlanDraft draft, PersistentVolume volume) {
    var maker = Volumes.annotation(volume, LocalVolume.PROVISIONED_BY);
    if (LocalVolume.isOurs(volume)) {
      draft.delete(Resources.PERSISTENT_VOLUMES, volume);
    } else if (maker.isEmpty() || !Volumes.isOutside(maker)) {
      fail(
          draft,
          volume,
          "VolumeFailedDelete",
          "error getting deleter volume plugin for volume \""
              + volume.getMetadata().getName()
              + "\": no deletable volume plugin matched");
    }
  }

  private static void fail(PlanDraft draft, PersistentVolume volume, String reason, String note) {
    if (!"Failed".equals(volume.getStatus().getPhase())) {
      report(draft, volume, "Failed", note);
      draft.warning(volume, reason, note);
    }
  }

  static void report(PlanDraft draft, PersistentVolume volume, String phase, String message) {
    if (volume.getStatus() == null || !phase.equals(volume.getStatus().getPhase())) {
      var status =
          volume.getStatus() == null
              ? new PersistentVolumeStatusBuilder()
              : new PersistentVolumeStatusBuilder(volume.getStatus());
      status.withPhase(phase).withMessage(message.isEmpty() ? null : message);
      draft.updateStatus(
          Resources.PERSISTENT_VOLUMES, volume.edit().withStatus(status.build()).build());
    }
  }
}
