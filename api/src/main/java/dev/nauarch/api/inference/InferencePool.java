package dev.nauarch.api.inference;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.nauarch.api.ApiObject;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pods that serve the same model, between which a gateway chooses request by request. */
public final class InferencePool extends ApiObject implements Namespaced {

  /** The group of the kind. */
  public static final String GROUP = "inference.networking.k8s.io";

  /** How clients address pools. */
  public static final Resource<InferencePool> RESOURCE =
      Resources.namespaced(GROUP, "v1", InferencePool.class);

  private static final long serialVersionUID = 1L;

  private InferencePoolSpec spec =
      new InferencePoolSpec(
          new InferencePoolSpec.Selector(new java.util.TreeMap<>()), List.of(), null);

  /** For decoders. */
  public InferencePool() {
    super(GROUP + "/v1", "InferencePool");
  }

  /** A pool without a status. */
  public InferencePool(ObjectMeta metadata, InferencePoolSpec spec) {
    this();
    setMetadata(metadata);
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
}
