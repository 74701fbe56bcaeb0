package dev.nauarch.reconcile.storage;

import dev.nauarch.api.InTreeStorage;
import dev.nauarch.api.LocalVolume;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Snapshot;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.Optional;

/**
 * Has volumes made for claims: on the disk of the node that the scheduler chose, or by a program of
 * others, which is told to begin.
 */
final class Provisioning {

  private static final String FAILED = "ProvisioningFailed";
  private static final String PROVISIONER = "volume.kubernetes.io/storage-provisioner";
  private static final String BETA_PROVISIONER = "volume.beta.kubernetes.io/storage-provisioner";

  private final String root;

  /**
   * @param root the folder on each node that holds its volumes
   */
  Provisioning(String root) {
    this.root = root;
  }

  /** Has a volume made, or says why there will be none. */
  void provision(
      PlanDraft draft,
      PersistentVolumeClaim claim,
      String className,
      Optional<StorageClass> storageClass,
      Snapshot world) {
    if (storageClass.isEmpty()) {
      draft.warning(claim, FAILED, "storageclass.storage.k8s.io \"" + className + "\" not found");
      return;
    }
    var provisioner = Volumes.orEmpty(storageClass.get().getProvisioner());
    if (provisioner.equals(LocalVolume.PROVISIONER)) {
      makeHere(draft, claim, storageClass.get(), world);
    } else if (Volumes.isOutside(provisioner)) {
      waitFor(draft, claim, InTreeStorage.driver(provisioner).orElse(provisioner));
    } else {
      draft.warning(claim, FAILED, "no volume plugin matched name: " + provisioner);
    }
  }

  private static void waitFor(PlanDraft draft, PersistentVolumeClaim claim, String provisioner) {
    if (!provisioner.equals(Volumes.annotation(claim, PROVISIONER))
        || !provisioner.equals(Volumes.annotation(claim, BETA_PROVISIONER))) {
      draft.update(
          Resources.PERSISTENT_VOLUME_CLAIMS,
          claim
              .edit()
              .editMetadata()
              .addToAnnotations(PROVISIONER, provisioner)
              .addToAnnotations(BETA_PROVISIONER, provisioner)
              .endMetadata()
              .build());
    }
    draft.normal(
        claim,
        "ExternalProvisioning",
        "Waiting for a volume to be created either by the external provisioner '"
            + provisioner
            + "' or manually by the system administrator. If volume creation is delayed, please"
            + " verify that the provisioner is running and correctly registered.");
  }

  private void makeHere(
      PlanDraft draft, PersistentVolumeClaim claim, StorageClass storageClass, Snapshot world) {
    var node = Volumes.annotation(claim, Volumes.SELECTED_NODE);
    var key = new ObjectKey("", node);
    if (node.isEmpty()) {
      draft.warning(
          claim,
          FAILED,
          "volumes of class "
              + storageClass.getMetadata().getName()
              + " lie on the node of a pod: its volumeBindingMode must be WaitForFirstConsumer");
    } else if (world.get(Resources.NODES, key).isEmpty()) {
      draft.add(new Command.Confirm(new Command.Fact.Absent(Resources.NODES, key)));
      draft.update(
          Resources.PERSISTENT_VOLUME_CLAIMS,
          claim
              .edit()
              .editMetadata()
              .removeFromAnnotations(Volumes.SELECTED_NODE)
              .endMetadata()
              .build());
      draft.warning(claim, FAILED, "Failed to get target node: node \"" + node + "\" not found");
    } else {
      var volume = volume(claim, storageClass, node);
      draft.create(Resources.PERSISTENT_VOLUMES, volume);
      draft.normal(
          claim,
          "ProvisioningSucceeded",
          "Successfully provisioned volume " + volume.getMetadata().getName());
    }
  }

  private PersistentVolume volume(
      PersistentVolumeClaim claim, StorageClass storageClass, String node) {
    var name = "pvc-" + claim.getMetadata().getUid();
    var policy = storageClass.getReclaimPolicy();
    return new PersistentVolumeBuilder()
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
        .withVolumeMode(Volumes.mode(claim.getSpec().getVolumeMode()))
        .withVolumeAttributesClassName(claim.getSpec().getVolumeAttributesClassName())
        .withClaimRef(ClaimReconciler.reference(claim))
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
        .build();
  }
}
