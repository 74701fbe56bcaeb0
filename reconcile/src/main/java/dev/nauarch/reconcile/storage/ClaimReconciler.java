package dev.nauarch.reconcile.storage;

import static dev.nauarch.reconcile.storage.Volumes.BOUND_HERE;
import static dev.nauarch.reconcile.storage.Volumes.COMPLETED;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Index;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Binds claims, as the controller of volumes in Kubernetes does: to the volume that is kept for
 * them, to the smallest that will do, or to one that is made for them. The volume is given to the
 * claim first, then the claim to the volume, so that no volume is ever two claims'. Of classes that
 * wait for a consumer, the scheduler chooses.
 */
public final class ClaimReconciler implements Reconciler {

  static final Index<PersistentVolume> VOLUMES_BY_CLAIM =
      new Index<>(
          Resources.PERSISTENT_VOLUMES,
          "claim",
          volume -> Volumes.claimOf(volume).map(key -> List.of(key.toString())).orElse(List.of()));

  /** Claims by the volume that they name; those without one by the empty name. */
  private static final Index<PersistentVolumeClaim> CLAIMS_BY_VOLUME =
      new Index<>(
          Resources.PERSISTENT_VOLUME_CLAIMS,
          "volume",
          claim -> List.of(Volumes.orEmpty(claim.getSpec().getVolumeName())));

  private static final Comparator<PersistentVolume> SMALLEST =
      Comparator.comparing(Volumes::capacity)
          .thenComparing(volume -> volume.getMetadata().getName());

  private final Provisioning provisioning;

