package dev.nauarch.reconcile.storage;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.reconcile.Selectors;
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

  private Volumes() {}

  /** The claim that a volume is kept for. */
  static Optional<ObjectKey> claimOf(PersistentVolume volume) {
    return Optional.ofNullable(volume.getSpec().getClaimRef())
        .map(ref -> new ObjectKey(ref.getNamespace(), ref.getName()));
  }

  /** Whether a volume is kept for this very claim. */
  static boolean isFor(PersistentVolume volume, PersistentVolumeClaim claim) {
    ObjectReference ref = volume.getSpec().getClaimRef();
    return ref != null
        && Objects.equals(ref.getNamespace(), claim.getMetadata().getNamespace())
        && Objects.equals(ref.getName(), claim.getMetadata().getName())
        && (ref.getUid() == null || ref.getUid().equals(claim.getMetadata().getUid()));
  }

  static String className(PersistentVolumeClaim claim) {
    return orEmpty(claim.getSpec().getStorageClassName());
  }

  static String annotation(PersistentVolumeClaim claim, String name) {
    var annotations = claim.getMetadata().getAnnotations();
    return annotations == null ? "" : annotations.getOrDefault(name, "");
  }

  static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  static Quantity storage(@Nullable Map<String, Quantity> amounts) {
    var amount = amounts == null ? null : amounts.get("storage");
    return amount == null ? new Quantity("0") : amount;
  }

  static Quantity requested(PersistentVolumeClaim claim) {
    var resources = claim.getSpec().getResources();
    return storage(resources == null ? null : resources.getRequests());
  }

  /** Whether a volume that nobody has would serve a claim. */
  static boolean fits(PersistentVolume volume, PersistentVolumeClaim claim) {
    var spec = volume.getSpec();
    var selector = claim.getSpec().getSelector();
    return spec.getClaimRef() == null
        && volume.getMetadata().getDeletionTimestamp() == null
        && orEmpty(spec.getStorageClassName()).equals(className(claim))
        && mode(spec.getVolumeMode()).equals(mode(claim.getSpec().getVolumeMode()))
        && spec.getAccessModes().containsAll(claim.getSpec().getAccessModes())
        && storage(spec.getCapacity()).compareTo(requested(claim)) >= 0
        && (selector == null || Selectors.matches(selector, volume));
  }

  private static String mode(@Nullable String mode) {
    return mode == null ? "Filesystem" : mode;
  }
}
