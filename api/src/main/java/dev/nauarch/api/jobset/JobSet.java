package dev.nauarch.api.jobset;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.nauarch.api.ApiObject;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import org.jspecify.annotations.Nullable;

/** A set of Jobs that start, fail and finish as one. */
public final class JobSet extends ApiObject implements Namespaced {

  /** The group and version of the kind. */
  public static final String API_VERSION = "jobset.x-k8s.io/v1alpha2";

  /** How clients address JobSets. */
  public static final Resource<JobSet> RESOURCE =
      Resources.namespaced("jobset.x-k8s.io", "v1alpha2", JobSet.class);

  private static final long serialVersionUID = 1L;

  private JobSetSpec spec = JobSetSpec.EMPTY;
  private @Nullable JobSetStatus status;

  /** For decoders. */
  public JobSet() {
    super(API_VERSION, "JobSet");
  }

  /** An object of this spec and status; the status may be {@link JobSetStatus#EMPTY}. */
  public JobSet(ObjectMeta metadata, JobSetSpec spec, JobSetStatus status) {
    this();
    setMetadata(metadata);
    this.spec = spec;
    this.status = status;
  }

  /** What is wanted. */
  @JsonProperty
  public JobSetSpec spec() {
    return spec;
  }

  @JsonProperty("spec")
  void acceptSpec(@Nullable JobSetSpec value) {
    spec = value == null ? JobSetSpec.EMPTY : value;
  }

  /** What was last reported; {@link JobSetStatus#EMPTY} before the first report. */
  public JobSetStatus status() {
    return status == null ? JobSetStatus.EMPTY : status;
  }

  @JsonProperty("status")
  @Nullable JobSetStatus wireStatus() {
    return status;
  }

  @JsonProperty("status")
  void acceptStatus(@Nullable JobSetStatus value) {
    status = value;
  }

  /** A copy that shares everything but the status. */
  public JobSet withStatus(JobSetStatus newStatus) {
    return new JobSet(getMetadata(), spec, newStatus);
  }
}
