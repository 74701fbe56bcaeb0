package dev.nauarch.api.kueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The quota of one resource.
 *
 * @param name the resource's name
 * @param nominalQuota how much admitted workloads may ask for in all
 * @param borrowingLimit how much more may be borrowed; null for no limit
 * @param lendingLimit how much may be lent; null for all
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ResourceQuota(
    String name,
    Quantity nominalQuota,
    @Nullable Quantity borrowingLimit,
    @Nullable Quantity lendingLimit)
    implements Serializable {

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public ResourceQuota {
    name = name == null ? "" : name;
  }
}
