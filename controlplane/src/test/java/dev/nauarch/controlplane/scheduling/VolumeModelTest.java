package dev.nauarch.controlplane.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.OwnNames;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Chaos;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.World;
import dev.nauarch.reconcile.storage.ClaimProtection;
import dev.nauarch.reconcile.storage.ClaimReconciler;
import dev.nauarch.reconcile.storage.VolumeProtection;
import dev.nauarch.reconcile.storage.VolumeReconciler;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.CSINodeBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What must never happen to volumes, whatever comes in which order: users make and delete claims,
 * volumes and pods, the scheduler and the controllers see each other's work late, and are stopped
 * in the middle of it.
 */
final class VolumeModelTest {

  private static final int STEPS = 3_000;
  private static final int NODES = 3;
  private static final int LIMIT = 2;
  private static final List<String> CLASSES = List.of("static", "static", "now", "local-path");

  private final World world = new World();
  private int names;

  static LongStream seeds() {
    return LongStream.range(0, 40);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void noVolumeIsTwoClaimsAndNoClaimIsLost(long seed) {
    begin();
    var scheduler = new LaggingScheduler(world);
    var chaos =
        new Chaos(
            world,
            seed,
            new ClaimReconciler("/volumes"),
            new VolumeReconciler(),
            new VolumeProtection(),
            new ClaimProtection());
    for (var i = 0; i < 6; i++) {
      chaos.user(() -> scheduler.hear(chaos.below(scheduler.kinds())));
      chaos.user(() -> scheduler.carryOut(chaos.below(2) == 0));
    }
    chaos
        .user(() -> addClaim(chaos))
        .user(() -> addVolume(chaos))
        .user(() -> addVolume(chaos))
        .user(() -> addPod(chaos))
        .user(() -> addPod(chaos))
        .user(() -> deletePod(chaos))
        .user(() -> deleteClaim(chaos))
        .user(() -> deleteVolume(chaos))
        .user(
            () -> {
              if (chaos.below(8) == 0) {
                scheduler.restart();
              }
            })
        .whileResting(scheduler::settle)
        .invariant(this::check)
        .run(STEPS);
    allIsSettled();
    whatIsFreeCanBeHad(scheduler, chaos);
  }

  private void begin() {
    world.know(Resources.PODS);
    world.know(Resources.PERSISTENT_VOLUMES);
    world.know(Resources.PERSISTENT_VOLUME_CLAIMS);
    for (var i = 0; i < NODES; i++) {
      world.add(
          Resources.NODES,
          new NodeBuilder()
              .withNewMetadata()
              .withName("n" + i)
              .addToLabels("kubernetes.io/hostname", "n" + i)
              .addToLabels(OwnNames.SIMULATED, "true")
              .endMetadata()
              .withNewSpec()
              .endSpec()
              .withNewStatus()
              .addToAllocatable("pods", new Quantity("1000"))
              .endStatus()
              .build());
      world.add(
          Resources.CSI_NODES,
          new CSINodeBuilder()
              .withNewMetadata()
              .withName("n" + i)
              .endMetadata()
              .withNewSpec()
              .addNewDriver()
              .withName("csi")
              .withNewAllocatable(LIMIT)
              .endDriver()
              .endSpec()
              .build());
    }
    storageClass("static", "kubernetes.io/no-provisioner", true);
    storageClass("now", "kubernetes.io/no-provisioner", false);
    storageClass("local-path", "nauarch.dev/local", true);
  }

  private void storageClass(String name, String provisioner, boolean waits) {
    world.add(
        Resources.STORAGE_CLASSES,
        new StorageClassBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withProvisioner(provisioner)
            .withReclaimPolicy("Delete")
            .withVolumeBindingMode(waits ? "WaitForFirstConsumer" : "Immediate")
            .build());
  }

  private String addClaim(Chaos chaos) {
    var volumes = world.list(Resources.PERSISTENT_VOLUMES);
    var named =
        !volumes.isEmpty() && chaos.below(8) == 0
            ? volumes.get(chaos.below(volumes.size())).getMetadata().getName()
            : null;
    return addClaim(CLASSES.get(chaos.below(CLASSES.size())), 1 + chaos.below(3), named);
  }

  private String addClaim(String storageClass, int size, @Nullable String volume) {
    var name = "c" + ++names;
    world.add(
        Resources.PERSISTENT_VOLUME_CLAIMS,
        new PersistentVolumeClaimBuilder()
            .withNewMetadata()
            .withName(name)
            .addToFinalizers("kubernetes.io/pvc-protection")
            .endMetadata()
            .withNewSpec()
            .withStorageClassName(storageClass)
            .withAccessModes("ReadWriteOnce")
            .withVolumeName(volume)
            .withNewResources()
            .addToRequests("storage", new Quantity(size + "Gi"))
            .endResources()
            .endSpec()
            .build());
    return name;
  }

  private void addVolume(Chaos chaos) {
    var storageClass = CLASSES.get(chaos.below(3));
    var host = chaos.below(3) == 0 ? "" : "n" + chaos.below(NODES);
    var claims = world.list(Resources.PERSISTENT_VOLUME_CLAIMS);
    var kept =
        !claims.isEmpty() && chaos.below(5) == 0
            ? claims.get(chaos.below(claims.size())).getMetadata().getName()
            : "";
    addVolume(storageClass, host, 1 + chaos.below(4), kept);
  }

  private void addVolume(String storageClass, String host, int size, String kept) {
    var name = "v" + ++names;
    var builder =
        new PersistentVolumeBuilder()
            .withNewMetadata()
            .withName(name)
            .addToFinalizers("kubernetes.io/pv-protection")
            .endMetadata()
            .withNewSpec()
            .withStorageClassName(storageClass)
            .withAccessModes("ReadWriteOnce")
            .withPersistentVolumeReclaimPolicy("Retain")
            .addToCapacity("storage", new Quantity(size + "Gi"))
            .withNewCsi()
            .withDriver("csi")
            .withVolumeHandle(name)
            .endCsi()
            .endSpec();
    if (!host.isEmpty()) {
      builder
          .editSpec()
          .withNewNodeAffinity()
          .withNewRequired()
          .addNewNodeSelectorTerm()
          .addNewMatchExpression()
          .withKey("kubernetes.io/hostname")
          .withOperator("In")
          .withValues(host)
          .endMatchExpression()
          .endNodeSelectorTerm()
          .endRequired()
          .endNodeAffinity()
          .endSpec();
    }
    if (!kept.isEmpty()) {
      builder
          .editSpec()
          .withNewClaimRef()
          .withNamespace("default")
          .withName(kept)
          .endClaimRef()
          .endSpec();
    }
    world.add(Resources.PERSISTENT_VOLUMES, builder.build());
  }

  private void addPod(Chaos chaos) {
    var claims = new TreeSet<String>();
    for (var i = 0; i <= chaos.below(2); i++) {
      var there = world.list(Resources.PERSISTENT_VOLUME_CLAIMS);
      claims.add(
          there.isEmpty() || chaos.below(3) > 0
              ? addClaim(chaos)
              : there.get(chaos.below(there.size())).getMetadata().getName());
    }
    addPod(List.copyOf(claims));
  }

  private String addPod(List<String> claims) {
    var name = "p" + ++names;
    var builder = new PodBuilder().withNewMetadata().withName(name).endMetadata().withNewSpec();
    for (var claim : claims) {
      builder.addNewVolume().withName(claim).withNewPersistentVolumeClaim(claim, false).endVolume();
    }
    world.add(Resources.PODS, builder.endSpec().build());
    return name;
  }

  private void deletePod(Chaos chaos) {
    var pods = world.list(Resources.PODS);
    if (!pods.isEmpty()) {
      var pod = pods.get(chaos.below(pods.size()));
      world.delete(Resources.PODS, ObjectKey.of(pod), "");
    }
  }

  private void deleteClaim(Chaos chaos) {
    var claims = world.list(Resources.PERSISTENT_VOLUME_CLAIMS);
    if (!claims.isEmpty()) {
      var claim = claims.get(chaos.below(claims.size()));
      world.delete(Resources.PERSISTENT_VOLUME_CLAIMS, ObjectKey.of(claim), "");
    }
  }

  private void deleteVolume(Chaos chaos) {
    var volumes = world.list(Resources.PERSISTENT_VOLUMES);
    if (!volumes.isEmpty()) {
      var volume = volumes.get(chaos.below(volumes.size()));
      world.delete(Resources.PERSISTENT_VOLUMES, ObjectKey.of(volume), "");
    }
  }

  private void check() {
    Map<String, String> claimByVolume = new TreeMap<>();
    for (var claim : world.list(Resources.PERSISTENT_VOLUME_CLAIMS)) {
      var name = claim.getMetadata().getName();
      assertFalse(isIn("Lost", claim), name + " is lost");
      if (isBound(claim)) {
        var volume = claim.getSpec().getVolumeName();
        var other = claimByVolume.put(volume, name);
        assertEquals(null, other, volume + " is bound by " + name + " too");
        var holder = volume(volume).map(each -> each.getSpec().getClaimRef().getUid());
        assertEquals(Optional.of(claim.getMetadata().getUid()), holder, name + " on " + volume);
      }
    }
    var claims = new TreeMap<String, String>();
    for (var volume : world.list(Resources.PERSISTENT_VOLUMES)) {
      var phase = volume.getStatus() == null ? "" : volume.getStatus().getPhase();
      if ("Released".equals(phase)) {
        assertFalse(isWanted(volume), volume.getMetadata().getName() + " is still wanted");
      }
      if ("Bound".equals(phase)) {
        var name = volume.getMetadata().getName();
        var other = claims.put(volume.getSpec().getClaimRef().getUid(), name);
        assertEquals(null, other, name + " is its claim's second");
      }
    }
    limitsHold();
  }

  private static boolean isIn(String phase, PersistentVolumeClaim claim) {
    return claim.getStatus() != null && phase.equals(claim.getStatus().getPhase());
  }

  private static boolean isBound(PersistentVolumeClaim claim) {
    var annotations = claim.getMetadata().getAnnotations();
    return annotations != null && annotations.containsKey("pv.kubernetes.io/bind-completed");
  }

  private Optional<PersistentVolume> volume(String name) {
    return world.get(Resources.PERSISTENT_VOLUMES, new ObjectKey("", name));
  }

  /** Whether the claim that a volume is kept for is there and has no other. */
  private boolean isWanted(PersistentVolume volume) {
    var ref = volume.getSpec().getClaimRef();
    return ref != null
        && world
            .get(
                Resources.PERSISTENT_VOLUME_CLAIMS,
                new ObjectKey("default", Objects.requireNonNull(ref.getName())))
            .filter(claim -> claim.getMetadata().getUid().equals(ref.getUid()))
            .filter(
                claim ->
                    claim.getSpec().getVolumeName() == null
                        || claim.getSpec().getVolumeName().equals(volume.getMetadata().getName()))
            .isPresent();
  }

  private void limitsHold() {
    if (world.list(Resources.CSI_NODES).isEmpty()) {
      return; // nobody says anything of limits any more
    }
    var handles = new TreeMap<String, TreeSet<String>>();
    for (var pod : world.list(Resources.PODS)) {
      if (Pods.isBound(pod) && !Pods.hasEnded(pod)) {
        for (var volume : volumesOf(pod)) {
          var csi = volume.getSpec().getCsi();
          if (csi != null) {
            handles
                .computeIfAbsent(pod.getSpec().getNodeName(), _ -> new TreeSet<>())
                .add(csi.getVolumeHandle());
          }
        }
      }
    }
    handles.forEach(
        (node, volumes) -> assertTrue(volumes.size() <= LIMIT, node + " has " + volumes));
  }

  private List<PersistentVolume> volumesOf(Pod pod) {
    return pod.getSpec().getVolumes().stream()
        .map(each -> each.getPersistentVolumeClaim().getClaimName())
        .flatMap(
            name ->
                world
                    .get(Resources.PERSISTENT_VOLUME_CLAIMS, new ObjectKey("default", name))
                    .stream())
        .filter(claim -> claim.getSpec().getVolumeName() != null)
        .flatMap(claim -> volume(claim.getSpec().getVolumeName()).stream())
        .toList();
  }

  /** In the end a volume that is kept for a claim is that claim's, or its user has kept it. */
  private void allIsSettled() {
    for (var volume : world.list(Resources.PERSISTENT_VOLUMES)) {
      var ref = volume.getSpec().getClaimRef();
      if (ref != null
          && ref.getUid() != null
          && volume.getMetadata().getDeletionTimestamp() == null) {
        var claim =
            world.get(
                Resources.PERSISTENT_VOLUME_CLAIMS,
                new ObjectKey("default", Objects.requireNonNull(ref.getName())));
        var phase = volume.getStatus().getPhase();
        var isItsClaim =
            claim.filter(each -> each.getMetadata().getUid().equals(ref.getUid())).isPresent();
        assertEquals(isItsClaim ? "Bound" : "Released", phase, volume.getMetadata().getName());
      }
    }
  }

  /** Nothing that was decided once and given up is held for ever. */
  private void whatIsFreeCanBeHad(LaggingScheduler scheduler, Chaos chaos) {
    for (var pod : world.list(Resources.PODS)) {
      world.delete(Resources.PODS, ObjectKey.of(pod), "");
      world.letGo(pod);
    }
    for (var i = 0; i < NODES; i++) {
      world.delete(Resources.CSI_NODES, new ObjectKey("", "n" + i), "");
    }
    scheduler.settle();
    var free =
        world.list(Resources.PERSISTENT_VOLUMES).stream()
            .filter(volume -> volume.getSpec().getClaimRef() == null)
            .filter(volume -> volume.getMetadata().getDeletionTimestamp() == null)
            .filter(volume -> "static".equals(volume.getSpec().getStorageClassName()))
            .count();
    var pods = new TreeSet<String>();
    for (var i = 0; i < free; i++) {
      pods.add(addPod(List.of(addClaim("static", 1, null))));
    }
    chaos.run(0);
    var placed =
        pods.stream()
            .flatMap(name -> world.get(Resources.PODS, new ObjectKey("default", name)).stream())
            .filter(Pods::isBound)
            .count();
    assertEquals(free, placed, "so many of the free volumes could be had");
  }
}
