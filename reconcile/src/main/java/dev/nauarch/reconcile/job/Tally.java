package dev.nauarch.reconcile.job;

import dev.nauarch.reconcile.Pods;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.UncountedTerminatedPods;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How many pods of a Job succeeded and failed, those that were counted before and those that have
 * ended since. A pod is counted once: its uid is noted in the status first, then its finalizer is
 * taken off, then the note becomes a number.
 */
final class Tally {

  private final Job job;
  private final JobStatus old;
  private final List<Pod> active = new ArrayList<>();
  private final List<Pod> terminating = new ArrayList<>();
  private final List<Pod> newlySucceeded = new ArrayList<>();
  private final List<Pod> newlyFailed = new ArrayList<>();
  private final List<Pod> uncountable = new ArrayList<>();
  private final List<Pod> all;
  private final IndexSet completed;
  private final IndexSet failedIndexes;

  Tally(Job job, List<Pod> pods) {
    this.job = job;
    this.all = pods;
    this.old = job.getStatus() == null ? new JobStatus() : job.getStatus();
    this.completed = IndexSet.parse(old.getCompletedIndexes(), completions());
    this.failedIndexes = IndexSet.parse(old.getFailedIndexes(), completions());
    pods.forEach(this::sort);
    if (job.getSpec().getBackoffLimitPerIndex() != null) {
      pods.stream()
          .filter(pod -> failsItsIndex(pod))
          .forEach(pod -> failedIndexes.add(JobPods.index(pod)));
    }
  }

  private void sort(Pod pod) {
    if (Pods.isActive(pod)) {
      active.add(pod);
    } else if (Pods.isTerminating(pod) && !Pods.hasEnded(pod)) {
      terminating.add(pod);
    }
    if (!JobPods.isTracked(pod)) {
      return;
    }
    if (JobPods.hasSucceeded(pod)) {
      if (isIndexed() && isInRange(pod)) {
        completed.add(JobPods.index(pod));
        uncountable.add(pod); // its index is what counts
      } else if (!isIndexed()) {
        (isNoted(pod) ? uncountable : newlySucceeded).add(pod);
      } else {
        uncountable.add(pod);
      }
    } else if (JobPods.hasFailed(pod, job)) {
      var ignored = FailureRules.match(job, pod).filter(m -> m.action().equals("Ignore"));
      var counts = ignored.isEmpty() && !isNoted(pod) && (!isIndexed() || isInRange(pod));
      (counts ? newlyFailed : uncountable).add(pod);
    }
  }

  private boolean isInRange(Pod pod) {
    return JobPods.index(pod) >= 0 && JobPods.index(pod) < completions();
  }

  private boolean isNoted(Pod pod) {
    var uid = pod.getMetadata().getUid();
    return noted(old, false).contains(uid) || noted(old, true).contains(uid);
  }

  private boolean failsItsIndex(Pod pod) {
    if (!JobPods.hasFailed(pod, job) || !isInRange(pod) || completed.contains(JobPods.index(pod))) {
      return false;
    }
    var action = FailureRules.match(job, pod).map(FailureRules.Match::action).orElse("Count");
    Integer limit = job.getSpec().getBackoffLimitPerIndex();
    return switch (action) {
      case "FailIndex" -> true;
      case "Ignore" -> false;
      default -> JobPods.number(pod, JobPods.INDEX_FAILURES, 0) >= orZero(limit);
    };
  }

  static List<String> noted(JobStatus status, boolean succeeded) {
    UncountedTerminatedPods notes = status.getUncountedTerminatedPods();
    if (notes == null) {
      return List.of();
    }
    return succeeded ? notes.getSucceeded() : notes.getFailed();
  }

  static int orZero(@Nullable Integer value) {
    return value == null ? 0 : value;
  }

  boolean isIndexed() {
    return JobPods.isIndexed(job);
  }

  /** How many completions are wanted; the largest number where there is no limit. */
  int completions() {
    var wanted = job.getSpec().getCompletions();
    return wanted == null ? Integer.MAX_VALUE : wanted;
  }

  /** The pods that run or will run. */
  List<Pod> active() {
    return active;
  }

  /** The pods that are being deleted and have not ended. */
  List<Pod> terminating() {
    return terminating;
  }

  /** The pods that have succeeded and are not noted yet. */
  List<Pod> newlySucceeded() {
    return newlySucceeded;
  }

  /** The pods that have failed and are not noted yet. */
  List<Pod> newlyFailed() {
    return newlyFailed;
  }

  /** The pods whose finalizer may go without a further note. */
  List<Pod> uncountable() {
    return uncountable;
  }

  List<Pod> all() {
    return all;
  }

  /** The indexes that completed. */
  IndexSet completed() {
    return completed;
  }

  /** The indexes that failed for good. */
  IndexSet failedIndexes() {
    return failedIndexes;
  }

  int succeeded() {
    return isIndexed()
        ? completed.size()
        : orZero(old.getSucceeded()) + noted(old, true).size() + newlySucceeded.size();
  }

  int failed() {
    return orZero(old.getFailed()) + noted(old, false).size() + newlyFailed.size();
  }

  /** The pod that a rule says the whole Job fails for. */
  Optional<FailureRules.Match> fatalMatch() {
    return all.stream()
        .flatMap(pod -> FailureRules.match(job, pod).stream())
        .filter(match -> match.action().equals("FailJob"))
        .findFirst();
  }
}
