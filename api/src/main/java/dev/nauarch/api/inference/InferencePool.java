package dev.nauarch.api.inference;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.annotation.JsonDeserialize;

/** Pods that serve the same model, between which a gateway chooses request by request. */
@JsonDeserialize(using = ValueDeserializer.None.class) // the model's own decoder knows no pool
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "spec", "status"})
public final class InferencePool implements HasMetadata, Namespaced {

  /** The group of the kind. */
  public static final String GROUP = "inference.networking.k8s.io";

  /** How clients address pools. */
  public static final Resource<InferencePool> RESOURCE =
      Resources.namespaced(GROUP, "v1", InferencePool.class);

  private static final long serialVersionUID = 1L;

  private String apiVersion = GROUP + "/v1";
  private ObjectMeta metadata = new ObjectMeta();
  private InferencePoolSpec spec =
      new InferencePoolSpec(
          new InferencePoolSpec.Selector(new java.util.TreeMap<>()), List.of(), null);

  /** For decoders. */
  public InferencePool() {}

  /** A pool without a status. */
  public InferencePool(ObjectMeta metadata, InferencePoolSpec spec) {
    this.metadata = metadata;
    this.spec = spec;
  }

  /** What is wanted. */
  @JsonProperty
  public InferencePoolSpec spec() {
    return spec;
  }

  @JsonProperty("spec")
  void acceptSpec(@Nullable InferencePoolSpec value) {
    spec = value == null ? spec : value;
  }

  @Override
  public ObjectMeta getMetadata() {
    return metadata;
  }

  @Override
  public void setMetadata(ObjectMeta value) {
    metadata = value;
  }

  @Override
  public String getApiVersion() {
    return apiVersion;
  }

  @Override
  public void setApiVersion(String value) {
    apiVersion = value;
  }

  @Override
  public String getKind() {
    return "InferencePool";
  }
}
