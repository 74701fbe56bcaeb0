package dev.nauarch.reconcile.stateful;

import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.MergePatches;
import dev.nauarch.reconcile.PlanDraft;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a pass over a set's places wants done. Of new pods those go first whose claims are there, so
 * that a claim that is refused holds up nobody else's pod.
 */
final class Work {

  private final StatefulSet set;
  private final PlanDraft changes = new PlanDraft();
  private final List<Pod> deleted = new ArrayList<>();
  private final List<Pod> created = new ArrayList<>();
  private final List<PersistentVolumeClaim> claims = new ArrayList<>();
  private final List<Pod> createdAfterClaims = new ArrayList<>();
  private final PlanDraft warnings = new PlanDraft();

  Work(StatefulSet set) {
    this.set = set;
  }

  void label(Pod pod, Map<String, String> labels) {
    changes.patch(Resources.PODS, pod, MergePatches.withLabels(pod, labels));
  }

  void give(PersistentVolumeClaim claim, List<OwnerReference> owners) {
    changes.patch(
        Resources.PERSISTENT_VOLUME_CLAIMS, claim, MergePatches.withOwners(claim, owners));
  }

  void delete(Pod pod) {
    deleted.add(pod);
  }

  void create(PersistentVolumeClaim claim) {
    claims.add(claim);
  }

  void create(Pod pod, boolean needsClaims) {
    (needsClaims ? createdAfterClaims : created).add(pod);
  }

  void warn(String reason, String note) {
    warnings.warning(set, reason, note);
  }

  /** How many pods are to be made. */
  int pods() {
    return created.size() + createdAfterClaims.size();
  }

  void write(PlanDraft draft) {
    changes.plan().commands().forEach(draft::add);
    warnings.plan().commands().forEach(draft::add);
    deleted.forEach(pod -> draft.delete(Resources.PODS, pod));
    deleted.forEach(pod -> tell(draft, "Delete", "Pod " + pod.getMetadata().getName()));
    create(draft, created);
    claims.forEach(claim -> draft.create(Resources.PERSISTENT_VOLUME_CLAIMS, claim));
    for (var claim : claims) {
      draft.normal(set, "SuccessfulCreate", "Create " + claimName(claim) + " success");
    }
    create(draft, createdAfterClaims);
  }

  private void create(PlanDraft draft, List<Pod> pods) {
    pods.forEach(pod -> draft.create(Resources.PODS, pod));
    pods.forEach(pod -> tell(draft, "Create", "Pod " + pod.getMetadata().getName()));
  }

  private void tell(PlanDraft draft, String verb, String what) {
    draft.normal(
        set,
        "Successful" + verb,
        verb + " " + what + " in StatefulSet " + set.getMetadata().getName() + " successful");
  }

  private String claimName(PersistentVolumeClaim claim) {
    var name = claim.getMetadata().getName();
    return "Claim %s Pod %s in StatefulSet %s"
        .formatted(name, PlaceClaims.podOf(set, name).orElse(""), set.getMetadata().getName());
  }
}
