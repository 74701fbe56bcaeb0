package dev.nauarch.reconcile.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** How long a Job waits before it tries again after failures; told from the pods themselves. */
final class Backoff {

  private static final Duration FIRST = Duration.ofSeconds(10);
  private static final Duration MAX = Duration.ofMinutes(10);
  private static final int DOUBLINGS_MAX = 6;

  private Backoff() {}

  /** When new pods may be made; empty for now. */
  static Optional<Instant> ofJob(Job job, List<Pod> pods, Instant now) {
    var lastSuccess =
        pods.stream()
            .filter(JobPods::hasSucceeded)
            .map(JobPods::endedAt)
            .max(Comparator.naturalOrder())
            .orElse(Instant.MIN);
    var failures =
        pods.stream()
            .filter(pod -> JobPods.hasFailed(pod, job))
            .map(JobPods::endedAt)
            .filter(at -> at.isAfter(lastSuccess))
            .sorted()
            .toList();
    return failures.isEmpty() ? Optional.empty() : after(failures.getLast(), failures.size(), now);
  }

  /** When an index may be tried again after its latest failure; empty for now. */
  static Optional<Instant> ofIndex(Pod latestFailure, Instant now) {
    var failures =
        JobPods.number(latestFailure, JobPods.INDEX_FAILURES, 0)
            + JobPods.number(latestFailure, JobPods.INDEX_IGNORED, 0)
            + 1;
    return after(JobPods.endedAt(latestFailure), failures, now);
  }

  private static Optional<Instant> after(Instant failure, int failures, Instant now) {
    var pause = FIRST.multipliedBy(1L << Math.min(failures - 1, DOUBLINGS_MAX));
    var until = failure.plus(pause.compareTo(MAX) > 0 ? MAX : pause);
    return until.isAfter(now) ? Optional.of(until) : Optional.empty();
  }
}
