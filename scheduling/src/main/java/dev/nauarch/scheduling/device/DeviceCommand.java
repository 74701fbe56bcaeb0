package dev.nauarch.scheduling.device;

import dev.nauarch.api.ObjectKey;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import java.util.List;
import java.util.Optional;

/** What the scheduler wants done about devices. */
public sealed interface DeviceCommand {

  /**
   * Give the claims of a pod their devices and reserve them for it; the outcome comes back as
   * {@link DeviceEvent.Written}.
   */
  record WriteClaims(ObjectKey pod, String uid, List<ClaimWrite> writes) implements DeviceCommand {}

  /**
   * Take back what an earlier decision has left of extended resources of a pod: the claim, unless
   * it has changed since it was seen so, and what the pod's status says of it.
   */
  record Withdraw(ObjectKey pod, String uid, Optional<ResourceClaim> claim)
      implements DeviceCommand {}

  /** Take the devices of a claim back, unless it has changed since it was seen so. */
  record Deallocate(ResourceClaim claim) implements DeviceCommand {}
}
