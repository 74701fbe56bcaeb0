package dev.nauarch.api.kueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.List;

/**
 * What a workload was granted.
 *
 * @param clusterQueue by which cluster queue
 * @param podSetAssignments to each pod set
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Admission(String clusterQueue, List<PodSetAssignment> podSetAssignments)
    implements Serializable {

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public Admission {
    clusterQueue = clusterQueue == null ? "" : clusterQueue;
    podSetAssignments = podSetAssignments == null ? List.of() : List.copyOf(podSetAssignments);
  }
}
