package dev.nauarch.api.kueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.List;

/**
 * How much of a flavor is taken.
 *
 * @param name the flavor's name
 * @param resources by resource
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record FlavorUsage(String name, List<ResourceUsage> resources) implements Serializable {

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public FlavorUsage {
    name = name == null ? "" : name;
    resources = resources == null ? List.of() : List.copyOf(resources);
  }
}
