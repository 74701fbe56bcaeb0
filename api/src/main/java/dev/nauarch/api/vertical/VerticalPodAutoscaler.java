package dev.nauarch.api.vertical;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.nauarch.api.ApiObject;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Has the requests of pods follow what they use. */
public final class VerticalPodAutoscaler extends ApiObject implements Namespaced {

  /** The API group. */
  public static final String GROUP = "autoscaling.k8s.io";

  /** The group and version of the kind. */
  public static final String API_VERSION = GROUP + "/v1";

  /** How clients address autoscalers. */
  public static final Resource<VerticalPodAutoscaler> RESOURCE =
      Resources.namespaced(GROUP, "v1", VerticalPodAutoscaler.class);

  /** The name of the definition by which somebody else serves the kind. */
  public static final String DEFINITION = "verticalpodautoscalers." + GROUP;

  /** Of several autoscalers of the same pods the first one controls them: the oldest. */
  public static final Comparator<VerticalPodAutoscaler> STRONGEST_FIRST =
      Comparator.comparing(VerticalPodAutoscaler::created)
          .thenComparing(each -> each.getMetadata().getName());

  private static final long serialVersionUID = 1L;

  private VerticalPodAutoscalerSpec spec = VerticalPodAutoscalerSpec.EMPTY;
  private VerticalPodAutoscalerStatus status = VerticalPodAutoscalerStatus.EMPTY;

  /** For decoders. */
  public VerticalPodAutoscaler() {
    super(API_VERSION, "VerticalPodAutoscaler");
  }

  private VerticalPodAutoscaler(
      ObjectMeta metadata, VerticalPodAutoscalerSpec spec, VerticalPodAutoscalerStatus status) {
    this();
    setMetadata(metadata);
    this.spec = spec;
    this.status = status;
  }

  private String created() {
    var created = getMetadata().getCreationTimestamp();
    return created == null ? "" : created;
  }

  /** What is wanted. */
  @JsonProperty
  public VerticalPodAutoscalerSpec spec() {
    return spec;
  }

  @JsonProperty("spec")
  void acceptSpec(@Nullable VerticalPodAutoscalerSpec value) {
    spec = value == null ? VerticalPodAutoscalerSpec.EMPTY : value;
  }

  /** What was last reported. */
  @JsonProperty
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public VerticalPodAutoscalerStatus status() {
    return status;
  }

  @JsonProperty("status")
  void acceptStatus(@Nullable VerticalPodAutoscalerStatus value) {
    status = value == null ? VerticalPodAutoscalerStatus.EMPTY : value;
  }

  /** A copy that shares everything but the status. */
  public VerticalPodAutoscaler withStatus(VerticalPodAutoscalerStatus newStatus) {
    return new VerticalPodAutoscaler(getMetadata(), spec, newStatus);
  }
}
