package dev.nauarch.api.vertical;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.autoscaling.v2.CrossVersionObjectReference;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose requests follow what they use, and how.
 *
 * @param targetRef what has the pods
 * @param updatePolicy what is done to pods
 * @param resourcePolicy what containers may get
 * @param recommenders who recommends; empty for the built-in one
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record VerticalPodAutoscalerSpec(
    @Nullable CrossVersionObjectReference targetRef,
    UpdatePolicy updatePolicy,
    ResourcePolicy resourcePolicy,
    List<Recommender> recommenders)
    implements Serializable {

  /** Nothing stated. */
  public static final VerticalPodAutoscalerSpec EMPTY =
      new VerticalPodAutoscalerSpec(null, UpdatePolicy.USUAL, ResourcePolicy.NONE, List.of());

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public VerticalPodAutoscalerSpec {
    updatePolicy = updatePolicy == null ? UpdatePolicy.USUAL : updatePolicy;
    resourcePolicy = resourcePolicy == null ? ResourcePolicy.NONE : resourcePolicy;
    recommenders = recommenders == null ? List.of() : List.copyOf(recommenders);
  }

  /** Whether both are about the same workload. */
  public boolean sharesTarget(VerticalPodAutoscalerSpec other) {
    var mine = targetRef;
    var theirs = other.targetRef;
    return mine != null
        && theirs != null
        && mine.getKind().equals(theirs.getKind())
        && mine.getName().equals(theirs.getName());
  }

  /** Whether the built-in recommender is asked for. */
  @JsonIgnore
  public boolean isOurs() {
    return recommenders.isEmpty()
        || recommenders.stream().anyMatch(each -> each.name().equals(Recommender.BUILT_IN));
  }
}