  /**
   * @param root the folder on each node that holds its volumes
   */
  public ClaimReconciler(String root) {
    this.provisioning = new Provisioning(root);
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
                Stream.concat(
                        keys(world.lookup(CLAIMS_BY_VOLUME, volume.getMetadata().getName())),
                        Volumes.claimOf(volume)
                            .map(Stream::of)
                            .orElseGet(() -> wanting(Volumes.className(volume), world)))
                    .toList()),
        new Trigger.Of<>(
            Resources.STORAGE_CLASSES,
            (found, world) -> wanting(found.getMetadata().getName(), world).toList()),
        new Trigger.Of<>(
            Resources.PODS,
            (pod, world) -> Pods.isBound(pod) ? List.of() : Index.claimsOf(pod).toList()));
  }

  private static Stream<ObjectKey> keys(List<PersistentVolumeClaim> claims) {
    return claims.stream().map(ObjectKey::of);
  }

  /** The claims that may want any volume of a class, or the class itself. */
  private static Stream<ObjectKey> wanting(String className, Snapshot world) {
    return keys(
        world.lookup(CLAIMS_BY_VOLUME, "").stream()
            .filter(
                claim -> Volumes.lacksClass(claim) || Volumes.className(claim).equals(className))
            .toList());
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(Resources.PERSISTENT_VOLUME_CLAIMS, key);
    if (found.isEmpty() || found.get().getMetadata().getDeletionTimestamp() != null) {
      return Plan.NOTHING;
    }
    var claim = found.get();
    var draft = new PlanDraft();
    if (Volumes.hasAnnotation(claim, COMPLETED)) {
      keepBound(draft, claim, world);
    } else if (Volumes.orEmpty(claim.getSpec().getVolumeName()).isEmpty()) {
      findVolume(draft, claim, world);
    } else {
      takeNamed(draft, claim, world);
    }
    return draft.plan();
  }

  private void findVolume(PlanDraft draft, PersistentVolumeClaim claim, Snapshot world) {
    var className = Volumes.className(claim);
    var storageClass = world.get(Resources.STORAGE_CLASSES, new ObjectKey("", className));
    var waits = storageClass.filter(ClaimReconciler::waitsForConsumer).isPresent();
    var volume = kept(claim, world).or(() -> waits ? Optional.empty() : free(claim, world));
    if (volume.isPresent()) {
      bind(draft, claim, volume.get());
      return;
    }
    var byDefault =
        Volumes.lacksClass(claim) ? DefaultStorageClass.of(world) : Optional.<String>empty();
    if (byDefault.isPresent()) {
      draft.update(
          Resources.PERSISTENT_VOLUME_CLAIMS,
          claim.edit().editSpec().withStorageClassName(byDefault.get()).endSpec().build());
      return;
    }
    if (waits && Volumes.annotation(claim, Volumes.SELECTED_NODE).isEmpty()) {
      tellWhoIsAwaited(draft, claim, world);
    } else if (!className.isEmpty()) {
      provisioning.provision(draft, claim, className, storageClass, world);
    } else {
      draft.normal(
          claim,
          "FailedBinding",
          "no persistent volumes available for this claim and no storage class is set");
    }
    if (draft.plan().commands().stream().allMatch(Command.Event.class::isInstance)) {
      ClaimReport.pending(draft, claim);
    }
  }

  private static boolean waitsForConsumer(StorageClass storageClass) {
    return "WaitForFirstConsumer".equals(storageClass.getVolumeBindingMode());
  }

  private static Optional<PersistentVolume> kept(PersistentVolumeClaim claim, Snapshot world) {
    return world.lookup(VOLUMES_BY_CLAIM, ObjectKey.of(claim).toString()).stream()
        .filter(volume -> Volumes.isFor(volume, claim) && Volumes.serves(volume, claim))
        .findFirst();
  }

  private static Optional<PersistentVolume> free(PersistentVolumeClaim claim, Snapshot world) {
    return world.list(Resources.PERSISTENT_VOLUMES).stream()
        .filter(volume -> Volumes.fits(volume, claim))
        .min(SMALLEST);
  }

  private static void tellWhoIsAwaited(
      PlanDraft draft, PersistentVolumeClaim claim, Snapshot world) {
    var pods =
        world.lookup(Index.PODS_BY_CLAIM, ObjectKey.of(claim).toString()).stream()
            .filter(pod -> !Pods.isBound(pod) && !Pods.hasEnded(pod))
            .map(pod -> pod.getMetadata().getName())
            .toList();
    if (pods.isEmpty()) {
      draft.normal(
          claim, "WaitForFirstConsumer", "waiting for first consumer to be created before binding");
    } else {
      draft.normal(
          claim,
          "WaitForPodScheduled",
          "waiting for pod"
              + (pods.size() > 1 ? "s " : " ")
              + String.join(",", pods)
              + " to be scheduled");
    }
  }

  /** The claim names a volume and has never had it. */
  private static void takeNamed(PlanDraft draft, PersistentVolumeClaim claim, Snapshot world) {
    var found = named(claim, world);
    if (found.isEmpty()) {
      ClaimReport.pending(draft, claim);
      return;
    }
    var volume = found.get();
    var name = volume.getMetadata().getName();
    if (Volumes.isFor(volume, claim)) {
      bind(draft, claim, volume);
    } else if (volume.getSpec().getClaimRef() != null) {
      draft.warning(
          claim, "FailedBinding", "volume \"" + name + "\" already bound to a different claim.");
      ClaimReport.pending(draft, claim);
    } else {
      var mismatch = Volumes.mismatch(volume, claim);
      if (mismatch.isEmpty()) {
        bind(draft, claim, volume);
      } else {
        draft.warning(
            claim,
            "VolumeMismatch",
            "Cannot bind to requested volume \"" + name + "\": " + mismatch);
        ClaimReport.pending(draft, claim);
      }
    }
  }

  private static Optional<PersistentVolume> named(PersistentVolumeClaim claim, Snapshot world) {
    return world.get(Resources.PERSISTENT_VOLUMES, volumeKey(claim));
  }

  private static ObjectKey volumeKey(PersistentVolumeClaim claim) {
    return new ObjectKey("", Volumes.orEmpty(claim.getSpec().getVolumeName()));
  }

  /** The claim had its volume; it has it still, or the data are lost. */
  private static void keepBound(PlanDraft draft, PersistentVolumeClaim claim, Snapshot world) {
    var volume = named(claim, world);
    if (volume.isPresent()) {
      var isMisbound =
          volume.get().getSpec().getClaimRef() != null
              && !Volumes.claimUid(volume.get()).equals(claim.getMetadata().getUid());
      if (isMisbound) {
        ClaimReport.lost(
            draft,
            claim,
            "ClaimMisbound",
            "Two claims are bound to the same volume, this one is bound incorrectly");
      } else {
        bind(draft, claim, volume.get());
      }
    } else if (volumeKey(claim).name().isEmpty()) {
      ClaimReport.lost(
          draft,
          claim,
          "ClaimLost",
          "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!");
    } else if (!ClaimReport.isLost(claim)) {
      draft.add(
          new Command.Confirm(
              new Command.Fact.Absent(Resources.PERSISTENT_VOLUMES, volumeKey(claim))));
      ClaimReport.lost(
          draft,
          claim,
          "ClaimLost",
          "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
    }
  }

  /**
   * The volume to the claim; then the volume's status, which protects it, and the claim to the
   * volume; then the claim's status.
   */
  private static void bind(PlanDraft draft, PersistentVolumeClaim claim, PersistentVolume volume) {
    if (!Volumes.isFor(volume, claim) || Volumes.claimUid(volume).isEmpty()) {
      draft.update(Resources.PERSISTENT_VOLUMES, given(volume, claim));
      return;
    }
    VolumeReconciler.report(draft, volume, "Bound", "");
    var name = volume.getMetadata().getName();
    var isNamed = name.equals(claim.getSpec().getVolumeName());
    if (!isNamed || !Volumes.hasAnnotation(claim, COMPLETED)) {
      var bound = new PersistentVolumeClaimBuilder(claim);
      bound.editMetadata().addToAnnotations(COMPLETED, "yes").endMetadata();
      if (!isNamed) {
        bound.editMetadata().addToAnnotations(BOUND_HERE, "yes").endMetadata();
        bound.editSpec().withVolumeName(name).endSpec();
      }
      draft.update(Resources.PERSISTENT_VOLUME_CLAIMS, bound.build());
    }
    if (draft.isEmpty()) {
      ClaimReport.bound(draft, claim, volume);
    }
  }

  private static PersistentVolume given(PersistentVolume volume, PersistentVolumeClaim claim) {
    var given = new PersistentVolumeBuilder(volume);
    given.editSpec().withClaimRef(reference(claim)).endSpec();
    if (!Volumes.isFor(volume, claim)) {
      given.editMetadata().addToAnnotations(BOUND_HERE, "yes").endMetadata();
    }
    return given.build();
  }

  static ObjectReference reference(PersistentVolumeClaim claim) {
    return new ObjectReferenceBuilder()
        .withApiVersion("v1")
        .withKind("PersistentVolumeClaim")
        .withNamespace(claim.getMetadata().getNamespace())
        .withName(claim.getMetadata().getName())
        .withUid(claim.getMetadata().getUid())
        .build();
  }
}
