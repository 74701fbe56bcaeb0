package dev.nauarch.reconcile.job;

import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Times;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobConditionBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.UncountedTerminatedPods;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes a Job's status, and takes the finalizers off the pods that it accounts for. */
final class JobReport {

  private static final int ACCOUNTED_AT_ONCE = 500;

  private final PlanDraft draft;
  private final Job job;
  private final JobStatus old;
  private final Tally tally;
  private final Optional<Ending> ending;
  private final Instant now;
  private final List<Pod> settled = new ArrayList<>();

  JobReport(PlanDraft draft, Job job, Tally tally, Optional<Ending> ending, Instant now) {
    this.draft = draft;
    this.job = job;
    this.old = withZeros(job.getStatus() == null ? new JobStatus() : job.getStatus());
    this.tally = tally;
    this.ending = ending;
    this.now = now;
  }

  /** A status with the zeros that nobody stores. */
  private static JobStatus withZeros(JobStatus status) {
    return new JobStatusBuilder(status)
        .withActive(Tally.orZero(status.getActive()))
        .withSucceeded(Tally.orZero(status.getSucceeded()))
        .withFailed(Tally.orZero(status.getFailed()))
        .build();
  }

  void write() {
    var builder = new JobStatusBuilder(old);
    count(builder);
    start(builder);
    conclude(builder);
    var status = builder.build();
    if (!status.equals(old)) {
      draft.updateStatus(Resources.JOBS, job.edit().withStatus(status).build());
    }
    settled.stream()
        .limit(ACCOUNTED_AT_ONCE)
        .forEach(pod -> draft.removeFinalizer(Resources.PODS, pod, JobPods.FINALIZER));
  }

  /** Turns notes whose pods are released into numbers, and notes pods that have ended. */
  private void count(JobStatusBuilder builder) {
    var succeeded = still(Tally.noted(old, true));
    var failed = still(Tally.noted(old, false));
    var countedSucceeded = Tally.noted(old, true).size() - succeeded.size();
    var countedFailed = Tally.noted(old, false).size() - failed.size();
    settled.addAll(tally.uncountable());
    note(tally.newlySucceeded(), succeeded);
    note(tally.newlyFailed(), failed);
    builder
        .withActive(tally.active().size())
        .withReady((int) tally.active().stream().filter(Pods::isReady).count())
        .withTerminating(tally.terminating().size())
        .withFailed(Tally.orZero(old.getFailed()) + countedFailed)
        .withSucceeded(
            tally.isIndexed()
                ? tally.completed().size()
                : Tally.orZero(old.getSucceeded()) + countedSucceeded)
        .withUncountedTerminatedPods(new UncountedTerminatedPods(failed, succeeded));
    if (tally.isIndexed()) {
      var completed = tally.completed().toString();
      builder.withCompletedIndexes(completed.isEmpty() ? null : completed);
    }
    if (job.getSpec().getBackoffLimitPerIndex() != null) {
      builder.withFailedIndexes(tally.failedIndexes().toString());
    }
  }

  /** The notes whose pod is there and still held. */
  private List<String> still(List<String> noted) {
    var result = new ArrayList<String>();
    for (var pod : tally.all()) {
      var uid = pod.getMetadata().getUid();
      if (noted.contains(uid) && JobPods.isTracked(pod)) {
        result.add(uid);
        settled.add(pod);
      }
    }
    return result;
  }

  private void note(List<Pod> pods, List<String> notes) {
    pods.stream()
        .limit(ACCOUNTED_AT_ONCE)
        .forEach(
            pod -> {
              notes.add(pod.getMetadata().getUid());
              settled.add(pod);
            });
  }

  private boolean isSuspended() {
    return Boolean.TRUE.equals(job.getSpec().getSuspend());
  }

  private void start(JobStatusBuilder builder) {
    if (ending.isPresent()) {
      return;
    }
    var wasSuspended = condition("Suspended").filter(each -> "True".equals(each.getStatus()));
    if (isSuspended()) {
      if (wasSuspended.isEmpty()) {
        set(builder, "Suspended", "True", "JobSuspended", "Job suspended");
        draft.normal(job, "Suspended", "Job suspended");
      }
    } else if (wasSuspended.isPresent()) {
      set(builder, "Suspended", "False", "JobResumed", "Job resumed");
      draft.normal(job, "Resumed", "Job resumed");
      builder.withStartTime(Times.format(now));
    } else if (old.getStartTime() == null) {
      builder.withStartTime(Times.format(now));
    }
  }

  private Optional<JobCondition> condition(String type) {
    return old.getConditions().stream().filter(each -> type.equals(each.getType())).findFirst();
  }

  /** Announces an end, and declares it once every pod has stopped and is counted. */
  private void conclude(JobStatusBuilder builder) {
    if (ending.isEmpty()) {
      return;
    }
    var end = ending.get();
    if (condition(end.announcement()).isEmpty()) {
      set(builder, end.announcement(), "True", end.reason(), end.message());
    }
    var notes = builder.buildUncountedTerminatedPods();
    var isSettled =
        settled.isEmpty()
            && notes.getFailed().isEmpty()
            && notes.getSucceeded().isEmpty()
            && tally.active().isEmpty()
            && tally.terminating().isEmpty();
    if (isSettled && condition(end.announcement()).isPresent()) {
      set(builder, end.condition(), "True", end.reason(), end.message());
      if (old.getStartTime() == null) {
        builder.withStartTime(Times.format(now));
      }
      if (end.isSuccess()) {
        builder.withCompletionTime(Times.format(now));
        draft.normal(job, "Completed", "Job completed");
      } else {
        draft.warning(job, end.reason(), end.message());
      }
    }
  }

  private void set(
      JobStatusBuilder builder, String type, String status, String reason, String message) {
    var time = Times.format(now);
    builder.removeMatchingFromConditions(each -> type.equals(each.getType()));
    builder.addToConditions(
        new JobConditionBuilder()
            .withType(type)
            .withStatus(status)
            .withReason(reason)
            .withMessage(message)
            .withLastProbeTime(time)
            .withLastTransitionTime(time)
            .build());
  }
}
