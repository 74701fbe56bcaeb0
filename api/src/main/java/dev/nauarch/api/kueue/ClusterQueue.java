package dev.nauarch.api.kueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.nauarch.api.ApiObject;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import org.jspecify.annotations.Nullable;

/** Quota, and who may use it. */
public final class ClusterQueue extends ApiObject {

  private static final long serialVersionUID = 1L;

  private ClusterQueueSpec spec = ClusterQueueSpec.EMPTY;
  private ClusterQueueStatus status = ClusterQueueStatus.EMPTY;

  /** For decoders. */
  public ClusterQueue() {
    super(Kueue.API_VERSION, "ClusterQueue");
  }

  /** A new object. */
  public ClusterQueue(ObjectMeta metadata, ClusterQueueSpec spec) {
    this();
    setMetadata(metadata);
    this.spec = spec;
  }

  /** What is wanted. */
  @JsonProperty
  public ClusterQueueSpec spec() {
    return spec;
  }

  @JsonProperty("spec")
  void acceptSpec(@Nullable ClusterQueueSpec value) {
    spec = value == null ? ClusterQueueSpec.EMPTY : value;
  }

  /** What was last reported. */
  @JsonProperty
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public ClusterQueueStatus status() {
    return status;
  }

  @JsonProperty("status")
  void acceptStatus(@Nullable ClusterQueueStatus value) {
    status = value == null ? ClusterQueueStatus.EMPTY : value;
  }
}
