package dev.nauarch.api.jobset;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a failed Job means for its JobSet.
 *
 * @param maxRestarts how many restarts count before the JobSet fails
 * @param restartStrategy {@code Recreate}: each Job anew as soon as its predecessor is gone; {@code
 *     BlockingRecreate}: none before all predecessors are gone
 * @param rules the first that matches a failed Job decides; a restart where none does
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record FailurePolicy(int maxRestarts, String restartStrategy, List<FailurePolicyRule> rules)
    implements Serializable {

  /** Decodes; absent fields take their defaults. */
  @JsonCreator
  static FailurePolicy decode(
      @JsonProperty("maxRestarts") @Nullable Integer maxRestarts,
      @JsonProperty("restartStrategy") @Nullable String restartStrategy,
      @JsonProperty("rules") @Nullable List<FailurePolicyRule> rules) {
    return new FailurePolicy(
        maxRestarts == null ? 0 : maxRestarts,
        restartStrategy == null || restartStrategy.isEmpty() ? "Recreate" : restartStrategy,
        rules == null ? List.of() : List.copyOf(rules));
  }
}
