package dev.nauarch.api.kueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.nauarch.api.ApiObject;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import org.jspecify.annotations.Nullable;

/** A namespace's door to a cluster queue. */
public final class LocalQueue extends ApiObject implements Namespaced {

  private static final long serialVersionUID = 1L;

  private LocalQueueSpec spec = LocalQueueSpec.EMPTY;
  private LocalQueueStatus status = LocalQueueStatus.EMPTY;

  /** For decoders. */
  public LocalQueue() {
    super(Kueue.API_VERSION, "LocalQueue");
  }

  /** A new object. */
  public LocalQueue(ObjectMeta metadata, LocalQueueSpec spec) {
    this();
    setMetadata(metadata);
    this.spec = spec;
  }

  /** What is wanted. */
  @JsonProperty
  public LocalQueueSpec spec() {
    return spec;
  }

  @JsonProperty("spec")
  void acceptSpec(@Nullable LocalQueueSpec value) {
    spec = value == null ? LocalQueueSpec.EMPTY : value;
  }

  /** What was last reported. */
  @JsonProperty
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public LocalQueueStatus status() {
    return status;
  }

  @JsonProperty("status")
  void acceptStatus(@Nullable LocalQueueStatus value) {
    status = value == null ? LocalQueueStatus.EMPTY : value;
  }
}
