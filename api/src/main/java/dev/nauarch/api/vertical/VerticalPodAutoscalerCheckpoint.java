package dev.nauarch.api.vertical;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.nauarch.api.ApiObject;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import org.jspecify.annotations.Nullable;

/** What is known of the use of a container, kept for whoever recommends after a restart. */
public final class VerticalPodAutoscalerCheckpoint extends ApiObject implements Namespaced {

  /** How clients address checkpoints. */
  public static final Resource<VerticalPodAutoscalerCheckpoint> RESOURCE =
      Resources.namespaced(
          VerticalPodAutoscaler.GROUP, "v1", VerticalPodAutoscalerCheckpoint.class);

  private static final long serialVersionUID = 1L;

  private CheckpointSpec spec = CheckpointSpec.EMPTY;
  private CheckpointStatus status = CheckpointStatus.EMPTY;

  /** For decoders. */
  public VerticalPodAutoscalerCheckpoint() {
    super(VerticalPodAutoscaler.API_VERSION, "VerticalPodAutoscalerCheckpoint");
  }

  /** An object of this spec and status. */
  public VerticalPodAutoscalerCheckpoint(
      ObjectMeta metadata, CheckpointSpec spec, CheckpointStatus status) {
    this();
    setMetadata(metadata);
    // A decoder may come this way too, with nothing for what is absent.
    acceptSpec(spec);
    acceptStatus(status);
  }

  /** What it is about. */
  @JsonProperty
  public CheckpointSpec spec() {
    return spec;
  }

  @JsonProperty("spec")
  void acceptSpec(@Nullable CheckpointSpec value) {
    spec = value == null ? CheckpointSpec.EMPTY : value;
  }

  /** What is known. */
  @JsonProperty
  public CheckpointStatus status() {
    return status;
  }

  @JsonProperty("status")
  void acceptStatus(@Nullable CheckpointStatus value) {
    status = value == null ? CheckpointStatus.EMPTY : value;
  }
}
