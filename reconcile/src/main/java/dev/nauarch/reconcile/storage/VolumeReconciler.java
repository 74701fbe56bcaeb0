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
import io.fabric8.kubernetes.api.model.PersistentVolumeStatusBuilder;
import java.time.Instant;
import java.util.List;

/** Reports the phase of volumes, and reclaims those whose claim is gone as they want it. */
public final class VolumeReconciler implements Reconciler {

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
            (claim, world) -> {
              var volume = Volumes.orEmpty(claim.getSpec().getVolumeName());
              return volume.isEmpty() ? List.of() : List.of(new ObjectKey("", volume));
            }),
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
    var phase = phase(volume, world);
    if (volume.getMetadata().getDeletionTimestamp() != null) {
      end(draft, volume, phase, world);
    } else if (phase.equals("Released") && isOursToDelete(volume)) {
      var ref = volume.getSpec().getClaimRef();
      draft.add(
          new Command.Confirm(
              new Command.Fact.Gone(
                  Resources.PERSISTENT_VOLUME_CLAIMS,
                  new ObjectKey(ref.getNamespace(), ref.getName()),
                  Volumes.orEmpty(ref.getUid()))));
      draft.delete(Resources.PERSISTENT_VOLUMES, volume);
    } else {
      report(draft, volume, phase);
    }
    return draft.plan();
  }

  /** Lets a deleted volume go: first its claim, then the folder on its node. */
  private static void end(PlanDraft draft, PersistentVolume volume, String phase, Snapshot world) {
    if (volume.getMetadata().getFinalizers().contains(LocalVolume.IN_USE_FINALIZER)) {
      if (!phase.equals("Bound")) {
        draft.removeFinalizer(Resources.PERSISTENT_VOLUMES, volume, LocalVolume.IN_USE_FINALIZER);
      }
    } else if (LocalVolume.awaitsFolder(volume) && !hasNode(volume, world)) {
      draft.removeFinalizer(Resources.PERSISTENT_VOLUMES, volume, LocalVolume.FOLDER_FINALIZER);
    }
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

  private static boolean isOursToDelete(PersistentVolume volume) {
    return "Delete".equals(volume.getSpec().getPersistentVolumeReclaimPolicy())
        && LocalVolume.isOurs(volume);
  }

  private static String phase(PersistentVolume volume, Snapshot world) {
    var claimKey = Volumes.claimOf(volume);
    if (claimKey.isEmpty()) {
      return "Available";
    }
    var claim =
        world
            .get(Resources.PERSISTENT_VOLUME_CLAIMS, claimKey.get())
            .filter(each -> Volumes.isFor(volume, each));
    if (claim.isEmpty()) {
      return volume.getSpec().getClaimRef().getUid() == null ? "Available" : "Released";
    }
    var isBound = volume.getMetadata().getName().equals(claim.get().getSpec().getVolumeName());
    return isBound ? "Bound" : "Available";
  }

  private static void report(PlanDraft draft, PersistentVolume volume, String phase) {
    if (volume.getStatus() == null || !phase.equals(volume.getStatus().getPhase())) {
      draft.updateStatus(
          Resources.PERSISTENT_VOLUMES,
          volume
              .edit()
              .withStatus(new PersistentVolumeStatusBuilder().withPhase(phase).build())
              .build());
    }
  }
}
