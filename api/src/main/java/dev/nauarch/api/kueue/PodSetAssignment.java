package dev.nauarch.api.kueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a pod set was granted.
 *
 * @param name the pod set's name
 * @param flavors the flavor of each resource
 * @param resourceUsage how much of each resource for all its pods
 * @param count how many pods
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PodSetAssignment(
    String name, Map<String, String> flavors, Map<String, Quantity> resourceUsage, int count)
    implements Serializable {

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public PodSetAssignment {
    name = name == null ? "" : name;
    flavors = flavors == null ? new TreeMap<>() : new TreeMap<>(flavors);
    resourceUsage = resourceUsage == null ? new TreeMap<>() : new TreeMap<>(resourceUsage);
  }
}
