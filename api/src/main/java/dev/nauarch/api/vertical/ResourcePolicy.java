package dev.nauarch.api.vertical;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * What containers may get.
 *
 * @param containerPolicies by name of container
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ResourcePolicy(List<ContainerPolicy> containerPolicies) implements Serializable {

  /** Anything. */
  public static final ResourcePolicy NONE = new ResourcePolicy(List.of());

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public ResourcePolicy {
    containerPolicies = containerPolicies == null ? List.of() : List.copyOf(containerPolicies);
  }

  /** What a container may get: its own policy, or that for all others. */
  public ContainerPolicy of(String container) {
    return find(container).or(() -> find(ContainerPolicy.ANY)).orElse(ContainerPolicy.USUAL);
  }

  private Optional<ContainerPolicy> find(String container) {
    return containerPolicies.stream()
        .filter(each -> each.containerName().equals(container))
        .findFirst();
  }
}
