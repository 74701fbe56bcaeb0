package dev.nauarch.api.jobset;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.List;

/**
 * Which Jobs must complete for the JobSet to be complete.
 *
 * @param operator {@code All} or {@code Any}
 * @param targetReplicatedJobs the groups that count; empty for all
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record SuccessPolicy(String operator, List<String> targetReplicatedJobs)
    implements Serializable {

  /** All Jobs of all groups. */
  public static final SuccessPolicy ALL = new SuccessPolicy("All", List.of());

  /** Takes an absent list as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public SuccessPolicy {
    targetReplicatedJobs =
        targetReplicatedJobs == null ? List.of() : List.copyOf(targetReplicatedJobs);
  }

  /** Whether Jobs of this group count. */
  public boolean counts(String replicatedJob) {
    return targetReplicatedJobs.isEmpty() || targetReplicatedJobs.contains(replicatedJob);
  }
}
