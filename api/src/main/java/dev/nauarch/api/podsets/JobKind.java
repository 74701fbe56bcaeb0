package dev.nauarch.api.podsets;

import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.api.jobset.JobSet;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A kind of job: how to read what pods it asks for, and how it is doing. A further kind is one more
 * constant here.
 *
 * @param resource how clients address it
 * @param pods what pods it asks for
 * @param suspended whether it is suspended
 * @param progress how it is doing
 * @param <T> the kind's model
 */
public record JobKind<T extends HasMetadata>(
    Resource<T> resource,
    Function<T, List<JobPods>> pods,
    Function<T, Boolean> suspended,
    Function<T, JobProgress> progress) {

  /** {@code batch/v1} Jobs. */
  public static final JobKind<Job> JOB =
      new JobKind<>(
          Resources.JOBS,
          JobKind::podsOf,
          job -> Boolean.TRUE.equals(job.getSpec().getSuspend()),
          JobKind::progressOf);

  /** JobSets. */
  public static final JobKind<JobSet> JOB_SET =
      new JobKind<>(
          JobSet.RESOURCE,
          JobKind::podsOf,
          set -> set.spec().wantsSuspension(),
          JobKind::progressOf);

  /** Every kind that can be queued. */
  public static final List<JobKind<?>> ALL = List.of(JOB, JOB_SET);

  /** The kind of this name, for example {@code JobSet}. */
  public static Optional<JobKind<?>> of(String kind) {
    for (var known : ALL) {
      if (known.resource.kind().equals(kind)) {
        return Optional.of(known);
      }
    }
    return Optional.empty();
  }

  private static List<JobPods> podsOf(Job job) {
    var spec = job.getSpec();
    var parallelism = spec.getParallelism() == null ? 1 : spec.getParallelism();
    var count =
        spec.getCompletions() == null ? parallelism : Math.min(parallelism, spec.getCompletions());
    return List.of(new JobPods("main", count, spec.getTemplate(), "/spec/template"));
  }

  private static List<JobPods> podsOf(JobSet set) {
    var pods = new ArrayList<JobPods>();
    var index = 0;
    for (var group : set.spec().replicatedJobs()) {
      pods.add(
          new JobPods(
              group.name().toLowerCase(Locale.ROOT),
              group.replicas() * group.podsPerJob(),
              group.template().getSpec().getTemplate(),
              "/spec/replicatedJobs/" + index + "/template/spec/template"));
      index++;
    }
    return pods;
  }

  private static JobProgress progressOf(Job job) {
    var status = job.getStatus();
    if (status == null) {
      return JobProgress.NONE;
    }
    var active = status.getActive() == null ? 0 : status.getActive();
    var ready = status.getReady() == null ? 0 : status.getReady();
    var succeeded = status.getSucceeded() == null ? 0 : status.getSucceeded();
    var wanted = podsOf(job).getFirst().count();
    for (var condition : status.getConditions()) {
      if ("True".equals(condition.getStatus())) {
        if ("Complete".equals(condition.getType())) {
          return new JobProgress(
              active, true, JobProgress.End.SUCCEEDED, orEmpty(condition.getMessage()));
        }
        if ("Failed".equals(condition.getType())) {
          return new JobProgress(
              active, false, JobProgress.End.FAILED, orEmpty(condition.getMessage()));
        }
      }
    }
    return new JobProgress(active, ready + succeeded >= wanted, JobProgress.End.NONE, "");
  }

  private static JobProgress progressOf(JobSet set) {
    var active = 0;
    var ready = true;
    for (var group : set.spec().replicatedJobs()) {
      var status =
          set.status().replicatedJobsStatus().stream()
              .filter(one -> one.name().equals(group.name()))
              .findFirst();
      active += status.map(one -> one.active()).orElse(0);
      ready &= status.map(one -> one.ready() + one.succeeded()).orElse(0) >= group.replicas();
    }
    for (var type : List.of("Completed", "Failed")) {
      var condition = set.status().condition(type);
      if (condition.filter(one -> "True".equals(one.getStatus())).isPresent()) {
        return new JobProgress(
            active,
            ready,
            type.equals("Failed") ? JobProgress.End.FAILED : JobProgress.End.SUCCEEDED,
            orEmpty(condition.get().getMessage()));
      }
    }
    return new JobProgress(active, ready, JobProgress.End.NONE, "");
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
