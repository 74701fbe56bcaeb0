package dev.nauarch.reconcile.job;

import dev.nauarch.api.PodStop;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.node.PodStopper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes and stops pods so that as many run as a Job wants now. */
final class JobScaling {

  private static final int BURST = 500;

  private final PlanDraft draft;
  private final Job job;
  private final Tally tally;
  private final Snapshot world;
  private final Instant now;

  JobScaling(PlanDraft draft, Job job, Tally tally, Snapshot world, Instant now) {
    this.draft = draft;
    this.job = job;
    this.tally = tally;
    this.world = world;
    this.now = now;
  }

  /**
   * Stops pods without counting them as failures: it is not their fault. Those that want time to
   * save their work get it.
   */
  void stopAll() {
    var stopped = new ArrayList<Pod>();
    for (var pod : tally.active()) {
      if (!PodStop.wantsTime(pod)) {
        stopped.add(pod);
      } else if (!PodStop.isAsked(pod)) {
        PodStopper.ask(draft, pod, "JobSuspended", "the Job is suspended", now);
      } else if (JobPods.isTracked(pod)) {
        draft.removeFinalizer(Resources.PODS, pod, JobPods.FINALIZER);
      }
    }
    stop(stopped);
  }

  private void stop(List<Pod> pods) {
    pods.stream()
        .filter(JobPods::isTracked)
        .forEach(pod -> draft.removeFinalizer(Resources.PODS, pod, JobPods.FINALIZER));
    pods.forEach(pod -> draft.delete(Resources.PODS, pod));
    pods.forEach(
        pod ->
            draft.normal(job, "SuccessfulDelete", "Deleted pod: " + pod.getMetadata().getName()));
  }

  /** Brings the number of active pods to what is wanted. */
  void adjust() {
    var surplus = tally.isIndexed() ? surplusIndexed() : surplusPlain();
    if (!surplus.isEmpty()) {
      stop(surplus);
      return;
    }
    var replacing = JobPods.replacesOnlyFailed(job) ? tally.terminating().size() : 0;
    var missing = wanted() - tally.active().size() - replacing;
    if (missing <= 0) {
      return;
    }
    var perIndex = job.getSpec().getBackoffLimitPerIndex() != null;
    var notBefore = perIndex ? Optional.<Instant>empty() : Backoff.ofJob(job, tally.all(), now);
    if (notBefore.isPresent()) {
      draft.wakeAt(notBefore.get());
      return;
    }
    var factory = new PodFactory(job, world);
    var count = Math.min(missing, BURST);
    create(tally.isIndexed() ? indexed(factory, count) : factory.plain(count, tally.failed()));
  }

  private int wanted() {
    var given = job.getSpec().getParallelism();
    var parallelism = given == null ? 1 : given;
    if (job.getSpec().getCompletions() == null) {
      // The first success of a work queue tells that no more work is to be taken up.
      return tally.succeeded() > 0 ? Math.min(parallelism, tally.active().size()) : parallelism;
    }
    var left = tally.completions() - tally.succeeded() - tally.failedIndexes().size();
    return Math.max(0, Math.min(parallelism, left));
  }

  private List<Pod> surplusPlain() {
    var count = tally.active().size() - wanted();
    return count <= 0
        ? List.of()
        : tally.active().stream()
            .sorted(
                Comparator.comparing(Pods::isBound)
                    .thenComparing(Pods::isReady)
                    .thenComparing(
                        pod -> String.valueOf(pod.getMetadata().getCreationTimestamp()),
                        Comparator.reverseOrder())
                    .thenComparing(pod -> pod.getMetadata().getName()))
            .limit(count)
            .toList();
  }

  /** Pods of no index or of one that is done, second pods of an index, then the highest indexes. */
  private List<Pod> surplusIndexed() {
    var byIndex = new TreeMap<Integer, Pod>();
    var surplus = new ArrayList<Pod>();
    for (var pod : tally.active()) {
      var index = JobPods.index(pod);
      var isUseless =
          index < 0
              || index >= tally.completions()
              || tally.completed().contains(index)
              || tally.failedIndexes().contains(index);
      if (isUseless || byIndex.putIfAbsent(index, pod) != null) {
        surplus.add(pod);
      }
    }
    while (byIndex.size() > wanted()) {
      surplus.add(byIndex.pollLastEntry().getValue());
    }
    return surplus;
  }

  private List<Pod> indexed(PodFactory factory, int count) {
    var taken = new IndexSet();
    tally.active().forEach(pod -> taken.add(Math.max(0, JobPods.index(pod))));
    if (JobPods.replacesOnlyFailed(job)) {
      tally.terminating().forEach(pod -> taken.add(Math.max(0, JobPods.index(pod))));
    }
    var failures = latestFailures();
    var pods = new ArrayList<Pod>();
    for (int index = 0; index < tally.completions() && pods.size() < count; index++) {
      if (taken.contains(index)
          || tally.completed().contains(index)
          || tally.failedIndexes().contains(index)) {
        continue;
      }
      var latest = Optional.ofNullable(failures.get(index));
      var notBefore = latest.flatMap(pod -> Backoff.ofIndex(pod, now));
      if (notBefore.isPresent()) {
        draft.wakeAt(notBefore.get());
      } else {
        pods.add(next(factory, index, latest));
      }
    }
    return pods;
  }

  private Pod next(PodFactory factory, int index, Optional<Pod> latest) {
    if (latest.isEmpty()) {
      return factory.indexed(index, 0, 0, tally.failed());
    }
    var before = latest.get();
    var ignored =
        FailureRules.match(job, before).filter(m -> m.action().equals("Ignore")).isPresent();
    return factory.indexed(
        index,
        JobPods.number(before, JobPods.INDEX_FAILURES, 0) + (ignored ? 0 : 1),
        JobPods.number(before, JobPods.INDEX_IGNORED, 0) + (ignored ? 1 : 0),
        tally.failed());
  }

  /** The latest failure of each index, where indexes fail each for itself. */
  private Map<Integer, Pod> latestFailures() {
    var result = new TreeMap<Integer, Pod>();
    if (job.getSpec().getBackoffLimitPerIndex() == null) {
      return result;
    }
    tally.all().stream()
        .filter(pod -> JobPods.hasFailed(pod, job))
        .sorted(
            Comparator.comparingInt(
                    (Pod pod) ->
                        JobPods.number(pod, JobPods.INDEX_FAILURES, 0)
                            + JobPods.number(pod, JobPods.INDEX_IGNORED, 0))
                .thenComparing(JobPods::endedAt))
        .forEach(pod -> result.put(JobPods.index(pod), pod));
    return result;
  }

  private void create(List<Pod> pods) {
    pods.forEach(pod -> draft.create(Resources.PODS, pod));
    pods.forEach(
        pod ->
            draft.normal(job, "SuccessfulCreate", "Created pod: " + pod.getMetadata().getName()));
  }
}
