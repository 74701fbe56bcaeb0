package dev.nauarch.api.kueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.annotation.JsonDeserialize;

/** A job as the queues see it: pods that start together or not at all. */
@JsonDeserialize(using = ValueDeserializer.None.class) // the model's own decoder knows no queues
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "spec", "status"})
public final class Workload implements HasMetadata, Namespaced {

  private static final long serialVersionUID = 1L;

  private String apiVersion = Kueue.API_VERSION;
  private ObjectMeta metadata = new ObjectMeta();
  private WorkloadSpec spec = WorkloadSpec.EMPTY;
  private WorkloadStatus status = WorkloadStatus.EMPTY;

  /** For decoders. */
  public Workload() {}

  /** A new object. */
  public Workload(ObjectMeta metadata, WorkloadSpec spec) {
    this.metadata = metadata;
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

  @Override
  public ObjectMeta getMetadata() {
    return metadata;
  }

  @Override
  public void setMetadata(ObjectMeta metadata) {
    this.metadata = metadata;
  }

  @Override
  public String getKind() {
    return "Workload";
  }

  @Override
  public String getApiVersion() {
    return apiVersion;
  }

  @Override
  public void setApiVersion(String version) {
    this.apiVersion = version;
  }
}
