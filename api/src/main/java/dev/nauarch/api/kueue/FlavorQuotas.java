package dev.nauarch.api.kueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.List;

/**
 * The quota of one flavor.
 *
 * @param name the flavor's name
 * @param resources quota by resource
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record FlavorQuotas(String name, List<ResourceQuota> resources) implements Serializable {

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public FlavorQuotas {
    name = name == null ? "" : name;
    resources = resources == null ? List.of() : List.copyOf(resources);
  }
}
