package dev.nauarch.api.kueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.io.Serializable;

/**
 * Equal pods of a workload.
 *
 * @param name unique within the workload
 * @param template the pod
 * @param count how many
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PodSet(String name, PodTemplateSpec template, int count) implements Serializable {

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public PodSet {
    name = name == null ? "" : name;
  }
}
