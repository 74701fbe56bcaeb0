package dev.nauarch.api.inference;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which pods serve a pool, and where.
 *
 * @param selector the labels of its pods
 * @param targetPorts the ports they serve at; each port of a pod is an endpoint of its own
 * @param endpointPickerRef the Service of an endpoint picker of the user's own; null for ours
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record InferencePoolSpec(
    Selector selector, List<TargetPort> targetPorts, @Nullable Object endpointPickerRef)
    implements Serializable {

  /** Takes absent parts as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public InferencePoolSpec {
    selector = selector == null ? new Selector(new TreeMap<>()) : selector;
    targetPorts = targetPorts == null ? List.of() : List.copyOf(targetPorts);
  }

  /**
   * Labels that a pod must have, all of them.
   *
   * @param matchLabels value by key
   */
  public record Selector(Map<String, String> matchLabels) implements Serializable {

    /** Takes absent labels as none. */
    @SuppressWarnings("NullAway") // a decoder passes null for what is absent
    public Selector {
      matchLabels = matchLabels == null ? new TreeMap<>() : new TreeMap<>(matchLabels);
    }
  }

  /**
   * One port.
   *
   * @param number 1 to 65535
   */
  public record TargetPort(int number) implements Serializable {}
}
