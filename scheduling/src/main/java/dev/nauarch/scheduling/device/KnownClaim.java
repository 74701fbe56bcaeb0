package dev.nauarch.scheduling.device;

import dev.nauarch.api.DeviceClaims;
import dev.nauarch.scheduling.model.DeviceNeeds;
import dev.nauarch.scheduling.model.NodeTerm;
import dev.nauarch.scheduling.translate.NodeTerms;
import io.fabric8.kubernetes.api.model.resource.v1.AllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A claim as it was last seen.
 *
 * @param version of the object
 * @param plan what it asks for
 * @param reach from where its devices can be reached; null where it has none
 */
record KnownClaim(
    ResourceClaim claim, long version, ClaimPlan plan, @Nullable List<NodeTerm> reach) {

  static KnownClaim of(ResourceClaim claim, ClaimPlan plan) {
    var allocation = allocation(claim);
    return new KnownClaim(
        claim, version(claim), plan, allocation == null ? null : reach(allocation));
  }

  /** The version of an object; the largest for what is no number. */
  static long version(ResourceClaim claim) {
    var version = claim.getMetadata().getResourceVersion();
    try {
      return version == null ? 0 : Long.parseLong(version);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  static List<NodeTerm> reach(AllocationResult allocation) {
    var selector = allocation.getNodeSelector();
    return selector == null ? List.of() : NodeTerms.of(selector);
  }

  private static @Nullable AllocationResult allocation(ResourceClaim claim) {
    return claim.getStatus() == null ? null : claim.getStatus().getAllocation();
  }

  @Nullable AllocationResult allocation() {
    return allocation(claim);
  }

  boolean isReservedFor(String uid) {
    return claim.getStatus() != null
        && claim.getStatus().getReservedFor().stream().anyMatch(each -> uid.equals(each.getUid()));
  }

  boolean isSame(ResourceClaim other) {
    return claim.getMetadata().getUid().equals(other.getMetadata().getUid());
  }

  /**
   * Why a pod can't use it, whatever the node; empty where it can.
   *
   * @param user the uid of the pod, or of its group where they share it
   */
  String problem(DeviceNeeds.Use use, String user) {
    var name = use.claim().name();
    if (claim.getMetadata().getDeletionTimestamp() != null) {
      return "resourceclaim \"" + name + "\" is being deleted";
    }
    if (use.isOwn()
        && claim.getMetadata().getOwnerReferences().stream()
            .noneMatch(owner -> user.equals(owner.getUid()))) {
      return "resourceclaim \"" + name + "\" was not created for the pod";
    }
    return reach != null
            && !isReservedFor(user)
            && claim.getStatus().getReservedFor().size() >= DeviceClaims.CONSUMERS_MAX
        ? "resourceclaim in use"
        : "";
  }
}
