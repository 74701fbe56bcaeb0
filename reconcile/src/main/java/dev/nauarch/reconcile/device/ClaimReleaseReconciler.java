package dev.nauarch.reconcile.device;

import dev.nauarch.api.DeviceClaims;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimConsumerReference;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimStatus;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimStatusBuilder;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes pods that will not run any more, and groups that are gone, off the claims that they had
 * reserved. A claim gives its devices back when its last user leaves it; one that was made for a
 * pod ends with that pod's run, though the pod may stay to be looked at. Whoever is neither pod nor
 * group stays reserved: nobody here knows it.
 */
public final class ClaimReleaseReconciler implements Reconciler {

  private final boolean hasGroups;

  /**
   * @param hasGroups whether the cluster serves groups of pods
   */
  public ClaimReleaseReconciler(boolean hasGroups) {
    this.hasGroups = hasGroups;
  }

  @Override
  public String name() {
    return "resourceclaim-release-controller";
  }

  @Override
  public List<Trigger> triggers() {
    var triggers = new ArrayList<Trigger>();
    triggers.add(Trigger.self(Resources.RESOURCE_CLAIMS));
    triggers.add(new Trigger.Of<>(Resources.PODS, (pod, world) -> ClaimUsers.claimsOf(pod)));
    if (hasGroups) {
      triggers.add(new Trigger.Of<>(Resources.POD_GROUPS, (group, world) -> claimsOf(group)));
    }
    return triggers;
  }

  private static List<ObjectKey> claimsOf(PodGroup group) {
    return group.getSpec() == null
        ? List.of()
        : group.getSpec().getResourceClaims().stream()
            .map(entry -> DeviceClaims.claimOf(group, entry))
            .filter(claim -> !claim.isEmpty())
            .map(claim -> ClaimMaker.inNamespaceOf(group, claim))
            .toList();
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(Resources.RESOURCE_CLAIMS, key);
    if (found.isEmpty()) {
      return Plan.NOTHING;
    }
    var claim = found.get();
    var draft = new PlanDraft();
    var reserved = statusOf(claim).getReservedFor();
    var remaining = remaining(draft, claim, world);
    if (remaining.size() < reserved.size()) {
      release(draft, claim, remaining);
    } else if (remaining.isEmpty()
        && claim.getMetadata().getDeletionTimestamp() != null
        && claim.getMetadata().getFinalizers().contains(DeviceClaims.FINALIZER)) {
      release(draft, claim, remaining);
    }
    if (remaining.isEmpty() && claim.getMetadata().getDeletionTimestamp() == null) {
      endWithItsPod(draft, claim, world);
    }
    return draft.plan();
  }

  private static ResourceClaimStatus statusOf(ResourceClaim claim) {
    return claim.getStatus() == null ? new ResourceClaimStatus() : claim.getStatus();
  }

  private List<ResourceClaimConsumerReference> remaining(
      PlanDraft draft, ResourceClaim claim, Snapshot world) {
    var remaining = new ArrayList<ResourceClaimConsumerReference>();
    for (var consumer : statusOf(claim).getReservedFor()) {
      var stays =
          ClaimUsers.isPod(consumer)
              ? mayRun(draft, claim, consumer, world)
              : !ClaimUsers.isGroup(consumer)
                  || !hasGroups
                  || isThere(draft, claim, consumer, world);
      if (stays) {
        remaining.add(consumer);
      }
    }
    return remaining;
  }

  private static boolean mayRun(
      PlanDraft draft,
      ResourceClaim claim,
      ResourceClaimConsumerReference consumer,
      Snapshot world) {
    var key = new ObjectKey(claim.getMetadata().getNamespace(), consumer.getName());
    var pod = world.get(Resources.PODS, key);
    if (pod.isEmpty()) {
      // It may be so new that it is not known here yet.
      draft.add(new Command.Confirm(new Command.Fact.Gone(Resources.PODS, key, consumer.getUid())));
      return false;
    }
    return pod.get().getMetadata().getUid().equals(consumer.getUid()) && !isDone(pod.get());
  }

  /** Whether a group is there, or pods of it that run still have its devices. */
  private static boolean isThere(
      PlanDraft draft,
      ResourceClaim claim,
      ResourceClaimConsumerReference consumer,
      Snapshot world) {
    if (!ClaimUsers.running(claim, consumer, world).isEmpty()) {
      return true;
    }
    var key = ClaimMaker.inNamespaceOf(claim, consumer.getName());
    var group = world.get(Resources.POD_GROUPS, key);
    if (group.isEmpty()) {
      draft.add(
          new Command.Confirm(new Command.Fact.Gone(Resources.POD_GROUPS, key, consumer.getUid())));
      return false;
    }
    return group.get().getMetadata().getUid().equals(consumer.getUid());
  }

  /** Whether none of its containers runs or ever will. */
  private static boolean isDone(Pod pod) {
    return Pods.hasEnded(pod) || (Pods.isTerminating(pod) && !Pods.isBound(pod));
  }

  /** Takes users off a claim, and its devices with the last one. */
  private static void release(
      PlanDraft draft, ResourceClaim claim, List<ResourceClaimConsumerReference> remaining) {
    var status = new ResourceClaimStatusBuilder(statusOf(claim)).withReservedFor(remaining);
    var finalizers = claim.getMetadata().getFinalizers();
    if (!remaining.isEmpty() || !finalizers.contains(DeviceClaims.FINALIZER)) {
      draft.updateStatus(
          Resources.RESOURCE_CLAIMS, claim.edit().withStatus(status.build()).build());
      return;
    }
    draft.add(
        new Command.Release<>(
            Resources.RESOURCE_CLAIMS,
            claim.edit().withStatus(status.withAllocation(null).withDevices().build()).build(),
            DeviceClaims.FINALIZER));
  }

  /** A claim that was made for a pod goes once that pod will not run any more. */
  private static void endWithItsPod(PlanDraft draft, ResourceClaim claim, Snapshot world) {
    var owner = Owners.controllerOf(claim).filter(each -> each.getKind().equals("Pod"));
    owner
        .flatMap(
            each -> world.get(Resources.PODS, Owners.keyIn(claim, each.getName(), Resources.PODS)))
        .filter(
            pod -> !pod.getMetadata().getUid().equals(owner.orElseThrow().getUid()) || isDone(pod))
        .ifPresent(pod -> draft.delete(Resources.RESOURCE_CLAIMS, claim));
  }
}
