package dev.nauarch.api.kueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a workload asks for.
 *
 * @param podSets the pods
 * @param queueName the local queue
 * @param priority larger goes first; null for 0
 * @param active false stops it and keeps it from starting; null for true
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record WorkloadSpec(
    List<PodSet> podSets, String queueName, @Nullable Integer priority, @Nullable Boolean active)
    implements Serializable {

  /** Nothing stated. */
  public static final WorkloadSpec EMPTY = new WorkloadSpec(List.of(), "", null, null);

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public WorkloadSpec {
    podSets = podSets == null ? List.of() : List.copyOf(podSets);
    queueName = queueName == null ? "" : queueName;
  }

  /** Whether it may run. */
  public boolean mayRun() {
    return active == null || active;
  }
}
