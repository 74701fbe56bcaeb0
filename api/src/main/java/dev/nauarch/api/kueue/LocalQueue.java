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

/** A namespace's door to a cluster queue. */
@JsonDeserialize(using = ValueDeserializer.None.class) // the model's own decoder knows no queues
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "spec", "status"})
public final class LocalQueue implements HasMetadata, Namespaced {

  private static final long serialVersionUID = 1L;

  private String apiVersion = Kueue.API_VERSION;
  private ObjectMeta metadata = new ObjectMeta();
  private LocalQueueSpec spec = LocalQueueSpec.EMPTY;
  private LocalQueueStatus status = LocalQueueStatus.EMPTY;

  /** For decoders. */
  public LocalQueue() {}

  /** A new object. */
  public LocalQueue(ObjectMeta metadata, LocalQueueSpec spec) {
    this.metadata = metadata;
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
    return "LocalQueue";
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
