package dev.nauarch.api.kueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.annotation.JsonDeserialize;

/** Quota, and who may use it. */
@JsonDeserialize(using = ValueDeserializer.None.class) // the model's own decoder knows no queues
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "spec", "status"})
public final class ClusterQueue implements HasMetadata {

  private static final long serialVersionUID = 1L;

  private String apiVersion = Kueue.API_VERSION;
  private ObjectMeta metadata = new ObjectMeta();
  private ClusterQueueSpec spec = ClusterQueueSpec.EMPTY;
  private ClusterQueueStatus status = ClusterQueueStatus.EMPTY;

  /** For decoders. */
  public ClusterQueue() {}

  /** A new object. */
  public ClusterQueue(ObjectMeta metadata, ClusterQueueSpec spec) {
    this.metadata = metadata;
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
    return "ClusterQueue";
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
