package dev.nauarch.scheduling.device;

import io.fabric8.kubernetes.api.model.ContainerExtendedResourceRequest;
import io.fabric8.kubernetes.api.model.resource.v1.AllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimConsumerReference;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimStatusBuilder;
import java.util.List;

/**
 * What is to be true of a claim before its pod is bound.
 *
 * @param claim as it was last seen, or without a uid as it is to be made
 * @param allocation the devices that it has then
 * @param user for which it is reserved then
 * @param mappings whose its requests are, where it stands for extended resources of the pod; this
 *     is written in the pod's status then
 */
public record ClaimWrite(
    ResourceClaim claim,
    AllocationResult allocation,
    ResourceClaimConsumerReference user,
    List<ContainerExtendedResourceRequest> mappings) {

  /** Copies the list. */
  public ClaimWrite {
    mappings = List.copyOf(mappings);
  }

  /** The claim as it is once all is written. */
  public ResourceClaim done() {
    var status =
        claim.getStatus() == null
            ? new ResourceClaimStatusBuilder()
            : new ResourceClaimStatusBuilder(claim.getStatus());
    return claim
        .edit()
        .editMetadata()
        .withUid(isNew() ? user.getUid() : claim.getMetadata().getUid())
        .endMetadata()
        .withStatus(status.withAllocation(allocation).addToReservedFor(user).build())
        .build();
  }

  /** Whether the claim is to be made. */
  public boolean isNew() {
    return claim.getMetadata().getUid() == null;
  }
}
