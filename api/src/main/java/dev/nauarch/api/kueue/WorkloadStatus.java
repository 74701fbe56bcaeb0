package dev.nauarch.api.kueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of a workload.
 *
 * @param conditions {@code QuotaReserved}, {@code Admitted}, {@code PodsReady}, {@code Evicted},
 *     {@code Finished}
 * @param admission what it was granted; null while it was not
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record WorkloadStatus(List<Condition> conditions, @Nullable Admission admission)
    implements Serializable {

  /** Nothing stated. */
  public static final WorkloadStatus EMPTY = new WorkloadStatus(List.of(), null);

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public WorkloadStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  /** The condition of this type, where there is one. */
  public Optional<Condition> condition(String type) {
    return conditions.stream().filter(condition -> type.equals(condition.getType())).findFirst();
  }

  /** Whether the condition of this type is there and true. */
  public boolean has(String type) {
    return condition(type).filter(found -> "True".equals(found.getStatus())).isPresent();
  }
}
