package dev.nauarch.reconcile.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.World;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of claims and volumes that people make, as the controller of Kubernetes has it. */
final class BindingTest {

  private final World world = new World();
  private final Reconciler[] controllers = {
    new ClaimReconciler("/volumes"),
    new VolumeReconciler(),
    new VolumeProtection(),
    new ClaimProtection(),
    new EphemeralClaims()
  };

  @BeforeEach
  void begin() {
    world.know(Resources.PODS);
    world.know(Resources.NODES);
    storageClass("now", "example.com/maker", "Immediate", false);
    storageClass("later", "example.com/maker", "WaitForFirstConsumer", false);
    storageClass("never", "kubernetes.io/no-provisioner", "Immediate", false);
  }

  private void storageClass(String name, String provisioner, String mode, boolean isDefault) {
    world.add(
        Resources.STORAGE_CLASSES,
        new StorageClassBuilder()
            .withNewMetadata()
            .withName(name)
            .addToAnnotations(
                "storageclass.kubernetes.io/is-default-class", Boolean.toString(isDefault))
            .endMetadata()
            .withProvisioner(provisioner)
            .withVolumeBindingMode(mode)
            .build());
  }

  private void claim(
      String name,
      @Nullable String storageClass,
      UnaryOperator<PersistentVolumeClaimBuilder> more) {
    world.add(
        Resources.PERSISTENT_VOLUME_CLAIMS,
        more.apply(
                new PersistentVolumeClaimBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .endMetadata()
                    .withNewSpec()
                    .withStorageClassName(storageClass)
                    .withAccessModes("ReadWriteOnce")
                    .withNewResources()
                    .addToRequests("storage", new Quantity("2Gi"))
                    .endResources()
                    .endSpec())
            .build());
  }

  private void claim(String name, String storageClass) {
    claim(name, storageClass, claim -> claim);
  }

  private void volume(
      String name, String storageClass, String size, UnaryOperator<PersistentVolumeBuilder> more) {
    world.add(
        Resources.PERSISTENT_VOLUMES,
        more.apply(
                new PersistentVolumeBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .endMetadata()
                    .withNewSpec()
                    .withStorageClassName(storageClass)
                    .withAccessModes("ReadWriteOnce", "ReadOnlyMany")
                    .withPersistentVolumeReclaimPolicy("Retain")
                    .addToCapacity("storage", new Quantity(size))
                    .withNewHostPath("/data/" + name, "")
                    .endSpec())
            .build());
  }

  private void volume(String name, String storageClass, String size) {
    volume(name, storageClass, size, volume -> volume);
  }

  private void settle() {
    world.settle(controllers);
  }

  private PersistentVolumeClaim claim(String name) {
    return world
        .get(Resources.PERSISTENT_VOLUME_CLAIMS, new ObjectKey("default", name))
        .orElseThrow();
  }

  private PersistentVolume volume(String name) {
    return world.get(Resources.PERSISTENT_VOLUMES, new ObjectKey("", name)).orElseThrow();
  }

  private String phase(String claim) {
    return Objects.requireNonNull(claim(claim).getStatus().getPhase());
  }

  private String phaseOf(String volume) {
    return Objects.requireNonNull(volume(volume).getStatus().getPhase());
  }

  private void told(String start) {
    assertTrue(
        world.events().stream().anyMatch(event -> event.startsWith(start)),
        () -> start + " is not among " + world.events());
  }

  @Test
  void sizesThatAreNoQuantitiesAreNoMatchAndConcernNobodyElse() {
    volume("odd", "never", "many");
    volume("good", "never", "2Gi");
    claim(
        "wrong",
        "never",
        claim ->
            claim
                .editSpec()
                .editResources()
                .addToRequests("storage", new Quantity("1xyz"))
                .endResources()
                .endSpec());
    claim("right", "never");
    settle();
    assertEquals("good", claim("right").getSpec().getVolumeName());
    assertNull(claim("wrong").getSpec().getVolumeName());
  }

  @Test
  void theSmallestThatWillDoIsBound() {
    volume("large", "now", "9Gi");
    volume("fitting", "now", "3Gi");
    volume("small", "now", "1Gi");
    volume("other", "later", "2Gi");
    settle();
    claim("data", "now");
    settle();
    assertEquals("Bound", phase("data"));
    assertEquals("fitting", claim("data").getSpec().getVolumeName());
    assertEquals(new Quantity("3Gi"), claim("data").getStatus().getCapacity().get("storage"));
    assertEquals(2, claim("data").getStatus().getAccessModes().size());
    assertEquals("yes", Volumes.annotation(claim("data"), Volumes.COMPLETED));
    assertEquals("yes", Volumes.annotation(claim("data"), Volumes.BOUND_HERE));
    assertEquals("yes", Volumes.annotation(volume("fitting"), Volumes.BOUND_HERE));
    assertEquals("Bound", phaseOf("fitting"));
    assertEquals("Available", phaseOf("large"));
    assertTrue(
        volume("large").getMetadata().getFinalizers().contains("kubernetes.io/pv-protection"));
  }

