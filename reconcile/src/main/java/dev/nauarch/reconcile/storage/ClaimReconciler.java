package dev.nauarch.reconcile.storage;

import dev.nauarch.api.LocalVolume;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Index;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimStatus;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimStatusBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Binds claims: to the smallest volume that fits, or to one made for them on the disk of the node
 * that the scheduler chose. The volume is given to the claim first, then the claim to the volume,
 * so that no volume is ever two claims'.
 */
public final class ClaimReconciler implements Reconciler {

  private static final String COMPLETED = "pv.kubernetes.io/bind-completed";
  private static final String BOUND_HERE = "pv.kubernetes.io/bound-by-controller";

  private static final Index<PersistentVolume> VOLUMES_BY_CLAIM =
      new Index<>(
          Resources.PERSISTENT_VOLUMES,
          "claim",
          volume -> Volumes.claimOf(volume).map(key -> List.of(key.toString())).orElse(List.of()));

  private final String root;

  /**
   * @param root the folder on each node that holds its volumes
   */
  public ClaimReconciler(String root) {
    this.root = root;
  }

  @Override
  public String name() {
    return "persistentvolume-binder-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        Trigger.self(Resources.PERSISTENT_VOLUME_CLAIMS),
        new Trigger.Of<>(
            Resources.PERSISTENT_VOLUMES,
            (volume, world) ->
                Volumes.claimOf(volume).map(List::of).orElseGet(() -> pending(world))),
        new Trigger.Of<>(Resources.STORAGE_CLASSES, (found, world) -> pending(world)));
  }

  private static List<ObjectKey> pending(Snapshot world) {
    return world.list(Resources.PERSISTENT_VOLUME_CLAIMS).stream()
        .filter(claim -> Volumes.orEmpty(claim.getSpec().getVolumeName()).isEmpty())
        .map(ObjectKey::of)
        .toList();
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(Resources.PERSISTENT_VOLUME_CLAIMS, key);
    if (found.isEmpty() || found.get().getMetadata().getDeletionTimestamp() != null) {
      return Plan.NOTHING;
    }
    var claim = found.get();
    var draft = new PlanDraft();
    var volumeName = Volumes.orEmpty(claim.getSpec().getVolumeName());
    if (volumeName.isEmpty()) {
      findVolume(draft, claim, world);
    } else {
      world
          .get(Resources.PERSISTENT_VOLUMES, new ObjectKey("", volumeName))
          .ifPresentOrElse(
              volume -> bind(draft, claim, volume), () -> report(draft, claim, lost(claim)));
    }
    return draft.plan();
  }

  private void findVolume(PlanDraft draft, PersistentVolumeClaim claim, Snapshot world) {
    var kept =
        world.lookup(VOLUMES_BY_CLAIM, ObjectKey.of(claim).toString()).stream()
            .filter(volume -> Volumes.isFor(volume, claim))
            .findFirst();
    if (kept.isPresent()) {
      draft.update(
          Resources.PERSISTENT_VOLUME_CLAIMS,
          claim
              .edit()
              .editMetadata()
              .addToAnnotations(COMPLETED, "yes")
              .addToAnnotations(BOUND_HERE, "yes")
              .endMetadata()
              .editSpec()
              .withVolumeName(kept.get().getMetadata().getName())
              .endSpec()
              .build());
      return;
    }
    var storageClass =
        world.get(Resources.STORAGE_CLASSES, new ObjectKey("", Volumes.className(claim)));
    var node = Volumes.annotation(claim, Volumes.SELECTED_NODE);
    if (node.isEmpty() && waitsForConsumer(storageClass)) {
      report(draft, claim, pendingStatus());
      return;
    }
    var free =
        world.list(Resources.PERSISTENT_VOLUMES).stream()
            .filter(volume -> Volumes.fits(volume, claim))
            .filter(volume -> node.isEmpty() || LocalVolume.isOn(volume, node))
            .min(
                Comparator.comparing(
                        (PersistentVolume volume) ->
                            Volumes.storage(volume.getSpec().getCapacity()))
                    .thenComparing(volume -> volume.getMetadata().getName()));
    if (free.isPresent()) {
      keep(draft, free.get(), claim);
    } else if (storageClass.filter(ClaimReconciler::isLocal).isPresent()) {
      provision(draft, claim, storageClass.get(), node);
    } else {
      report(draft, claim, pendingStatus());
    }
  }

  private static boolean waitsForConsumer(Optional<StorageClass> storageClass) {
    return storageClass
        .filter(each -> "WaitForFirstConsumer".equals(each.getVolumeBindingMode()))
        .isPresent();
  }

  private static boolean isLocal(StorageClass storageClass) {
    return LocalVolume.PROVISIONER.equals(storageClass.getProvisioner());
  }

  private static void keep(PlanDraft draft, PersistentVolume volume, PersistentVolumeClaim claim) {
    draft.update(
        Resources.PERSISTENT_VOLUMES,
        volume
            .edit()
            .editMetadata()
            .addToAnnotations(BOUND_HERE, "yes")
            .endMetadata()
            .editSpec()
            .withClaimRef(reference(claim))
            .endSpec()
            .build());
  }

  private static io.fabric8.kubernetes.api.model.ObjectReference reference(
      PersistentVolumeClaim claim) {
    return new ObjectReferenceBuilder()
        .withApiVersion("v1")
        .withKind("PersistentVolumeClaim")
        .withNamespace(claim.getMetadata().getNamespace())
        .withName(claim.getMetadata().getName())
        .withUid(claim.getMetadata().getUid())
        .build();
  }

  private void provision(
      PlanDraft draft, PersistentVolumeClaim claim, StorageClass storageClass, String node) {
    var name = "pvc-" + claim.getMetadata().getUid();
    if (node.isEmpty()) {
      report(draft, claim, pendingStatus()); // a local volume is on some node, and none is chosen
      return;
    }
    var policy = storageClass.getReclaimPolicy();
    draft.create(
        Resources.PERSISTENT_VOLUMES,
        new PersistentVolumeBuilder()
            .withNewMetadata()
            .withName(name)
            .addToAnnotations(LocalVolume.PROVISIONED_BY, LocalVolume.PROVISIONER)
            .addToFinalizers(LocalVolume.IN_USE_FINALIZER, LocalVolume.FOLDER_FINALIZER)
            .endMetadata()
            .withNewSpec()
            .addToCapacity("storage", Volumes.requested(claim))
            .withAccessModes(claim.getSpec().getAccessModes())
            .withPersistentVolumeReclaimPolicy(policy == null ? "Delete" : policy)
            .withStorageClassName(Volumes.className(claim))
            .withVolumeMode("Filesystem")
            .withClaimRef(reference(claim))
            .withNewHostPath(root + "/" + name, "DirectoryOrCreate")
            .withNewNodeAffinity()
            .withNewRequired()
            .addNewNodeSelectorTerm()
            .addNewMatchExpression()
            .withKey(Volumes.HOSTNAME)
            .withOperator("In")
            .withValues(node)
            .endMatchExpression()
            .endNodeSelectorTerm()
            .endRequired()
            .endNodeAffinity()
            .endSpec()
            .build());
    draft.normal(claim, "ProvisioningSucceeded", "Successfully provisioned volume " + name);
  }

  private static void bind(PlanDraft draft, PersistentVolumeClaim claim, PersistentVolume volume) {
    if (volume.getSpec().getClaimRef() == null) {
      keep(draft, volume, claim);
    } else if (Volumes.isFor(volume, claim)) {
      report(
          draft,
          claim,
          new PersistentVolumeClaimStatusBuilder()
              .withPhase("Bound")
              .withAccessModes(volume.getSpec().getAccessModes())
              .withCapacity(volume.getSpec().getCapacity())
              .build());
    } else {
      report(draft, claim, lost(claim));
    }
  }

  private static PersistentVolumeClaimStatus pendingStatus() {
    return new PersistentVolumeClaimStatusBuilder().withPhase("Pending").build();
  }

  /** What a claim is whose volume is gone or somebody else's, if it ever was bound. */
  private static PersistentVolumeClaimStatus lost(PersistentVolumeClaim claim) {
    var wasBound = Volumes.annotation(claim, COMPLETED).equals("yes");
    return new PersistentVolumeClaimStatusBuilder()
        .withPhase(wasBound ? "Lost" : "Pending")
        .build();
  }

  private static void report(
      PlanDraft draft, PersistentVolumeClaim claim, PersistentVolumeClaimStatus wanted) {
    var old = claim.getStatus() == null ? new PersistentVolumeClaimStatus() : claim.getStatus();
    var fresh =
        new PersistentVolumeClaimStatusBuilder(old)
            .withPhase(wanted.getPhase())
            .withAccessModes(wanted.getAccessModes())
            .withCapacity(wanted.getCapacity())
            .build();
    if (!fresh.equals(old)) {
      draft.updateStatus(
          Resources.PERSISTENT_VOLUME_CLAIMS, claim.edit().withStatus(fresh).build());
    }
  }
}
