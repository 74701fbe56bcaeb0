package dev.nauarch.api.kueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster queue grants.
 *
 * @param resourceGroups quota by groups of resources
 * @param cohortName with whom quota is shared; empty for nobody
 * @param queueingStrategy {@code StrictFIFO} or {@code BestEffortFIFO}; empty for the latter
 * @param namespaceSelector which namespaces may use it; null for none
 * @param preemption who is stopped for whom; null for nobody
 * @param stopPolicy {@code None}, {@code Hold} or {@code HoldAndDrain}; empty for the first
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ClusterQueueSpec(
    List<ResourceGroup> resourceGroups,
    String cohortName,
    String queueingStrategy,
    @Nullable LabelSelector namespaceSelector,
    @Nullable ClusterQueuePreemption preemption,
    String stopPolicy)
    implements Serializable {

  /** Nothing stated. */
  public static final ClusterQueueSpec EMPTY =
      new ClusterQueueSpec(List.of(), "", "", null, null, "");

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public ClusterQueueSpec {
    resourceGroups = resourceGroups == null ? List.of() : List.copyOf(resourceGroups);
    cohortName = cohortName == null ? "" : cohortName;
    queueingStrategy = queueingStrategy == null ? "" : queueingStrategy;
    stopPolicy = stopPolicy == null ? "" : stopPolicy;
  }
}
