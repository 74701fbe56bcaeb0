package dev.nauarch.api;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How pods are stopped for the sake of others, by preemption, taints, evictions and queues alike.
 *
 * <pre>
 * asked (the condition {@link #STOPPING}) → if it runs, has the time that {@link #GRACE} asks for,
 *   or until it says {@link #CHECKPOINTED} → deleted, with its own termination grace period
 * </pre>
 *
 * Whoever wants a pod stopped asks; one controller alone deletes.
 */
public final class PodStop {

  /** The condition of a pod that was asked to stop; its last transition is when it was asked. */
  public static final String STOPPING = "nauarch.dev/Stopping";

  /** The conditions by which a pod is asked; tools of Kubernetes know the first. */
  public static final List<String> CONDITIONS = List.of("DisruptionTarget", STOPPING);

  /** The condition by which a pod says that it has saved its work and may be stopped. */
  public static final String CHECKPOINTED = "nauarch.dev/Checkpointed";

  /** The annotation of a pod with the seconds it wants between being asked and being deleted. */
  public static final String GRACE = "nauarch.dev/checkpoint-grace-seconds";

  /** Nobody may make others wait for longer. */
  public static final Duration GRACE_MAX = Duration.ofHours(1);

  private PodStop() {}

  /** Whether the pod was asked to stop. */
  public static boolean isAsked(Pod pod) {
    return isTrue(pod, STOPPING).isPresent();
  }

  /** When the pod was asked to stop; empty for one that was not. */
  public static Optional<Instant> askedAt(Pod pod) {
    return isTrue(pod, STOPPING).map(PodStop::time);
  }

  /**
   * How long a pod of these annotations wants to have from being asked; at most {@link #GRACE_MAX},
   * and zero where it says nothing or what is no number.
   */
  public static Duration grace(@Nullable Map<String, String> annotations) {
    var seconds = annotations == null ? null : annotations.get(GRACE);
    try {
      var wanted = seconds == null ? 0 : Long.parseLong(seconds.strip());
      return Duration.ofSeconds(Math.clamp(wanted, 0, GRACE_MAX.toSeconds()));
    } catch (NumberFormatException e) {
      return Duration.ZERO;
    }
  }

  /** When a pod may be deleted that was asked to stop; empty for one that was not. */
  public static Optional<Instant> due(Pod pod) {
    var asked = isTrue(pod, STOPPING);
    if (asked.isEmpty() || isTrue(pod, CHECKPOINTED).isPresent()) {
      return asked.map(each -> Instant.EPOCH);
    }
    var grace = wantsTime(pod) ? grace(pod.getMetadata().getAnnotations()) : Duration.ZERO;
    return asked.map(each -> time(each).plus(grace));
  }

  /** Whether the pod runs, and wants to save its work before it is deleted. */
  public static boolean wantsTime(Pod pod) {
    return pod.getStatus() != null
        && "Running".equals(pod.getStatus().getPhase())
        && !grace(pod.getMetadata().getAnnotations()).isZero();
  }

  private static Optional<PodCondition> isTrue(Pod pod, String type) {
    return pod.getStatus() == null
        ? Optional.empty()
        : pod.getStatus().getConditions().stream()
            .filter(each -> type.equals(each.getType()) && "True".equals(each.getStatus()))
            .findFirst();
  }

  private static Instant time(PodCondition condition) {
    try {
      var text = condition.getLastTransitionTime();
      return text == null ? Instant.EPOCH : Instant.parse(text);
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }
}
