package dev.nauarch.api.vertical;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done to pods whose requests are other than recommended.
 *
 * @param updateMode the word for it; empty for {@link UpdateMode#RECREATE}
 * @param minReplicas pods are left alone where there are fewer; null for 2
 * @param evictionRequirements what must hold before a pod is touched; all of them
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record UpdatePolicy(
    String updateMode,
    @Nullable Integer minReplicas,
    List<EvictionRequirement> evictionRequirements)
    implements Serializable {

  /** Nothing stated. */
  public static final UpdatePolicy USUAL = new UpdatePolicy("", null, List.of());

  private static final int MIN_REPLICAS = 2;

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public UpdatePolicy {
    updateMode = updateMode == null ? "" : updateMode;
    evictionRequirements =
        evictionRequirements == null ? List.of() : List.copyOf(evictionRequirements);
  }

  /** What is done to pods. */
  public UpdateMode mode() {
    return UpdateMode.of(updateMode);
  }

  /** Pods are left alone where there are fewer. */
  public int leastReplicas() {
    return minReplicas == null ? MIN_REPLICAS : minReplicas;
  }
}
