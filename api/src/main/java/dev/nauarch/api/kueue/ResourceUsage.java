package dev.nauarch.api.kueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How much of a resource is taken.
 *
 * @param name the resource's name
 * @param total how much
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ResourceUsage(String name, @Nullable Quantity total) implements Serializable {

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public ResourceUsage {
    name = name == null ? "" : name;
  }
}
