package dev.nauarch.api.vertical;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.List;

/**
 * What must hold before a pod is touched: that one of these resources changes in this direction.
 *
 * @param resources their names
 * @param changeRequirement {@code TargetHigherThanRequests} or {@code TargetLowerThanRequests}
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record EvictionRequirement(List<String> resources, String changeRequirement)
    implements Serializable {

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public EvictionRequirement {
    resources = resources == null ? List.of() : List.copyOf(resources);
    changeRequirement = changeRequirement == null ? "" : changeRequirement;
  }

  /** Whether more must be recommended than asked for, not less. */
  public boolean wantsMore() {
    return changeRequirement.equals("TargetHigherThanRequests");
  }
}
