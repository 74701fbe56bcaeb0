package dev.nauarch.reconcile.autoscale;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HPAScalingRules;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import org.jspecify.annotations.Nullable;

/**
 * How far a metric may be from its target before anything is scaled (KEP-4951).
 *
 * @param down as a share of the target, below it
 * @param up above it
 */
record Tolerances(double down, double up) {

  /** What holds where an autoscaler says nothing else. */
  static final double DEFAULT = 0.1;

  static Tolerances of(HorizontalPodAutoscaler autoscaler) {
    var behavior = autoscaler.getSpec().getBehavior();
    return behavior == null
        ? new Tolerances(DEFAULT, DEFAULT)
        : new Tolerances(of(behavior.getScaleDown()), of(behavior.getScaleUp()));
  }

  private static double of(@Nullable HPAScalingRules rules) {
    return rules == null || rules.getTolerance() == null
        ? DEFAULT
        : Quantity.getAmountInBytes(rules.getTolerance()).doubleValue();
  }

  /** Whether a ratio of use to target is as good as 1. */
  boolean admit(double ratio) {
    return 1.0 - down <= ratio && ratio <= 1.0 + up;
  }
}
