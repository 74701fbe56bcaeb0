package dev.nauarch.api.jobset;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a JobSet wants. Components that may be absent on the wire are null there; read the ones that
 * have a default through the methods.
 *
 * @param replicatedJobs the groups of equal Jobs, in order
 * @param network host names and the subdomain
 * @param successPolicy which Jobs must complete; null for all
 * @param failurePolicy what a failed Job means; null fails the JobSet
 * @param startupPolicy in which order the groups start; null for any
 * @param suspend whether the Jobs are to be suspended
 * @param coordinator the pod whose address all others are told
 * @param managedBy the controller in charge; null for the built-in one
 * @param ttlSecondsAfterFinished how long a finished JobSet stays; null for ever
 * @param volumeClaimPolicies claims that all pods of a group share
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record JobSetSpec(
    List<ReplicatedJob> replicatedJobs,
    @Nullable Network network,
    @Nullable SuccessPolicy successPolicy,
    @Nullable FailurePolicy failurePolicy,
    @Nullable StartupPolicy startupPolicy,
    @Nullable Boolean suspend,
    @Nullable Coordinator coordinator,
    @Nullable String managedBy,
    @Nullable Integer ttlSecondsAfterFinished,
    List<VolumeClaimPolicy> volumeClaimPolicies)
    implements Serializable {

  /** Nothing wanted. */
  public static final JobSetSpec EMPTY =
      new JobSetSpec(List.of(), null, null, null, null, null, null, null, null, List.of());

  /** Takes absent lists as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public JobSetSpec {
    replicatedJobs = replicatedJobs == null ? List.of() : List.copyOf(replicatedJobs);
    volumeClaimPolicies =
        volumeClaimPolicies == null ? List.of() : List.copyOf(volumeClaimPolicies);
  }

  /** Whether the Jobs are to be suspended. */
  public boolean wantsSuspension() {
    return suspend != null && suspend;
  }

  /** The failure policy, where one is given. */
  public Optional<FailurePolicy> failurePolicyIfAny() {
    return Optional.ofNullable(failurePolicy);
  }

  /** The coordinator, where one is given. */
  public Optional<Coordinator> coordinatorIfAny() {
    return Optional.ofNullable(coordinator);
  }

  /** Whether the groups start one after the other. */
  public boolean startsInOrder() {
    return startupPolicy != null && "InOrder".equals(startupPolicy.startupPolicyOrder());
  }

  /** The subdomain of the pods, given the JobSet's name. */
  public String subdomain(String jobSetName) {
    return network == null || network.subdomain() == null || network.subdomain().isEmpty()
        ? jobSetName
        : network.subdomain();
  }

  /** Whether pods get host names, and a Service that resolves them; the default. */
  public boolean wantsHostnames() {
    return network == null || network.enableDNSHostnames() == null || network.enableDNSHostnames();
  }

  /** Whether host names resolve before the pods are ready; the default. */
  public boolean publishesNotReady() {
    return network == null
        || network.publishNotReadyAddresses() == null
        || network.publishNotReadyAddresses();
  }
}
