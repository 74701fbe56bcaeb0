package dev.nauarch.reconcile.device;

import dev.nauarch.api.DeviceClaims;
import dev.nauarch.api.DeviceClaims.Use;
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
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimStatusBuilder;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes the claims that pods want made of templates (KEP-4381), and notes in the pod's status which
 * they are, those that a pod shares with its group among them (KEP-5729). A pod that somebody bound
 * without asking the scheduler gets its claims reserved, where they have devices already.
 */
public final class PodClaimReconciler implements Reconciler {

  /** Pods by each claim that they use, as {@code namespace/claim}. */
  static final Index<Pod> PODS_BY_CLAIM =
      new Index<>(
          Resources.PODS,
          "device claim",
          pod ->
              DeviceClaims.of(pod).stream()
                  .filter(use -> !use.claim().isEmpty())
                  .map(use -> ClaimMaker.inNamespaceOf(pod, use.claim()).toString())
                  .toList());

  private static final Index<Pod> PODS_BY_TEMPLATE =
      new Index<>(
          Resources.PODS,
          "device claim template",
          pod ->
              DeviceClaims.of(pod).stream()
                  .filter(use -> !use.template().isEmpty())
                  .map(use -> ClaimMaker.inNamespaceOf(pod, use.template()).toString())
                  .toList());

  private final boolean hasGroups;

  /**
   * @param hasGroups whether the cluster serves groups of pods
   */
  public PodClaimReconciler(boolean hasGroups) {
    this.hasGroups = hasGroups;
  }

  @Override
  public String name() {
    return "resourceclaim-controller";
  }

  @Override
  public List<Trigger> triggers() {
    var triggers = new ArrayList<Trigger>();
    triggers.add(
        new Trigger.Of<>(
            Resources.PODS,
            (pod, world) ->
                pod.getSpec().getResourceClaims().isEmpty()
                    ? List.of()
                    : List.of(ObjectKey.of(pod))));
    triggers.add(
        new Trigger.Of<>(
            Resources.RESOURCE_CLAIM_TEMPLATES,
            (template, world) -> keys(world, PODS_BY_TEMPLATE, ObjectKey.of(template))));
    triggers.add(Trigger.child(Resources.RESOURCE_CLAIMS, Resources.PODS));
    triggers.add(
        new Trigger.Of<>(
            Resources.RESOURCE_CLAIMS,
            (claim, world) -> keys(world, PODS_BY_CLAIM, ObjectKey.of(claim))));
    if (hasGroups) {
      triggers.add(
          new Trigger.Of<>(
              Resources.POD_GROUPS,
              (group, world) -> keys(world, Index.PODS_BY_GROUP, ObjectKey.of(group))));
    }
    return triggers;
  }

  private static List<ObjectKey> keys(Snapshot world, Index<Pod> index, ObjectKey value) {
    return world.lookup(index, value.toString()).stream().map(ObjectKey::of).toList();
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(Resources.PODS, key);
    if (found.isEmpty() || !Pods.isActive(found.get())) {
      return Plan.NOTHING;
    }
    var pod = found.get();
    var group = hasGroups ? Pods.groupOf(pod) : Optional.<ObjectKey>empty();
    var known = group.flatMap(each -> world.get(Resources.POD_GROUPS, each));
    if (group.isPresent() && known.isEmpty()) {
      return Plan.NOTHING;
    }
    var draft = new PlanDraft();
    var made = new TreeMap<String, String>();
    for (var use : DeviceClaims.of(pod)) {
      if (!use.template().isEmpty()) {
        claimOf(draft, pod, use, known.filter(each -> DeviceClaims.isShared(use, each)), world)
            .filter(claim -> !claim.equals(use.claim()))
            .ifPresent(claim -> made.put(use.entry(), claim));
      }
    }
    if (!made.isEmpty()) {
      note(draft, pod, made);
    } else if (Pods.isBound(pod)) {
      reserve(draft, pod, known, world);
    }
    return draft.plan();
  }

  /** The claim of an entry that is made of a template; none while there is none. */
  private static Optional<String> claimOf(
      PlanDraft draft, Pod pod, Use use, Optional<PodGroup> sharing, Snapshot world) {
    if (sharing.isPresent()) {
      return sharing.get().getSpec().getResourceClaims().stream()
          .filter(entry -> entry.getName().equals(use.entry()))
          .map(entry -> DeviceClaims.claimOf(sharing.get(), entry))
          .filter(claim -> !claim.isEmpty())
          .findFirst();
    }
    return use.isMissing() || ClaimMaker.isLost(pod, use.claim(), world)
        ? ClaimMaker.make(draft, pod, use.entry(), use.template(), world)
        : Optional.empty();
  }

  @Override
  public Plan refused(ObjectKey key, Command command, String why, Snapshot world, Instant now) {
    var draft = new PlanDraft();
    world.get(Resources.PODS, key).ifPresent(pod -> ClaimMaker.refused(draft, pod, command, why));
    return draft.plan();
  }

  /** Says in the status of the pod which claims were made; the other entries stay as they are. */
  private static void note(PlanDraft draft, Pod pod, Map<String, String> made) {
    var statuses =
        DeviceClaims.of(pod).stream()
            .filter(use -> !use.template().isEmpty())
            .filter(use -> use.isSettled() || made.containsKey(use.entry()))
            .map(use -> ClaimMaker.status(use.entry(), made.getOrDefault(use.entry(), use.claim())))
            .toList();
    ClaimMaker.note(draft, Resources.PODS, pod, statuses);
  }

  /** The scheduler reserves the claims of the pods that it binds; this is for all others. */
  private static void reserve(PlanDraft draft, Pod pod, Optional<PodGroup> group, Snapshot world) {
    for (var use : DeviceClaims.of(pod)) {
      HasMetadata user =
          group
              .filter(each -> DeviceClaims.isShared(use, each))
              .<HasMetadata>map(each -> each)
              .orElse(pod);
      world
          .get(Resources.RESOURCE_CLAIMS, ClaimMaker.inNamespaceOf(pod, use.claim()))
          .filter(claim -> use.template().isEmpty() || DeviceClaims.isFor(claim, user))
          .filter(claim -> mayReserve(claim, user))
          .ifPresent(claim -> draft.updateStatus(Resources.RESOURCE_CLAIMS, reserved(claim, user)));
    }
  }

  private static boolean mayReserve(ResourceClaim claim, HasMetadata user) {
    var status = claim.getStatus();
    return status != null
        && status.getAllocation() != null
        && claim.getMetadata().getDeletionTimestamp() == null
        && status.getReservedFor().size() < DeviceClaims.CONSUMERS_MAX
        && status.getReservedFor().stream()
            .noneMatch(each -> user.getMetadata().getUid().equals(each.getUid()));
  }

  private static ResourceClaim reserved(ResourceClaim claim, HasMetadata user) {
    return claim
        .edit()
        .withStatus(
            new ResourceClaimStatusBuilder(claim.getStatus())
                .addToReservedFor(ClaimUsers.reference(user))
                .build())
        .build();
  }
}
