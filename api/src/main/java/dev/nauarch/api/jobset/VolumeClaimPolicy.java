package dev.nauarch.api.jobset;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Claims that a JobSet makes and its pods share, each named {@code <template>-<jobset>}.
 *
 * @param templates the claims
 * @param retentionPolicy what becomes of them; null to delete them with the JobSet
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record VolumeClaimPolicy(
    List<PersistentVolumeClaim> templates, @Nullable RetentionPolicy retentionPolicy)
    implements Serializable {

  /**
   * What becomes of claims.
   *
   * @param whenDeleted {@code Delete} or {@code Retain} when the JobSet is deleted; null to delete
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record RetentionPolicy(@Nullable String whenDeleted) implements Serializable {}

  /** Takes an absent list as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public VolumeClaimPolicy {
    templates = templates == null ? List.of() : List.copyOf(templates);
  }

  /** Whether the claims outlive the JobSet. */
  @JsonIgnore
  public boolean outlivesJobSet() {
    return retentionPolicy != null && "Retain".equals(retentionPolicy.whenDeleted());
  }
}
