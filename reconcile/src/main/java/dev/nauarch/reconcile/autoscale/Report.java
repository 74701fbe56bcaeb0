package dev.nauarch.reconcile.autoscale;

import dev.nauarch.reconcile.Times;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerCondition;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerConditionBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerStatus;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerStatusBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The status of an autoscaler in the making: each step gives another one.
 *
 * @param autoscaler whose it is
 * @param status what it is so far
 */
record Report(HorizontalPodAutoscaler autoscaler, HorizontalPodAutoscalerStatus status) {

  static final String ABLE = "AbleToScale";
  static final String ACTIVE = "ScalingActive";
  static final String LIMITED = "ScalingLimited";
  static final String AT_ZERO = "ScaledToZero";

  static Report of(HorizontalPodAutoscaler autoscaler) {
    var old = autoscaler.getStatus();
    return new Report(autoscaler, old == null ? new HorizontalPodAutoscalerStatus() : old);
  }

  /** Whether a condition holds. */
  boolean is(String type) {
    return status.getConditions().stream()
        .anyMatch(each -> each.getType().equals(type) && "True".equals(each.getStatus()));
  }

  /** Sets a condition in its place, or as the last one. */
  Report with(String type, boolean holds, String reason, String message, Instant now) {
    var conditions = new ArrayList<>(status.getConditions());
    int at = 0;
    while (at < conditions.size() && !conditions.get(at).getType().equals(type)) {
      at++;
    }
    var old = at < conditions.size() ? conditions.get(at) : null;
    var changed = condition(old, type, holds, now).withReason(reason).withMessage(message).build();
    if (old == null) {
      conditions.add(changed);
    } else {
      conditions.set(at, changed);
    }
    return with(new HorizontalPodAutoscalerStatusBuilder(status).withConditions(conditions));
  }

  private static HorizontalPodAutoscalerConditionBuilder condition(
      @Nullable HorizontalPodAutoscalerCondition old, String type, boolean holds, Instant now) {
    var value = holds ? "True" : "False";
    var since =
        old != null && value.equals(old.getStatus())
            ? old.getLastTransitionTime()
            : Times.format(now);
    return new HorizontalPodAutoscalerConditionBuilder()
        .withType(type)
        .withStatus(value)
        .withLastTransitionTime(since);
  }

  /** Notes sizes and metrics; what it desired stays where nothing is decided. */
  Report measured(int current, List<MetricStatus> metrics) {
    // Zero is not stored, and would look like a change each time.
    return with(
        new HorizontalPodAutoscalerStatusBuilder(status)
            .withCurrentReplicas(current == 0 ? null : Integer.valueOf(current))
            .withCurrentMetrics(metrics));
  }

  Report desiring(int replicas) {
    return with(new HorizontalPodAutoscalerStatusBuilder(status).withDesiredReplicas(replicas));
  }

  Report scaledAt(Instant now) {
    return with(
        new HorizontalPodAutoscalerStatusBuilder(status).withLastScaleTime(Times.format(now)));
  }

  private Report with(HorizontalPodAutoscalerStatusBuilder changed) {
    return new Report(autoscaler, changed.build());
  }

  /** The autoscaler with this status; it says which wording of it the status is about. */
  HorizontalPodAutoscaler reported() {
    var complete =
        new HorizontalPodAutoscalerStatusBuilder(status)
            .withObservedGeneration(autoscaler.getMetadata().getGeneration())
            .withDesiredReplicas(
                status.getDesiredReplicas() == null ? 0 : status.getDesiredReplicas())
            .build();
    return autoscaler.edit().withStatus(complete).build();
  }

  /** Whether the status is another one than the autoscaler has. */
  boolean isNews() {
    return !reported().getStatus().equals(autoscaler.getStatus());
  }
}
