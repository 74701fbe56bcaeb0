package dev.nauarch.api.jobset;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.Condition;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of a JobSet.
 *
 * @param conditions {@code Completed}, {@code Failed}, {@code Suspended}, {@code RestartingJobSet},
 *     {@code StartupPolicyInProgress}, {@code StartupPolicyCompleted}
 * @param restarts how often all Jobs were made anew
 * @param restartsCountTowardsMax how many of these count towards the failure policy's maximum
 * @param terminalState {@code Completed} or {@code Failed}; empty while it runs
 * @param replicatedJobsStatus counts per group
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record JobSetStatus(
    List<Condition> conditions,
    int restarts,
    int restartsCountTowardsMax,
    String terminalState,
    List<ReplicatedJobStatus> replicatedJobsStatus)
    implements Serializable {

  /** Nothing happened yet. */
  public static final JobSetStatus EMPTY = new JobSetStatus(List.of(), 0, 0, "", List.of());

  /** Decodes; absent fields take their defaults. */
  @JsonCreator
  static JobSetStatus decode(
      @JsonProperty("conditions") @Nullable List<Condition> conditions,
      @JsonProperty("restarts") @Nullable Integer restarts,
      @JsonProperty("restartsCountTowardsMax") @Nullable Integer restartsCountTowardsMax,
      @JsonProperty("terminalState") @Nullable String terminalState,
      @JsonProperty("replicatedJobsStatus") @Nullable List<ReplicatedJobStatus> jobs) {
    return new JobSetStatus(
        conditions == null ? List.of() : List.copyOf(conditions),
        restarts == null ? 0 : restarts,
        restartsCountTowardsMax == null ? 0 : restartsCountTowardsMax,
        terminalState == null ? "" : terminalState,
        jobs == null ? List.of() : List.copyOf(jobs));
  }

  /** The condition of this type, where there is one. */
  public Optional<Condition> condition(String type) {
    return conditions.stream().filter(condition -> type.equals(condition.getType())).findFirst();
  }

  /** Whether the condition of this type is there and true. */
  public boolean has(String type) {
    return condition(type).filter(found -> "True".equals(found.getStatus())).isPresent();
  }

  /** Whether it ended, in success or failure. */
  public boolean hasEnded() {
    return has("Completed") || has("Failed");
  }
}
