package dev.nauarch.api.kueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.io.Serializable;
import java.util.List;

/**
 * How full a local queue is.
 *
 * @param conditions {@code Active}
 * @param pendingWorkloads how many wait
 * @param reservingWorkloads how many have quota and are not finished
 * @param admittedWorkloads how many are admitted and not finished
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record LocalQueueStatus(
    List<Condition> conditions, int pendingWorkloads, int reservingWorkloads, int admittedWorkloads)
    implements Serializable {

  /** Nothing stated. */
  public static final LocalQueueStatus EMPTY = new LocalQueueStatus(List.of(), 0, 0, 0);

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public LocalQueueStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }
}
