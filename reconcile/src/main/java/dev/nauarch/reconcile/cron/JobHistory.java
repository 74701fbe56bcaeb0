package dev.nauarch.reconcile.cron;

import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Times;
import dev.nauarch.reconcile.job.JobReconciler;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The Jobs that a CronJob has made: which run, which have ended, and which of these stay. */
final class JobHistory {

  private final PlanDraft draft;
  private final CronJob cronJob;
  private final List<Job> jobs;

  JobHistory(PlanDraft draft, CronJob cronJob, List<Job> jobs) {
    this.draft = draft;
    this.cronJob = cronJob;
    this.jobs = jobs;
  }

  /** The CronJob's status by what its Jobs say. */
  CronJobStatus status() {
    var old = CronJobReconciler.statusOf(cronJob);
    var active = new ArrayList<ObjectReference>();
    for (var running : old.getActive()) {
      var job = jobs.stream().filter(each -> isSame(each, running)).findFirst();
      if (job.isEmpty()) {
        draft.normal(cronJob, "MissingJob", "Active job went missing: " + running.getName());
      } else if (JobReconciler.hasEnded(job.get())) {
        draft.normal(
            cronJob,
            "SawCompletedJob",
            "Saw completed job: %s, condition: %s"
                .formatted(
                    running.getName(),
                    JobReconciler.hasCondition(job.get(), "Complete") ? "Complete" : "Failed"));
      } else {
        active.add(running);
      }
    }
    for (var job : jobs) {
      if (!JobReconciler.hasEnded(job) && active.stream().noneMatch(each -> isSame(job, each))) {
        if (isOurs(job)) {
          active.add(reference(job));
        } else {
          draft.warning(
              cronJob,
              "UnexpectedJob",
              "Saw a job that the controller did not create or forgot: "
                  + job.getMetadata().getName());
        }
      }
    }
    return new CronJobStatusBuilder(old)
        .withActive(active)
        .withLastSuccessfulTime(lastSuccess(old.getLastSuccessfulTime()))
        .build();
  }

  private static boolean isSame(Job job, ObjectReference reference) {
    return job.getMetadata().getUid().equals(reference.getUid());
  }

  /** Whether it was made here, and its time noted; the status comes after. */
  private static boolean isOurs(Job job) {
    var annotations = job.getMetadata().getAnnotations();
    return annotations != null && annotations.containsKey(CronJobReconciler.SCHEDULED);
  }

  private static ObjectReference reference(Job job) {
    return new ObjectReferenceBuilder()
        .withApiVersion(job.getApiVersion())
        .withKind(job.getKind())
        .withNamespace(job.getMetadata().getNamespace())
        .withName(job.getMetadata().getName())
        .withUid(job.getMetadata().getUid())
        .withResourceVersion(job.getMetadata().getResourceVersion())
        .build();
  }

  private @Nullable String lastSuccess(@Nullable String before) {
    return jobs.stream()
        .filter(job -> JobReconciler.hasCondition(job, "Complete"))
        .map(job -> job.getStatus().getCompletionTime())
        .filter(Objects::nonNull)
        .filter(time -> before == null || Times.parse(time).isAfter(Times.parse(before)))
        .max(Comparator.comparing(Times::parse))
        .orElse(before);
  }

  /** Deletes the oldest of those that ended, as far as there are more than are to stay. */
  void clean() {
    keep(cronJob.getSpec().getSuccessfulJobsHistoryLimit(), "Complete");
    keep(cronJob.getSpec().getFailedJobsHistoryLimit(), "Failed");
  }

  private void keep(@Nullable Integer limit, String condition) {
    if (limit == null) {
      return;
    }
    var ended =
        jobs.stream()
            .filter(job -> JobReconciler.hasCondition(job, condition))
            .filter(job -> job.getMetadata().getDeletionTimestamp() == null)
            .sorted(
                Comparator.comparing(JobHistory::startTime)
                    .thenComparing(job -> job.getMetadata().getName()))
            .toList();
    ended.stream()
        .limit(Math.max(0, ended.size() - limit))
        .forEach(job -> delete(draft, cronJob, job));
  }

  private static String startTime(Job job) {
    var time = job.getStatus().getStartTime();
    return time == null ? "~" : time;
  }

  static void delete(PlanDraft draft, CronJob cronJob, Job job) {
    draft.delete(Resources.JOBS, job);
    draft.normal(cronJob, "SuccessfulDelete", "Deleted job " + job.getMetadata().getName());
  }
}
