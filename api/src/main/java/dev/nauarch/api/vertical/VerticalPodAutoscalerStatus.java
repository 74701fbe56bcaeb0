package dev.nauarch.api.vertical;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an autoscaler recommends.
 *
 * @param recommendation by container; null before there is one
 * @param conditions what is known of it
 * @param observedGeneration which wording of the autoscaler it is about
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record VerticalPodAutoscalerStatus(
    @Nullable Recommendation recommendation,
    List<Condition> conditions,
    @Nullable Long observedGeneration)
    implements Serializable {

  /** Nothing yet. */
  public static final VerticalPodAutoscalerStatus EMPTY =
      new VerticalPodAutoscalerStatus(null, List.of(), null);

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public VerticalPodAutoscalerStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  /** What is recommended; none before there is anything. */
  public List<ContainerRecommendation> containers() {
    return recommendation == null ? List.of() : recommendation.containerRecommendations();
  }
}
