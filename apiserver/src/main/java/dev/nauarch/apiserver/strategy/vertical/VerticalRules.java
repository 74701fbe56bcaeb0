package dev.nauarch.apiserver.strategy.vertical;

import dev.nauarch.api.quota.Amount;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;
import java.util.Map;

/** The rules of autoscalers that a schema can't say, in the words of their project. */
final class VerticalRules {

  private static final List<String> COMPUTE = List.of("cpu", "memory");

  private static final Map<String, String> RESOLUTIONS =
      Map.of(
          "cpu", "must be a whole number of milli CPUs",
          "memory", "must be a whole number of bytes");

  private VerticalRules() {}

  static void check(Problems problems, Field autoscaler) {
    var spec = autoscaler.at("spec");
    for (var name : List.of("kind", "name")) {
      if (spec.at("targetRef", name).isEmpty()) {
        problems.required(spec.at("targetRef", name), "");
      }
    }
    var least = spec.at("updatePolicy", "minReplicas");
    if (least.isPresent() && least.number(0) <= 0) {
      problems.invalid(least, "minReplicas has to be positive");
    }
    if (spec.at("recommenders").items().size() > 1) {
      problems.invalid(
          spec.at("recommenders"),
          "the current version of VPA object shouldn't specify more than one recommenders");
    }
    for (var policy : spec.at("resourcePolicy", "containerPolicies").items()) {
      policy(problems, policy);
    }
  }

  private static void policy(Problems problems, Field policy) {
    if (policy.at("containerName").isEmpty()) {
      problems.required(policy.at("containerName"), "");
    }
    for (var least : policy.at("minAllowed").entries()) {
      amount(problems, least);
      policy.at("maxAllowed").entries().stream()
          .filter(most -> most.key().equals(least.key()))
          .filter(most -> most.quantity().compareTo(least.quantity()) < 0)
          .forEach(
              most ->
                  problems.invalid(
                      most,
                      "max resource for %s is lower than min of \"%s\""
                          .formatted(least.key(), least.node().asString(""))));
    }
    policy.at("maxAllowed").entries().forEach(most -> amount(problems, most));
    if (policy.at("mode").is("Off") && policy.at("controlledValues").is("RequestsAndLimits")) {
      problems.forbidden(
          policy.at("controlledValues"),
          "controlledValues shouldn't be specified if container scaling mode is off");
    }
    for (var resource : policy.at("controlledResources").items()) {
      if (!COMPUTE.contains(resource.text())) {
        problems.notSupported(resource, COMPUTE);
      }
    }
  }

  private static void amount(Problems problems, Field amount) {
    var value = Amount.read(amount.node().asString("")).map(Amount::value);
    if (value.isEmpty()) {
      problems.invalid(amount, Amount.FORM);
    } else if (value.get().signum() < 0) {
      problems.invalid(amount, "must be greater than or equal to 0");
    } else if (RESOLUTIONS.containsKey(amount.key())) {
      var unit = amount.key().equals("cpu") ? value.get().movePointRight(3) : value.get();
      if (unit.stripTrailingZeros().scale() > 0) {
        problems.invalid(amount, String.valueOf(RESOLUTIONS.get(amount.key())));
      }
    }
  }
}
