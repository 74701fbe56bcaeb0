package dev.nauarch.reconcile.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.LocalVolume;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.OwnNames;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.World;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import org.junit.jupiter.api.Test;

final class ClaimReconcilerTest {

  private static final ObjectKey KEY = new ObjectKey("default", "data");

  private final World world = new World();
  private final Reconciler[] controllers = {
    new LocalStorageClass(),
    new ClaimReconciler("/volumes"),
    new VolumeReconciler(),
    new VolumeProtection(),
    new ClaimProtection()
  };

  private void start() {
    world.add(
        Resources.NAMESPACES,
        new NamespaceBuilder().withNewMetadata().withName("default").endMetadata().build());
    world.add(
        Resources.PERSISTENT_VOLUME_CLAIMS,
        new PersistentVolumeClaimBuilder()
            .withNewMetadata()
            .withName("data")
            .endMetadata()
            .withNewSpec()
            .withStorageClassName("local-path")
            .withAccessModes("ReadWriteOnce")
            .withNewResources()
            .addToRequests("storage", new Quantity("1Gi"))
            .endResources()
            .endSpec()
            .build());
    world.settle(controllers);
  }

  private PersistentVolumeClaim claim() {
    return world.get(Resources.PERSISTENT_VOLUME_CLAIMS, KEY).orElseThrow();
  }

  private void chooseNode() {
    if (world.get(Resources.NODES, new ObjectKey("", "node-1")).isEmpty()) {
      world.add(
          Resources.NODES,
          new NodeBuilder()
              .withNewMetadata()
              .withName("node-1")
              .addToLabels(OwnNames.SIMULATED, "true")
              .endMetadata()
              .build());
    }
    world.change(
        Resources.PERSISTENT_VOLUME_CLAIMS,
        "data",
        claim ->
            claim
                .edit()
                .editMetadata()
                .addToAnnotations(Volumes.SELECTED_NODE, "node-1")
                .endMetadata()
                .build());
    world.settle(controllers);
  }

  @Test
  void aClaimWaitsForItsNodeAndThenHasAVolumeThere() {
    start();
    assertEquals("Pending", claim().getStatus().getPhase());
    assertEquals(0, world.list(Resources.PERSISTENT_VOLUMES).size());

    chooseNode();

    assertEquals("Bound", claim().getStatus().getPhase());
    assertEquals(new Quantity("1Gi"), claim().getStatus().getCapacity().get("storage"));
    var volume = world.list(Resources.PERSISTENT_VOLUMES).getFirst();
    assertEquals("Bound", volume.getStatus().getPhase());
    assertTrue(volume.getSpec().getHostPath().getPath().startsWith("/volumes/pvc-"));
    assertTrue(LocalVolume.isOn(volume, "node-1") && !LocalVolume.isOn(volume, "node-2"));
  }

  @Test
  void aReleasedVolumeWaitsForItsNodeToRemoveTheFolder() {
    node("node-1");
    start();
    chooseNode();
    world.delete(Resources.PERSISTENT_VOLUME_CLAIMS, KEY, "");
    world.settle(controllers);
    var volume = world.list(Resources.PERSISTENT_VOLUMES).getFirst();
    assertTrue(LocalVolume.awaitsFolder(volume), volume.getMetadata()::toString);

    world.delete(Resources.NODES, new ObjectKey("", "node-1"), "");
    world.settle(controllers);
    assertEquals(0, world.list(Resources.PERSISTENT_VOLUMES).size());
  }

  private void node(String name) {
    world.add(
        Resources.NODES, new NodeBuilder().withNewMetadata().withName(name).endMetadata().build());
  }

  @Test
  void aVolumeThatIsToBeRetainedStaysWhenItsClaimGoes() {
    node("node-1");
    start();
    chooseNode();
    var name = world.list(Resources.PERSISTENT_VOLUMES).getFirst().getMetadata().getName();
    world.change(
        Resources.PERSISTENT_VOLUMES,
        name,
        volume ->
            volume.edit().editSpec().withPersistentVolumeReclaimPolicy("Retain").endSpec().build());
    world.delete(Resources.PERSISTENT_VOLUME_CLAIMS, KEY, "");
    world.settle(controllers);
    var volume = world.list(Resources.PERSISTENT_VOLUMES).getFirst();
    assertEquals("Released", volume.getStatus().getPhase());
    assertEquals(null, volume.getMetadata().getDeletionTimestamp());
  }

  @Test
  void aClaimInUseStaysAndItsVolumeGoesWithIt() {
    start();
    chooseNode();
    world.add(
        Resources.PODS,
        new PodBuilder()
            .withNewMetadata()
            .withName("user")
            .endMetadata()
            .withNewSpec()
            .withNodeName("node-1")
            .addNewVolume()
            .withName("data")
            .withNewPersistentVolumeClaim("data", false)
            .endVolume()
            .endSpec()
            .build());
    world.delete(Resources.PERSISTENT_VOLUME_CLAIMS, KEY, "");
    world.settle(controllers);
    assertEquals("data", claim().getMetadata().getName());

    world.delete(Resources.PODS, new ObjectKey("default", "user"), "");
    world.settle(controllers);

    assertEquals(0, world.list(Resources.PERSISTENT_VOLUME_CLAIMS).size());
    assertEquals(0, world.list(Resources.PERSISTENT_VOLUMES).size());
  }

  @Test
  void aNodeThatIsGoneIsChosenAnew() {
    start();
    chooseNode();
    world.delete(Resources.NODES, new ObjectKey("", "node-1"), "");
    world.add(
        Resources.PERSISTENT_VOLUME_CLAIMS,
        new PersistentVolumeClaimBuilder()
            .withNewMetadata()
            .withName("late")
            .addToAnnotations(Volumes.SELECTED_NODE, "node-1")
            .endMetadata()
            .withNewSpec()
            .withStorageClassName("local-path")
            .withAccessModes("ReadWriteOnce")
            .endSpec()
            .build());
    world.settle(controllers);
    var late =
        world
            .get(Resources.PERSISTENT_VOLUME_CLAIMS, new ObjectKey("default", "late"))
            .orElseThrow();
    assertEquals("", Volumes.annotation(late, Volumes.SELECTED_NODE));
    assertTrue(
        world
            .events()
            .contains("ProvisioningFailed: Failed to get target node: node \"node-1\" not found"));
  }
}
