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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes pods that will not run any more off the claims that they had reserved. A claim gives its
 * devices back when its last pod leaves it; one that was made for a pod ends with that pod's run,
 * though the pod may stay to be looked at. Whoever is no pod stays reserved: nobody here knows it.
 */
public final class ClaimReleaseReconciler implements Reconciler {

  @Override
  public String name() {
    return "resourceclaim-release-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        Trigger.self(Resources.RESOURCE_CLAIMS),
        new Trigger.Of<>(Resources.PODS, (pod, world) -> ClaimUsers.claimsOf(pod)));
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

  private static List<ResourceClaimConsumerReference> remaining(
      PlanDraft draft, ResourceClaim claim, Snapshot world) {
    var remaining = new ArrayList<ResourceClaimConsumerReference>();
    for (var consumer : statusOf(claim).getReservedFor()) {
      if (!ClaimUsers.isPod(consumer) || mayRun(draft, claim, consumer, world)) {
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
