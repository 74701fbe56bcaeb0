package dev.nauarch.api.kueue;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.nauarch.api.ApiObject;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import org.jspecify.annotations.Nullable;

/** A sort of nodes with its own quota. */
public final class ResourceFlavor extends ApiObject {

  private static final long serialVersionUID = 1L;

  private ResourceFlavorSpec spec = ResourceFlavorSpec.EMPTY;

  /** For decoders. */
  public ResourceFlavor() {
    super(Kueue.API_VERSION, "ResourceFlavor");
  }

  /** A new object. */
  public ResourceFlavor(ObjectMeta metadata, ResourceFlavorSpec spec) {
    this();
    setMetadata(metadata);
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
}