  @Test
  void labelsAndModesDecideToo() {
    volume("plain", "now", "2Gi");
    volume(
        "fast",
        "now",
        "2Gi",
        volume -> volume.editMetadata().addToLabels("disk", "fast").endMetadata());
    volume("block", "now", "2Gi", volume -> volume.editSpec().withVolumeMode("Block").endSpec());
    settle();
    claim(
        "fast",
        "now",
        claim ->
            claim
                .editSpec()
                .withNewSelector()
                .addToMatchLabels("disk", "fast")
                .endSelector()
                .endSpec());
    claim("block", "now", claim -> claim.editSpec().withVolumeMode("Block").endSpec());
    claim("shared", "never", claim -> claim.editSpec().withAccessModes("ReadWriteMany").endSpec());
    settle();
    assertEquals("fast", claim("fast").getSpec().getVolumeName());
    assertEquals("block", claim("block").getSpec().getVolumeName());
    assertEquals("Pending", phase("shared"));
    told("ProvisioningFailed: no volume plugin matched name: kubernetes.io/no-provisioner");
  }

  @Test
  void aVolumeThatIsKeptForAClaimIsItsAndNoOther() {
    volume(
        "kept",
        "now",
        "9Gi",
        volume ->
            volume
                .editSpec()
                .withNewClaimRef()
                .withNamespace("default")
                .withName("mine")
                .endClaimRef()
                .endSpec());
    claim("other", "now");
    settle();
    assertEquals("Pending", phase("other"));
    assertEquals("Available", phaseOf("kept"));
    claim("mine", "later");
    settle();
    assertEquals("kept", claim("mine").getSpec().getVolumeName());
    assertFalse(Volumes.hasAnnotation(volume("kept"), Volumes.BOUND_HERE));
  }

  @Test
  void aClaimThatNamesItsVolumeGetsItOrIsToldWhyNot() {
    volume("wanted", "now", "2Gi");
    volume("small", "now", "1Gi");
    settle();
    claim("first", "now", claim -> claim.editSpec().withVolumeName("wanted").endSpec());
    settle();
    claim("second", "now", claim -> claim.editSpec().withVolumeName("wanted").endSpec());
    claim("third", "now", claim -> claim.editSpec().withVolumeName("small").endSpec());
    claim("fourth", "now", claim -> claim.editSpec().withVolumeName("none").endSpec());
    settle();
    assertEquals("Bound", phase("first"));
    assertFalse(Volumes.hasAnnotation(claim("first"), Volumes.BOUND_HERE));
    assertEquals("Pending", phase("second"));
    told("FailedBinding: volume \"wanted\" already bound to a different claim.");
    assertEquals("Pending", phase("third"));
    told("VolumeMismatch: Cannot bind to requested volume \"small\": requested PV is too small");
    assertEquals("Pending", phase("fourth"));

    volume("none", "now", "2Gi");
    settle();
    assertEquals("Bound", phase("fourth"));
  }

  @Test
  void whoMakesVolumesIsToldToBegin() {
    claim("made", "now");
    claim("waits", "later");
    claim("classless", "");
    claim("unknown", "none");
    settle();
    var annotations = claim("made").getMetadata().getAnnotations();
    assertEquals("example.com/maker", annotations.get("volume.kubernetes.io/storage-provisioner"));
    assertEquals(
        "example.com/maker", annotations.get("volume.beta.kubernetes.io/storage-provisioner"));
    told("ExternalProvisioning: Waiting for a volume to be created either by the external");
    told("WaitForFirstConsumer: waiting for first consumer to be created before binding");
    told("FailedBinding: no persistent volumes available for this claim and no storage class");
    told("ProvisioningFailed: storageclass.storage.k8s.io \"none\" not found");

    world.add(
        Resources.PODS,
        new PodBuilder()
            .withNewMetadata()
            .withName("user")
            .endMetadata()
            .withNewSpec()
            .addNewVolume()
            .withName("v")
            .withNewPersistentVolumeClaim("waits", false)
            .endVolume()
            .endSpec()
            .build());
    settle();
    told("WaitForPodScheduled: waiting for pod user to be scheduled");
  }

  @Test
  void aClaimWithoutClassGetsTheNewestDefaultOnceThereIsOne() {
    claim("data", null, claim -> claim);
    claim("none", "");
    settle();
    assertEquals(null, claim("data").getSpec().getStorageClassName());
    storageClass("old", "example.com/maker", "WaitForFirstConsumer", true);
    world.pass(Duration.ofSeconds(5));
    storageClass("new", "example.com/maker", "WaitForFirstConsumer", true);
    settle();
    assertEquals("new", claim("data").getSpec().getStorageClassName());
    assertEquals("", claim("none").getSpec().getStorageClassName());
  }

  @Test
  void aClaimWhoseVolumeIsGoneIsLost() {
    volume("gone", "now", "2Gi");
    settle();
    claim("data", "now");
    settle();
    world.change(
        Resources.PERSISTENT_VOLUMES,
        "gone",
        volume ->
            volume
                .edit()
                .editMetadata()
                .withFinalizers()
                .withDeletionTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .build());
    settle();
    assertEquals("Lost", phase("data"));
    told("ClaimLost: Bound claim has lost its PersistentVolume. Data on the volume is lost!");
  }

