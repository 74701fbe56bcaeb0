package dev.nauarch.reconcile.autoscale;

import io.fabric8.kubernetes.api.model.autoscaling.v2.HPAScalingPolicy;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HPAScalingPolicyBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HPAScalingRules;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How fast a size may change, and within which limits.
 *
 * @param behavior the rules; null for Kubernetes' own
 * @param min the least number of pods
 * @param max the greatest
 * @param history what was wished for and done before
 * @param now the time
 */
record Pace(
    @Nullable HorizontalPodAutoscalerBehavior behavior,
    int min,
    int max,
    History history,
    Instant now) {

  /** For so long a size is not left for a lower one, where no rule says otherwise. */
  static final int DOWN_WINDOW_SECONDS = 300;

  private static final int PERCENT = 100;
  private static final int FREE_UP_TO = 4;
  private static final int FACTOR = 2;
  private static final int PERIOD_SECONDS = 15;

  /**
   * A size, and why it is not another.
   *
   * @param stable the size after what was wished for lately
   * @param stability in a word, and in a sentence, how it came to that
   * @param allowed the size that the limits leave of it
   * @param limit in a word, and in a sentence, which limit that was
   */
  record Step(int stable, Why stability, int allowed, Why limit) {}

  /** A reason in a word and in a sentence. */
  record Why(String reason, String message) {}

  private static final Why FITTING =
      new Why("DesiredWithinRange", "the desired count is within the acceptable range");
  private static final Why READY =
      new Why("ReadyForNewScale", "recommended size matches current size");
  private static final Why HIGHER_BEFORE =
      new Why(
          "ScaleDownStabilized",
          "recent recommendations were higher than current one, applying the highest recent"
              + " recommendation");
  private static final Why LOWER_BEFORE =
      new Why(
          "ScaleUpStabilized",
          "recent recommendations were lower than current one, applying the lowest recent"
              + " recommendation");
  private static final Why TOO_FAST_UP =
      new Why(
          "ScaleUpLimit",
          "the desired replica count is increasing faster than the maximum scale rate");
  private static final Why TOO_FAST_DOWN =
      new Why(
          "ScaleDownLimit",
          "the desired replica count is decreasing faster than the maximum scale rate");
  private static final Why TOO_MANY =
      new Why(
          "TooManyReplicas", "the desired replica count is more than the maximum replica count");
  private static final Why TOO_FEW =
      new Why("TooFewReplicas", "the desired replica count is less than the minimum replica count");

  /** The next size of what has a size and is wished to have another. */
  Step step(int current, int wished) {
    var rules = behavior;
    return rules == null ? plainStep(current, wished) : ruledStep(rules, current, wished);
  }

  private Step plainStep(int current, int wished) {
    var begin = now.minusSeconds(DOWN_WINDOW_SECONDS);
    var stable = Math.max(wished, history.wishesSince(begin).reduce(wished, Math::max));
    var why = stable == wished ? READY : HIGHER_BEFORE;
    var rate = (int) Math.min(Integer.MAX_VALUE, Math.max((long) FACTOR * current, FREE_UP_TO));
    if (stable < min) {
      return new Step(stable, why, min, TOO_FEW);
    }
    var most = Math.min(max, rate);
    return stable > most
        ? new Step(stable, why, most, max > rate ? TOO_FAST_UP : TOO_MANY)
        : new Step(stable, why, stable, FITTING);
  }

  private Step ruledStep(HorizontalPodAutoscalerBehavior rules, int current, int wished) {
    var stable = stable(rules, current, wished);
    var why = READY;
    if (stable != wished) {
      why = wished >= current ? LOWER_BEFORE : HIGHER_BEFORE;
    }
    if (stable > current) {
      var rate = Math.max(current, limit(rules.getScaleUp(), current, true));
      var most = Math.min(max, rate);
      return stable > most
          ? new Step(stable, why, most, max > rate ? TOO_FAST_UP : TOO_MANY)
          : new Step(stable, why, stable, FITTING);
    }
    if (stable < current) {
      var rate = Math.min(current, limit(rules.getScaleDown(), current, false));
      var least = Math.max(min, rate);
      return stable < least
          ? new Step(stable, why, least, min < rate ? TOO_FAST_DOWN : TOO_FEW)
          : new Step(stable, why, stable, FITTING);
    }
    return new Step(stable, why, stable, FITTING);
  }

  /** The size nearest to the present one that was not undercut, or exceeded, within the windows. */
  private int stable(HorizontalPodAutoscalerBehavior rules, int current, int wished) {
    var upSeconds = window(rules.getScaleUp(), 0);
    var downSeconds = window(rules.getScaleDown(), DOWN_WINDOW_SECONDS);
    // A window is open at its beginning here, and closed where there are no rules.
    var lowest =
        history.wishesSince(now.minusSeconds(upSeconds).plusNanos(1)).reduce(wished, Math::min);
    var highest =
        history.wishesSince(now.minusSeconds(downSeconds).plusNanos(1)).reduce(wished, Math::max);
    return Math.min(Math.max(current, lowest), highest);
  }

  private static int window(@Nullable HPAScalingRules rules, int otherwise) {
    return rules == null
        ? otherwise
        : Objects.requireNonNullElse(rules.getStabilizationWindowSeconds(), otherwise);
  }

  /** The size beyond which the policies of a direction do not let go at once. */
  private int limit(@Nullable HPAScalingRules rules, int current, boolean up) {
    var select = rules == null ? null : rules.getSelectPolicy();
    if ("Disabled".equals(select)) {
      return current;
    }
    var sizes = policies(rules, up).stream().mapToInt(policy -> size(policy, current, up));
    // The smallest change upwards is the smallest size, downwards the largest one.
    return up == "Min".equals(select) ? sizes.min().orElse(current) : sizes.max().orElse(current);
  }

  private int size(HPAScalingPolicy policy, int current, boolean up) {
    var begin = now.minusSeconds(policy.getPeriodSeconds());
    long before = history.before(current, begin);
    long value = policy.getValue();
    if (policy.getType().equals("Pods")) {
      return clamped(up ? before + value : before - value);
    }
    // Upwards a part of a pod counts as one: else a small size would never grow.
    return clamped(
        up
            ? Math.ceilDiv(before * (PERCENT + value), PERCENT)
            : before * (PERCENT - value) / PERCENT);
  }

  private static int clamped(long size) {
    return Math.clamp(size, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  private static List<HPAScalingPolicy> policies(@Nullable HPAScalingRules rules, boolean up) {
    if (rules != null && !rules.getPolicies().isEmpty()) {
      return rules.getPolicies();
    }
    var doubling = policy("Percent", PERCENT);
    return up ? List.of(policy("Pods", FREE_UP_TO), doubling) : List.of(doubling);
  }

  private static HPAScalingPolicy policy(String type, int value) {
    return new HPAScalingPolicyBuilder()
        .withType(type)
        .withValue(value)
        .withPeriodSeconds(PERIOD_SECONDS)
        .build();
  }
}
