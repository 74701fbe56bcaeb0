package dev.nauarch.apiserver.strategy.policy;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.field.Shares;

/** The rules of disruption budgets. */
final class BudgetRules {

  private BudgetRules() {}

  static void budget(Problems problems, Field budget) {
    var spec = budget.at("spec");
    if (spec.at("minAvailable").isPresent() && spec.at("maxUnavailable").isPresent()) {
      problems.invalid(spec, "minAvailable and maxUnavailable cannot be both set");
    }
    for (var name : new String[] {"minAvailable", "maxUnavailable"}) {
      Shares.check(problems, spec.at(name));
      Shares.atMostAll(problems, spec.at(name));
    }
    Forms.selector(problems, spec.at("selector"));
    problems.oneOf(spec.at("unhealthyPodEvictionPolicy"), "AlwaysAllow", "IfHealthyBudget");
  }

  static void status(Problems problems, Field budget, Field old) {
    var status = budget.at("status");
    problems.notNegative(
        status.at("disruptionsAllowed"),
        status.at("currentHealthy"),
        status.at("desiredHealthy"),
        status.at("expectedPods"));
  }
}
