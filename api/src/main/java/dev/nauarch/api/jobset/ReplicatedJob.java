package dev.nauarch.api.jobset;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.batch.v1.JobTemplateSpec;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group of equal Jobs.
 *
 * @param name the group's name within the JobSet
 * @param groupName the larger group that it belongs to, for indexes across groups
 * @param template the Job
 * @param replicas how many Jobs
 * @param dependsOn earlier groups that must be ready or complete first
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ReplicatedJob(
    String name,
    String groupName,
    JobTemplateSpec template,
    int replicas,
    List<DependsOn> dependsOn)
    implements Serializable {

  private static final String DEFAULT_GROUP = "default";

  /** Decodes; absent fields take their defaults. */
  @JsonCreator
  static ReplicatedJob decode(
      @JsonProperty("name") String name,
      @JsonProperty("groupName") @Nullable String groupName,
      @JsonProperty("template") JobTemplateSpec template,
      @JsonProperty("replicas") @Nullable Integer replicas,
      @JsonProperty("dependsOn") @Nullable List<DependsOn> dependsOn) {
    return new ReplicatedJob(
        name,
        groupName == null || groupName.isEmpty() ? DEFAULT_GROUP : groupName,
        template,
        replicas == null ? 1 : replicas,
        dependsOn == null ? List.of() : List.copyOf(dependsOn));
  }

  /** How many pods of one Job run at a time. */
  public int podsPerJob() {
    var parallelism = template.getSpec().getParallelism();
    var completions = template.getSpec().getCompletions();
    var running = parallelism == null ? 1 : parallelism;
    return completions == null ? running : Math.min(running, completions);
  }
}
