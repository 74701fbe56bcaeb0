package dev.nauarch.reconcile.storage;

import dev.nauarch.api.InTreeStorage;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.quota.Amount;
import dev.nauarch.reconcile.Selectors;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How claims and volumes fit and refer to each other. */
final class Volumes {

  static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";
  static final String HOSTNAME = "kubernetes.io/hostname";

  /** Says of a claim that it has, or once had, its volume. */
  static final String COMPLETED = "pv.kubernetes.io/bind-completed";

  /** Says of a claim or a volume that the binding was not asked for by a user. */
  static final String BOUND_HERE = "pv.kubernetes.io/bound-by-controller";

  private static final String CLASS = "volume.beta.kubernetes.io/storage-class";

  private Volumes() {}

  /** The claim that a volume is kept for. */
  static Optional<ObjectKey> claimOf(PersistentVolume volume) {
    return Optional.ofNullable(volume.getSpec().getClaimRef())
        .map(ref -> new ObjectKey(orEmpty(ref.getNamespace()), orEmpty(ref.getName())));
  }

  /** The uid of the claim that a volume is kept for; empty for whichever claim of that name. */
  static String claimUid(PersistentVolume volume) {
    var ref = volume.getSpec().getClaimRef();
    return ref == null ? "" : orEmpty(ref.getUid());
  }

  /** Whether a volume is kept for this very claim. */
  static boolean isFor(PersistentVolume volume, PersistentVolumeClaim claim) {
    ObjectReference ref = volume.getSpec().getClaimRef();
    return ref != null
        && Objects.equals(ref.getNamespace(), claim.getMetadata().getNamespace())
        && Objects.equals(ref.getName(), claim.getMetadata().getName())
        && (claimUid(volume).isEmpty() || ref.getUid().equals(claim.getMetadata().getUid()));
  }

  static String className(PersistentVolumeClaim claim) {
    var annotated = annotation(claim, CLASS);
    return annotated.isEmpty() ? orEmpty(claim.getSpec().getStorageClassName()) : annotated;
  }

  static String className(PersistentVolume volume) {
    var annotated = annotation(volume, CLASS);
    return annotated.isEmpty() ? orEmpty(volume.getSpec().getStorageClassName()) : annotated;
  }

  /** Whether the user has said nothing of a class; no class at all is something. */
  static boolean lacksClass(PersistentVolumeClaim claim) {
    return claim.getSpec().getStorageClassName() == null && annotation(claim, CLASS).isEmpty();
  }

  static String annotation(HasMetadata object, String name) {
    var annotations = object.getMetadata().getAnnotations();
    return annotations == null ? "" : annotations.getOrDefault(name, "");
  }

  static boolean hasAnnotation(HasMetadata object, String name) {
    var annotations = object.getMetadata().getAnnotations();
    return annotations != null && annotations.containsKey(name);
  }

  static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  static Quantity storage(@Nullable Map<String, Quantity> amounts) {
    var amount = amounts == null ? null : amounts.get("storage");
    return amount == null ? new Quantity("0") : amount;
  }

  /** How much there is room for; nothing where that is no quantity. */
  static Amount capacity(PersistentVolume volume) {
    return Amount.read(storage(volume.getSpec().getCapacity()).toString()).orElse(Amount.ZERO);
  }

  static Quantity requested(PersistentVolumeClaim claim) {
    var resources = claim.getSpec().getResources();
    return storage(resources == null ? null : resources.getRequests());
  }

  /** Whether a volume, once it is kept for a claim, serves it, whatever its class. */
  static boolean serves(PersistentVolume volume, PersistentVolumeClaim claim) {
    return volume.getMetadata().getDeletionTimestamp() == null
        && isLargeEnough(volume, claim)
        && hasMode(volume, claim)
        && hasAttributes(volume, claim)
        && volume.getSpec().getAccessModes().containsAll(claim.getSpec().getAccessModes());
  }

  /** Whether a volume that nobody has would serve a claim that does not wait for its node. */
  static boolean fits(PersistentVolume volume, PersistentVolumeClaim claim) {
    var selector = claim.getSpec().getSelector();
    return volume.getSpec().getClaimRef() == null
        && volume.getStatus() != null
        && "Available".equals(volume.getStatus().getPhase())
        && className(volume).equals(className(claim))
        && serves(volume, claim)
        && (selector == null || Selectors.matches(selector, volume));
  }

  /** Why a volume that a user asks for can't be the claim's; empty where it can. */
  static String mismatch(PersistentVolume volume, PersistentVolumeClaim claim) {
    if (volume.getMetadata().getDeletionTimestamp() != null) {
      return "the volume is marked for deletion \"" + volume.getMetadata().getName() + "\"";
    }
    if (!isLargeEnough(volume, claim)) {
      return "requested PV is too small";
    }
    if (!className(volume).equals(className(claim))) {
      return "storageClassName does not match";
    }
    if (!hasAttributes(volume, claim)) {
      return "volumeAttributesClassName does not match";
    }
    if (!hasMode(volume, claim)) {
      return "incompatible volumeMode";
    }
    return volume.getSpec().getAccessModes().containsAll(claim.getSpec().getAccessModes())
        ? ""
        : "incompatible accessMode";
  }

  private static boolean isLargeEnough(PersistentVolume volume, PersistentVolumeClaim claim) {
    return Amount.read(requested(claim).toString())
        .filter(wanted -> !capacity(volume).isLessThan(wanted))
        .isPresent();
  }

  private static boolean hasAttributes(PersistentVolume volume, PersistentVolumeClaim claim) {
    return orEmpty(volume.getSpec().getVolumeAttributesClassName())
        .equals(orEmpty(claim.getSpec().getVolumeAttributesClassName()));
  }

  static boolean hasMode(PersistentVolume volume, PersistentVolumeClaim claim) {
    return mode(volume.getSpec().getVolumeMode()).equals(mode(claim.getSpec().getVolumeMode()));
  }

  static String mode(@Nullable String mode) {
    return mode == null ? "Filesystem" : mode;
  }

  /** Whether programs of others make and delete volumes for a provisioner of this name. */
  static boolean isOutside(String provisioner) {
    return !provisioner.startsWith("kubernetes.io/")
        || InTreeStorage.driver(provisioner).isPresent();
  }
}
