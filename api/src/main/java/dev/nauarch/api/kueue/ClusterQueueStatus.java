package dev.nauarch.api.kueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.io.Serializable;
import java.util.List;

/**
 * How full a cluster queue is.
 *
 * @param conditions {@code Active}
 * @param pendingWorkloads how many wait
 * @param reservingWorkloads how many have quota and are not finished
 * @param admittedWorkloads how many are admitted and not finished
 * @param flavorsReservation the quota that is taken
 * @param flavorsUsage the quota that admitted workloads use
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ClusterQueueStatus(
    List<Condition> conditions,
    int pendingWorkloads,
    int reservingWorkloads,
    int admittedWorkloads,
    List<FlavorUsage> flavorsReservation,
    List<FlavorUsage> flavorsUsage)
    implements Serializable {

  /** Nothing stated. */
  public static final ClusterQueueStatus EMPTY =
      new ClusterQueueStatus(List.of(), 0, 0, 0, List.of(), List.of());

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public ClusterQueueStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
    flavorsReservation = flavorsReservation == null ? List.of() : List.copyOf(flavorsReservation);
    flavorsUsage = flavorsUsage == null ? List.of() : List.copyOf(flavorsUsage);
  }
}
