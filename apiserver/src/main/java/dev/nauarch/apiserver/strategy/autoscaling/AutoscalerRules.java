package dev.nauarch.apiserver.strategy.autoscaling;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;
import tools.jackson.databind.node.IntNode;

/**
 * The rules of autoscalers.
 *
 * @param target what holds of the reference to what is scaled
 * @param described what holds of references to what metrics are about
 */
record AutoscalerRules(ReferenceRules target, ReferenceRules described) {

  private static final int PERIOD_SECONDS_MAX = 1800;
  private static final int WINDOW_SECONDS_MAX = 3600;

  void check(Problems problems, Field autoscaler) {
    var spec = autoscaler.at("spec");
    var min = spec.at("minReplicas");
    if (min.isPresent() && min.number(0) < 0) {
      problems.invalid(min, "must be greater than or equal to 0");
    }
    var max = spec.at("maxReplicas").or(IntNode.valueOf(0));
    if (max.number(0) < 1) {
      problems.invalid(max, "must be greater than 0");
    }
    if (min.isPresent() && max.number(0) < min.number(0)) {
      problems.invalid(max, "must be greater than or equal to `minReplicas`");
    }
    target.check(problems, spec.at("scaleTargetRef"));
    metrics(problems, spec.at("metrics"), min);
    for (var direction : List.of("scaleUp", "scaleDown")) {
      rules(problems, spec.at("behavior", direction));
    }
  }

  private void metrics(Problems problems, Field metrics, Field min) {
    for (var metric : metrics.items()) {
      new MetricRules(described).check(problems, metric);
    }
    boolean hasOutside =
        metrics.items().stream()
            .anyMatch(metric -> metric.at("type").is("Object") || metric.at("type").is("External"));
    if (min.isPresent() && min.number(1) == 0 && !hasOutside) {
      problems.forbidden(
          metrics,
          "must specify at least one Object or External metric to support scaling to zero"
              + " replicas");
    }
  }

  private static void rules(Problems problems, Field rules) {
    if (!rules.isPresent()) {
      return;
    }
    var window = rules.at("stabilizationWindowSeconds");
    if (window.number(0) < 0) {
      problems.invalid(window, "must be greater than or equal to zero");
    }
    if (window.number(0) > WINDOW_SECONDS_MAX) {
      problems.invalid(window, "must be less than or equal to " + WINDOW_SECONDS_MAX);
    }
    problems.oneOf(rules.at("selectPolicy"), "Disabled", "Max", "Min");
    var policies = rules.at("policies");
    if (policies.isEmpty()) {
      problems.required(policies, "must specify at least one Policy");
    }
    policies.items().forEach(policy -> policy(problems, policy));
    var tolerance = rules.at("tolerance");
    if (tolerance.quantity().signum() < 0) {
      problems.invalid(tolerance, "must be greater than or equal to 0");
    }
  }

  private static void policy(Problems problems, Field policy) {
    var type = policy.at("type");
    if (!type.is("Pods") && !type.is("Percent")) {
      problems.notSupported(type, List.of("Percent", "Pods"));
    }
    for (var name : List.of("value", "periodSeconds")) {
      var number = policy.at(name).or(IntNode.valueOf(0));
      if (number.number(0) <= 0) {
        problems.invalid(number, "must be greater than zero");
      }
    }
    var period = policy.at("periodSeconds");
    if (period.number(0) > PERIOD_SECONDS_MAX) {
      problems.invalid(period, "must be less than or equal to " + PERIOD_SECONDS_MAX);
    }
  }
}
