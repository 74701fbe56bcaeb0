package dev.nauarch.reconcile.storage;

import dev.nauarch.api.LocalVolume;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import java.time.Instant;
import java.util.List;

/** Keeps the storage class of volumes on the nodes' own disks, which is the default one. */
public final class LocalStorageClass implements Reconciler {

  private static final ObjectKey KEY = new ObjectKey("", "local-path");

  @Override
  public String name() {
    return "local-storage-class-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        new Trigger.Of<>(Resources.STORAGE_CLASSES, (found, world) -> List.of(KEY)),
        new Trigger.Of<>(Resources.NAMESPACES, (found, world) -> List.of(KEY)));
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var draft = new PlanDraft();
    if (world.get(Resources.STORAGE_CLASSES, KEY).isEmpty()) {
      draft.create(
          Resources.STORAGE_CLASSES,
          new StorageClassBuilder()
              .withNewMetadata()
              .withName(KEY.name())
              .addToAnnotations("storageclass.kubernetes.io/is-default-class", "true")
              .endMetadata()
              .withProvisioner(LocalVolume.PROVISIONER)
              .withReclaimPolicy("Delete")
              .withVolumeBindingMode("WaitForFirstConsumer")
              .build());
    }
    return draft.plan();
  }
}