  @Test
  void releasedVolumesAreReclaimedAsTheyWant() {
    for (var policy : new String[] {"Retain", "Delete", "Recycle"}) {
      var name = policy.toLowerCase(java.util.Locale.ROOT);
      volume(
          name,
          "never",
          "2Gi",
          volume -> volume.editSpec().withPersistentVolumeReclaimPolicy(policy).endSpec());
      settle();
      claim(name, "never", claim -> claim.editSpec().withVolumeName(name).endSpec());
      settle();
      assertEquals("Bound", phase(name));
      world.delete(Resources.PERSISTENT_VOLUME_CLAIMS, new ObjectKey("default", name), "");
      settle();
    }
    assertEquals("Released", phaseOf("retain"));
    assertEquals("Failed", phaseOf("delete"));
    told("VolumeFailedDelete: error getting deleter volume plugin for volume \"delete\"");
    assertEquals("Failed", phaseOf("recycle"));
    told("VolumeFailedRecycle: No recycler plugin found for the volume!");

    world.change(
        Resources.PERSISTENT_VOLUMES,
        "retain",
        volume -> volume.edit().editSpec().withClaimRef(null).endSpec().build());
    settle();
    assertEquals("Available", phaseOf("retain"));
  }

  @Test
  void whoMadeAVolumeDeletesIt() {
    volume(
        "outside",
        "now",
        "2Gi",
        volume ->
            volume
                .editMetadata()
                .addToAnnotations("pv.kubernetes.io/provisioned-by", "example.com/maker")
                .endMetadata()
                .editSpec()
                .withPersistentVolumeReclaimPolicy("Delete")
                .endSpec());
    settle();
    claim("data", "now");
    settle();
    world.delete(Resources.PERSISTENT_VOLUME_CLAIMS, new ObjectKey("default", "data"), "");
    settle();
    assertEquals("Released", phaseOf("outside"));
    assertEquals(null, volume("outside").getMetadata().getDeletionTimestamp());
  }

  @Test
  void theVolumeThatAClaimDoesNotNeedGoesFree() {
    volume("chosen", "now", "2Gi");
    volume("spare", "now", "2Gi");
    settle();
    claim("data", "now");
    settle();
    var uid = claim("data").getMetadata().getUid();
    var spare = claim("data").getSpec().getVolumeName().equals("spare") ? "chosen" : "spare";
    world.change(
        Resources.PERSISTENT_VOLUMES,
        spare,
        volume ->
            volume
                .edit()
                .editMetadata()
                .addToAnnotations(Volumes.BOUND_HERE, "yes")
                .endMetadata()
                .editSpec()
                .withNewClaimRef()
                .withNamespace("default")
                .withName("data")
                .withUid(uid)
                .endClaimRef()
                .endSpec()
                .build());
    settle();
    assertEquals(null, volume(spare).getSpec().getClaimRef());
    assertEquals("Available", phaseOf(spare));
  }

  @Test
  void aBoundVolumeStaysUntilItsClaimIsGone() {
    volume("held", "now", "2Gi");
    settle();
    claim("data", "now");
    settle();
    world.delete(Resources.PERSISTENT_VOLUMES, new ObjectKey("", "held"), "");
    settle();
    assertEquals("Bound", phaseOf("held"));
    world.delete(Resources.PERSISTENT_VOLUME_CLAIMS, new ObjectKey("default", "data"), "");
    settle();
    assertEquals(0, world.list(Resources.PERSISTENT_VOLUMES).size());
  }

  @Test
  void aPodGetsClaimsOfItsOwnAndIsToldOfThoseOfOthers() {
    claim("user-theirs", "now");
    world.add(
        Resources.PODS,
        new PodBuilder()
            .withNewMetadata()
            .withName("user")
            .endMetadata()
            .withNewSpec()
            .addNewVolume()
            .withName("scratch")
            .withNewEphemeral()
            .withNewVolumeClaimTemplate()
            .withNewMetadata()
            .addToLabels("kind", "scratch")
            .endMetadata()
            .withNewSpec()
            .withStorageClassName("later")
            .withAccessModes("ReadWriteOnce")
            .endSpec()
            .endVolumeClaimTemplate()
            .endEphemeral()
            .endVolume()
            .addNewVolume()
            .withName("theirs")
            .withNewEphemeral()
            .withNewVolumeClaimTemplate()
            .withNewSpec()
            .endSpec()
            .endVolumeClaimTemplate()
            .endEphemeral()
            .endVolume()
            .endSpec()
            .build());
    settle();
    var owner = claim("user-scratch").getMetadata().getOwnerReferences().getFirst();
    assertEquals("user", owner.getName());
    assertTrue(owner.getController());
    assertEquals("scratch", claim("user-scratch").getMetadata().getLabels().get("kind"));
    assertEquals("later", claim("user-scratch").getSpec().getStorageClassName());
    told(
        "FailedBinding: ephemeral volume theirs: PVC default/user-theirs was not created for pod"
            + " default/user (pod is not owner)");
  }
}
