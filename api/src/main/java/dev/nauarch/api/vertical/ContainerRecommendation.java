package dev.nauarch.api.vertical;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is recommended for a container.
 *
 * @param containerName which
 * @param target what it should ask for
 * @param lowerBound with less it is likely to be short
 * @param upperBound more is likely to be wasted
 * @param uncappedTarget the target as it would be without a policy
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ContainerRecommendation(
    String containerName,
    Map<String, Quantity> target,
    Map<String, Quantity> lowerBound,
    Map<String, Quantity> upperBound,
    Map<String, Quantity> uncappedTarget)
    implements Serializable {

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public ContainerRecommendation {
    containerName = containerName == null ? "" : containerName;
    target = target == null ? new TreeMap<>() : new TreeMap<>(target);
    lowerBound = lowerBound == null ? new TreeMap<>() : new TreeMap<>(lowerBound);
    upperBound = upperBound == null ? new TreeMap<>() : new TreeMap<>(upperBound);
    uncappedTarget = uncappedTarget == null ? new TreeMap<>() : new TreeMap<>(uncappedTarget);
  }
}
