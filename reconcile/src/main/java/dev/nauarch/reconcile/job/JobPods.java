package dev.nauarch.reconcile.job;

import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Times;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the labels, annotations and states of a Job's pods say. */
final class JobPods {

  static final String FINALIZER = "batch.kubernetes.io/job-tracking";
  static final String INDEX = "batch.kubernetes.io/job-completion-index";
  static final String INDEX_FAILURES = "batch.kubernetes.io/job-index-failure-count";
  static final String INDEX_IGNORED = "batch.kubernetes.io/job-index-ignored-failure-count";

  private JobPods() {}

  static boolean isIndexed(Job job) {
    return "Indexed".equals(job.getSpec().getCompletionMode());
  }

  static boolean isTracked(Pod pod) {
    return pod.getMetadata().getFinalizers().contains(FINALIZER);
  }

  /** The completion index; -1 for a pod without one. */
  static int index(Pod pod) {
    return number(pod, INDEX, -1);
  }

  static int number(Pod pod, String annotation, int otherwise) {
    var annotations = pod.getMetadata().getAnnotations();
    var text = annotations == null ? null : annotations.get(annotation);
    if (text == null) {
      return otherwise;
    }
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  static boolean hasSucceeded(Pod pod) {
    return "Succeeded".equals(Pods.phase(pod));
  }

  /** Whether a pod counts as failed; one that is being deleted does, unless only ended ones do. */
  static boolean hasFailed(Pod pod, Job job) {
    return "Failed".equals(Pods.phase(pod))
        || (!replacesOnlyFailed(job) && Pods.isTerminating(pod) && !hasSucceeded(pod));
  }

  /** Whether a pod is replaced only after it has ended, not as soon as it is being deleted. */
  static boolean replacesOnlyFailed(Job job) {
    var policy = job.getSpec().getPodReplacementPolicy();
    return policy == null ? job.getSpec().getPodFailurePolicy() != null : "Failed".equals(policy);
  }

  /** When a pod ended, as well as it can be told. */
  static Instant endedAt(Pod pod) {
    return statuses(pod).stream()
        .filter(status -> status.getState() != null && status.getState().getTerminated() != null)
        .map(status -> status.getState().getTerminated().getFinishedAt())
        .filter(time -> time != null && !time.isEmpty())
        .map(Times::parse)
        .max(Instant::compareTo)
        .or(() -> time(pod.getMetadata().getDeletionTimestamp()))
        .or(() -> Pods.condition(pod, "Ready").flatMap(c -> time(c.getLastTransitionTime())))
        .or(() -> time(pod.getMetadata().getCreationTimestamp()))
        .orElse(Instant.EPOCH);
  }

  private static Optional<Instant> time(@org.jspecify.annotations.Nullable String text) {
    return text == null || text.isEmpty() ? Optional.empty() : Optional.of(Times.parse(text));
  }

  static List<ContainerStatus> statuses(Pod pod) {
    return pod.getStatus() == null ? List.of() : pod.getStatus().getContainerStatuses();
  }

  static List<ContainerStatus> initStatuses(Pod pod) {
    return pod.getStatus() == null ? List.of() : pod.getStatus().getInitContainerStatuses();
  }

  /** How often the containers of a pod were started again in place. */
  static int restarts(Pod pod) {
    return restarts(statuses(pod)) + restarts(initStatuses(pod));
  }

  private static int restarts(List<ContainerStatus> statuses) {
    return statuses.stream()
        .mapToInt(status -> status.getRestartCount() == null ? 0 : status.getRestartCount())
        .sum();
  }
}
