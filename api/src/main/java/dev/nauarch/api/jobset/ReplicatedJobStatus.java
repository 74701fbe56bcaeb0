package dev.nauarch.api.jobset;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How many Jobs of a group are in which state.
 *
 * @param name the group
 * @param ready Jobs all of whose pods are ready or have succeeded
 * @param succeeded Jobs that completed
 * @param failed Jobs that failed
 * @param active Jobs with pods that run or wait
 * @param suspended Jobs that are suspended
 */
public record ReplicatedJobStatus(
    String name, int ready, int succeeded, int failed, int active, int suspended)
    implements Serializable {

  /** Decodes; absent counts are 0. */
  @JsonCreator
  static ReplicatedJobStatus decode(
      @JsonProperty("name") String name,
      @JsonProperty("ready") @Nullable Integer ready,
      @JsonProperty("succeeded") @Nullable Integer succeeded,
      @JsonProperty("failed") @Nullable Integer failed,
      @JsonProperty("active") @Nullable Integer active,
      @JsonProperty("suspended") @Nullable Integer suspended) {
    return new ReplicatedJobStatus(
        name, orZero(ready), orZero(succeeded), orZero(failed), orZero(active), orZero(suspended));
  }

  private static int orZero(@Nullable Integer value) {
    return value == null ? 0 : value;
  }
}
