package dev.nauarch.api.kueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.nauarch.api.ApiObject;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import org.jspecify.annotations.Nullable;

/** A job as the queues see it: pods that start together or not at all. */
public final class Workload extends ApiObject implements Namespaced {

  private static final long serialVersionUID = 1L;

  private WorkloadSpec spec = WorkloadSpec.EMPTY;
  private WorkloadStatus status = WorkloadStatus.EMPTY;

  /** For decoders. */
  public Workload() {
    super(Kueue.API_VERSION, "Workload");
  }

  /** A new object. */
  public Workload(ObjectMeta metadata, WorkloadSpec spec) {
    this();
    setMetadata(metadata);
    this.spec = spec;
  }

  /** What is wanted. */
  @JsonProperty
  public WorkloadSpec spec() {
    return spec;
  }

  @JsonProperty("spec")
  void acceptSpec(@Nullable WorkloadSpec value) {
    spec = value == null ? WorkloadSpec.EMPTY : value;
  }

  /** What was last reported. */
  @JsonProperty
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public WorkloadStatus status() {
    return status;
  }

  @JsonProperty("status")
  void acceptStatus(@Nullable WorkloadStatus value) {
    status = value == null ? WorkloadStatus.EMPTY : value;
  }
}
