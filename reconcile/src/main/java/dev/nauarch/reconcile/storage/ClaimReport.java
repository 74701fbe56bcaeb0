package dev.nauarch.reconcile.storage;

import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.PlanDraft;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimStatus;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimStatusBuilder;
import java.util.List;
import java.util.TreeMap;

/** What is said of a claim in its status. */
final class ClaimReport {

  private ClaimReport() {}

  /** It has no volume yet. */
  static void pending(PlanDraft draft, PersistentVolumeClaim claim) {
    write(draft, claim, without("Pending", claim));
  }

  static boolean isLost(PersistentVolumeClaim claim) {
    return claim.getStatus() != null && "Lost".equals(claim.getStatus().getPhase());
  }

  /** Its volume is gone or somebody else's; told once. */
  static void lost(PlanDraft draft, PersistentVolumeClaim claim, String reason, String note) {
    if (!isLost(claim)) {
      write(draft, claim, without("Lost", claim));
      draft.warning(claim, reason, note);
    }
  }

  /**
   * It has its volume. How large it is is told when it becomes so; who makes it larger tells by
   * himself.
   */
  static void bound(PlanDraft draft, PersistentVolumeClaim claim, PersistentVolume volume) {
    var status = status(claim);
    var fresh = new PersistentVolumeClaimStatusBuilder(status);
    fresh.withPhase("Bound").withAccessModes(volume.getSpec().getAccessModes());
    if (!"Bound".equals(status.getPhase())) {
      fresh
          .withCapacity(volume.getSpec().getCapacity())
          .withCurrentVolumeAttributesClassName(volume.getSpec().getVolumeAttributesClassName());
    }
    write(draft, claim, fresh.build());
  }

  private static PersistentVolumeClaimStatus without(String phase, PersistentVolumeClaim claim) {
    return new PersistentVolumeClaimStatusBuilder(status(claim))
        .withPhase(phase)
        .withAccessModes(List.of())
        .withCapacity(new TreeMap<>())
        .withCurrentVolumeAttributesClassName(null)
        .build();
  }

  private static PersistentVolumeClaimStatus status(PersistentVolumeClaim claim) {
    return claim.getStatus() == null ? new PersistentVolumeClaimStatus() : claim.getStatus();
  }

  private static void write(
      PlanDraft draft, PersistentVolumeClaim claim, PersistentVolumeClaimStatus fresh) {
    var old = new PersistentVolumeClaimStatusBuilder(status(claim)).build();
    if (!fresh.equals(old)) {
      draft.updateStatus(
          Resources.PERSISTENT_VOLUME_CLAIMS, claim.edit().withStatus(fresh).build());
    }
  }
}
