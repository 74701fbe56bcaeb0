package dev.nauarch.api.vertical;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.List;

/**
 * What is recommended.
 *
 * @param containerRecommendations by container
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Recommendation(List<ContainerRecommendation> containerRecommendations)
    implements Serializable {

  /** Takes what is absent as empty. */
  @SuppressWarnings("NullAway") // a decoder passes null for what is absent
  public Recommendation {
    containerRecommendations =
        containerRecommendations == null ? List.of() : List.copyOf(containerRecommendations);
  }
}
