package dev.nauarch.reconcile.vertical;

import dev.nauarch.api.quota.Amounts;
import dev.nauarch.api.vertical.Adjustment;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Times;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A pod as it is on its node: its containers with what they have, which is not what they ask for
 * while they are being resized.
 *
 * @param pod its object
 * @param containers its main containers
 */
record ActualPod(Pod pod, List<Container> containers) {

  private static final Duration DEFERRED_MAX = Duration.ofMinutes(5);
  private static final Duration IN_PROGRESS_MAX = Duration.ofHours(1);

  /** Where a resize of a pod is. */
  enum Resize {
    NONE,
    WAITING,
    /** It will not come about, or has not for too long. */
    STUCK,
    INFEASIBLE
  }

  static ActualPod of(Pod pod) {
    return new ActualPod(
        pod, pod.getSpec().getContainers().stream().map(each -> actual(pod, each)).toList());
  }

  private static Container actual(Pod pod, Container container) {
    return status(pod, container.getName())
        .map(ContainerStatus::getResources)
        .filter(ActualPod::isTold)
        .map(has -> container.edit().withResources(has).build())
        .orElse(container);
  }

  private static boolean isTold(ResourceRequirements has) {
    return has.getRequests() != null && !has.getRequests().isEmpty();
  }

  private static Optional<ContainerStatus> status(Pod pod, String container) {
    return pod.getStatus() == null
        ? Optional.empty()
        : pod.getStatus().getContainerStatuses().stream()
            .filter(each -> container.equals(each.getName()))
            .findFirst();
  }

  String uid() {
    return pod.getMetadata().getUid();
  }

  boolean isPending() {
    return Pods.phase(pod).equals("Pending");
  }

  Optional<ContainerStatus> status(String container) {
    return status(pod, container);
  }

  /** What its object asks for, for a container. */
  Amounts asked(String container) {
    return pod.getSpec().getContainers().stream()
        .filter(each -> each.getName().equals(container))
        .findFirst()
        .map(each -> Adjustment.requests(each.getResources()))
        .orElse(Amounts.NONE);
  }

  Resize resize(Instant now) {
    var pending = Pods.condition(pod, "PodResizePending");
    if (pending.isPresent()) {
      return switch (String.valueOf(pending.get().getReason())) {
        case "Deferred" -> waiting(pending.get(), DEFERRED_MAX, now);
        case "Infeasible" -> Resize.INFEASIBLE;
        default -> Resize.STUCK;
      };
    }
    var inProgress = Pods.condition(pod, "PodResizeInProgress");
    if (inProgress.isEmpty()) {
      return Resize.NONE;
    }
    return inProgress.get().getReason() == null
        ? waiting(inProgress.get(), IN_PROGRESS_MAX, now)
        : Resize.STUCK;
  }

  private static Resize waiting(PodCondition condition, Duration most, Instant now) {
    var since = condition.getLastTransitionTime();
    return since != null && Times.parse(since).plus(most).isBefore(now)
        ? Resize.STUCK
        : Resize.WAITING;
  }
}
