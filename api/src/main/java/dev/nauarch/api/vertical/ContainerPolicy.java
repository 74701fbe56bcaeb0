package dev.nauarch.api.vertical;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.nauarch.api.quota.Amounts;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a container may get.
 *
 * @param containerName whose policy it is; {@link #ANY} for all that have none of their own
 * @param mode {@code Auto} or {@code Off}; empty for the first
 * @param minAllowed no less is recommended
 * @param maxAllowed no more is recommended
 * @param controlledResources what is recommended at all; null for processors and memory
 * @param controlledValues {@code RequestsAndLimits} or {@code RequestsOnly}; empty for the first
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ContainerPolicy(
    String containerName,
    String mode,
    Map<String, Quantity> minAllowed,
    Map<String, Quantity> maxAllowed,
    @Nullable List<String> controlledResources,
    String controlledValues)
    implements Serializable {

  /** The name that stands for all containers without a policy of their own. */
  public static final String ANY = "*";

  /** Nothing stated. */
  public static final ContainerPolicy USUAL =
      new ContainerPolicy(ANY, "", new TreeMap<>(), new TreeMap<>(), null, "");

  private static final List<String> COMPUTE = List.of("cpu", "memory");

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public ContainerPolicy {
    containerName = containerName == null ? "" : containerName;
    mode = mode == null ? "" : mode;
    minAllowed = minAllowed == null ? new TreeMap<>() : new TreeMap<>(minAllowed);
    maxAllowed = maxAllowed == null ? new TreeMap<>() : new TreeMap<>(maxAllowed);
    controlledResources = controlledResources == null ? null : List.copyOf(controlledResources);
    controlledValues = controlledValues == null ? "" : controlledValues;
  }

  /** Whether the container is left alone. */
  @JsonIgnore
  public boolean isOff() {
    return mode.equals("Off");
  }

  /** Whether limits stay as they are. */
  public boolean keepsLimits() {
    return controlledValues.equals("RequestsOnly");
  }

  /** What is recommended, in a fixed order. */
  public List<String> controlled() {
    var chosen = controlledResources;
    return chosen == null ? COMPUTE : COMPUTE.stream().filter(chosen::contains).toList();
  }

  /** Amounts within what is allowed; where both bounds contradict each other, the upper holds. */
  public Amounts within(Amounts amounts) {
    var least = Amounts.of(minAllowed).withoutZeros();
    var most = Amounts.of(maxAllowed).withoutZeros();
    var bounded = amounts;
    for (var name : amounts.names()) {
      var amount = amounts.get(name);
      amount = least.find(name).filter(amount::isLessThan).orElse(amount);
      amount = most.find(name).filter(amount::isMoreThan).orElse(amount);
      bounded = bounded.with(name, amount);
    }
    return bounded;
  }
}
