package dev.nauarch.api.jobset;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The pod whose address all pods of a JobSet are told.
 *
 * @param replicatedJob its group
 * @param jobIndex its Job within the group
 * @param podIndex its completion index within the Job
 */
public record Coordinator(String replicatedJob, int jobIndex, int podIndex)
    implements Serializable {

  /** Decodes; absent indexes are 0. */
  @JsonCreator
  static Coordinator decode(
      @JsonProperty("replicatedJob") String replicatedJob,
      @JsonProperty("jobIndex") @Nullable Integer jobIndex,
      @JsonProperty("podIndex") @Nullable Integer podIndex) {
    return new Coordinator(
        replicatedJob, jobIndex == null ? 0 : jobIndex, podIndex == null ? 0 : podIndex);
  }
}
