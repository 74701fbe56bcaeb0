package dev.nauarch.api.kueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;

/**
 * Who may be stopped for a waiting workload.
 *
 * @param withinClusterQueue {@code Never}, {@code LowerPriority} or {@code
 *     LowerOrNewerEqualPriority}; empty for the first
 * @param reclaimWithinCohort likewise among those who borrow
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ClusterQueuePreemption(String withinClusterQueue, String reclaimWithinCohort)
    implements Serializable {

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public ClusterQueuePreemption {
    withinClusterQueue = withinClusterQueue == null ? "" : withinClusterQueue;
    reclaimWithinCohort = reclaimWithinCohort == null ? "" : reclaimWithinCohort;
  }
}
