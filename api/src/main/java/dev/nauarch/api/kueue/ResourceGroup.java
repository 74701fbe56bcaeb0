package dev.nauarch.api.kueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.List;

/**
 * Resources that are granted together, from one flavor after the other.
 *
 * @param coveredResources their names
 * @param flavors the flavors in order of preference
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ResourceGroup(List<String> coveredResources, List<FlavorQuotas> flavors)
    implements Serializable {

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public ResourceGroup {
    coveredResources = coveredResources == null ? List.of() : List.copyOf(coveredResources);
    flavors = flavors == null ? List.of() : List.copyOf(flavors);
  }
}
