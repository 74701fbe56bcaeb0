package dev.nauarch.api.jobset;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.List;

/**
 * What to do about failed Jobs of some kind. A Job matches when its reason, its message and its
 * group all match.
 *
 * @param name the rule's name
 * @param action {@code FailJobSet}, {@code RestartJobSet} or {@code
 *     RestartJobSetAndIgnoreMaxRestarts}
 * @param onJobFailureReasons reasons of the Job's Failed condition; empty for any
 * @param onJobFailureMessagePatterns RE2 patterns found in the condition's message; empty for any
 * @param targetReplicatedJobs groups; empty for all
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record FailurePolicyRule(
    String name,
    String action,
    List<String> onJobFailureReasons,
    List<String> onJobFailureMessagePatterns,
    List<String> targetReplicatedJobs)
    implements Serializable {

  /** Takes absent lists as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public FailurePolicyRule {
    onJobFailureReasons =
        onJobFailureReasons == null ? List.of() : List.copyOf(onJobFailureReasons);
    onJobFailureMessagePatterns =
        onJobFailureMessagePatterns == null ? List.of() : List.copyOf(onJobFailureMessagePatterns);
    targetReplicatedJobs =
        targetReplicatedJobs == null ? List.of() : List.copyOf(targetReplicatedJobs);
  }
}
