package dev.nauarch.reconcile.jobset;

import dev.nauarch.api.Resources;
import dev.nauarch.api.jobset.JobSet;
import dev.nauarch.api.jobset.ReplicatedJob;
import dev.nauarch.api.jobset.ReplicatedJobStatus;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.job.JobReconciler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Jobs of a JobSet, by what became of them.
 *
 * @param previous those of attempts before the present one
 * @param active those that have not ended
 * @param succeeded those that completed
 * @param failed those that failed
 */
record ChildJobs(List<Job> previous, List<Job> active, List<Job> succeeded, List<Job> failed) {

  static ChildJobs of(JobSet set, Snapshot world) {
    var jobs =
        new ChildJobs(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (var job : world.ownedBy(Resources.JOBS, set.getMetadata().getUid())) {
      if (Owners.isControlledBy(job, set)) {
        jobs.listOf(job, set.status().restarts()).add(job);
      }
    }
    return jobs;
  }

  private List<Job> listOf(Job job, int attempt) {
    if (Integer.parseInt(label(job, JobSetKeys.RESTART, "0")) < attempt) {
      return previous;
    }
    if (JobReconciler.hasCondition(job, "Complete")) {
      return succeeded;
    }
    return JobReconciler.hasCondition(job, "Failed") ? failed : active;
  }

  static String label(Job job, String label, String otherwise) {
    var labels = job.getMetadata().getLabels();
    return labels == null ? otherwise : labels.getOrDefault(label, otherwise);
  }

  static String groupOf(Job job) {
    return label(job, JobSetKeys.GROUP, "");
  }

  static boolean isSuspended(Job job) {
    return Boolean.TRUE.equals(job.getSpec().getSuspend());
  }

  /** The Jobs of the present attempt. */
  List<Job> current() {
    var all = new ArrayList<>(active);
    all.addAll(succeeded);
    all.addAll(failed);
    return all;
  }

  /** The counts of each group, in the order of the JobSet. */
  List<ReplicatedJobStatus> statuses(JobSet set) {
    return set.spec().replicatedJobs().stream().map(this::status).toList();
  }

  private ReplicatedJobStatus status(ReplicatedJob group) {
    var mine = active.stream().filter(job -> groupOf(job).equals(group.name())).toList();
    return new ReplicatedJobStatus(
        group.name(),
        (int) mine.stream().filter(ChildJobs::isReady).count(),
        count(succeeded, group),
        count(failed, group),
        (int) mine.stream().filter(job -> number(job.getStatus(), true) > 0).count(),
        (int) mine.stream().filter(ChildJobs::isSuspended).count());
  }

  private static int count(List<Job> jobs, ReplicatedJob group) {
    return (int) jobs.stream().filter(job -> groupOf(job).equals(group.name())).count();
  }

  /** Whether all pods that a Job runs at a time are ready or have succeeded. */
  private static boolean isReady(Job job) {
    var parallelism = job.getSpec().getParallelism();
    var completions = job.getSpec().getCompletions();
    var wanted = parallelism == null ? 1 : parallelism;
    var pods = completions == null ? wanted : Math.min(wanted, completions);
    return job.getStatus() != null
        && orZero(job.getStatus().getSucceeded()) + number(job.getStatus(), false) >= pods;
  }

  private static int number(
      io.fabric8.kubernetes.api.model.batch.v1.@Nullable JobStatus status, boolean active) {
    if (status == null) {
      return 0;
    }
    return orZero(active ? status.getActive() : status.getReady());
  }

  private static int orZero(@Nullable Integer value) {
    return value == null ? 0 : value;
  }
}
