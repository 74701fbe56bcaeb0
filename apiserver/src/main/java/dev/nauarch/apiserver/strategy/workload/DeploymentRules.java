package dev.nauarch.apiserver.strategy.workload;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.field.Shares;
import java.util.List;

/** The rules of deployments and replica sets. */
final class DeploymentRules {

  private DeploymentRules() {}

  static void deployment(Problems problems, Field deployment) {
    var spec = deployment.at("spec");
    problems.notNegative(spec.at("replicas"));
    Templates.checkServing(problems, spec, Templates.Words.OF_REPLICAS);
    strategy(problems, spec.at("strategy"));
    problems.notNegative(spec.at("minReadySeconds"), spec.at("revisionHistoryLimit"));
    var deadline = spec.at("progressDeadlineSeconds");
    problems.notNegative(deadline);
    if (deadline.isPresent() && deadline.number(0) <= spec.at("minReadySeconds").number(0)) {
      problems.invalid(deadline, "must be greater than minReadySeconds");
    }
  }

  static void replicaSet(Problems problems, Field set) {
    var spec = set.at("spec");
    problems.notNegative(spec.at("replicas"), spec.at("minReadySeconds"));
    Templates.checkServing(problems, spec, Templates.Words.OF_REPLICAS);
  }

  static void change(Problems problems, Field object, Field old) {
    problems.immutable(object.at("spec", "selector"), old.at("spec", "selector"));
  }

  private static void strategy(Problems problems, Field strategy) {
    var rolling = strategy.at("rollingUpdate");
    switch (strategy.at("type").text()) {
      case "Recreate" -> {
        if (rolling.isPresent()) {
          problems.forbidden(rolling, "may not be specified when strategy `type` is 'Recreate'");
        }
      }
      case "RollingUpdate" -> {
        Shares.check(problems, rolling.at("maxUnavailable"));
        Shares.check(problems, rolling.at("maxSurge"));
        if (Shares.isZero(rolling.at("maxUnavailable")) && Shares.isZero(rolling.at("maxSurge"))) {
          problems.invalid(rolling.at("maxUnavailable"), "may not be 0 when `maxSurge` is 0");
        }
        Shares.atMostAll(problems, rolling.at("maxUnavailable"));
      }
      default -> problems.notSupported(strategy, List.of("Recreate", "RollingUpdate"));
    }
  }
}
