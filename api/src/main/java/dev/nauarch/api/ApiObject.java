package dev.nauarch.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.annotation.JsonDeserialize;

/** What the typed models of our own kinds share: version, kind and metadata. */
@JsonDeserialize(
    using = ValueDeserializer.None.class) // fabric8's own decoder knows fabric8's kinds
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"apiVersion", "kind", "metadata", "spec", "status"})
public abstract class ApiObject implements HasMetadata {

  private static final long serialVersionUID = 1L;

  private final String kind;
  private String apiVersion;
  private ObjectMeta metadata = new ObjectMeta();

  /** An object of a kind, without a name yet. */
  protected ApiObject(String apiVersion, String kind) {
    this.apiVersion = apiVersion;
    this.kind = kind;
  }

  @Override
  public final ObjectMeta getMetadata() {
    return metadata;
  }

  @Override
  public final void setMetadata(ObjectMeta value) {
    metadata = value;
  }

  @Override
  public final String getKind() {
    return kind;
  }

  @Override
  public final String getApiVersion() {
    return apiVersion;
  }

  @Override
  public final void setApiVersion(String value) {
    apiVersion = value;
  }
}
