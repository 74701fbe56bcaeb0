package dev.nauarch.api.kueue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.annotation.JsonDeserialize;

/** A sort of nodes with its own quota. */
@JsonDeserialize(using = ValueDeserializer.None.class) // the model's own decoder knows no queues
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "spec", "status"})
public final class ResourceFlavor implements HasMetadata {

  private static final long serialVersionUID = 1L;

  private String apiVersion = Kueue.API_VERSION;
  private ObjectMeta metadata = new ObjectMeta();
  private ResourceFlavorSpec spec = ResourceFlavorSpec.EMPTY;

  /** For decoders. */
  public ResourceFlavor() {}

  /** A new object. */
  public ResourceFlavor(ObjectMeta metadata, ResourceFlavorSpec spec) {
    this.metadata = metadata;
    this.spec = spec;
  }

  /** What is wanted. */
  @JsonProperty
  public ResourceFlavorSpec spec() {
    return spec;
  }

  @JsonProperty("spec")
  void acceptSpec(@Nullable ResourceFlavorSpec value) {
    spec = value == null ? ResourceFlavorSpec.EMPTY : value;
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
    return "ResourceFlavor";
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
