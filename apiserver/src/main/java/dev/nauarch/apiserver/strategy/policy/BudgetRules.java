package dev.nauarch.apiserver.strategy.policy;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;

/** The rules of disruption budgets. */
final class BudgetRules {

  private BudgetRules() {}

  static void budget(Problems problems, Field budget) {
    var spec = budget.at("spec");
    if (spec.at("minAvailable").isPresent() && spec.at("maxUnavailable").isPresent()) {
      problems.invalid(spec, "minAvailable and maxUnavailable cannot be both set");
    }
    for (var name : new String[] {"minAvailable", "maxUnavailable"}) {
      var share = spec.at(name);
      if (share.node().isString() && !Forms.isPercent(share.text())) {
        problems.invalid(
            share,
            "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',"
                + "  or '93%', regex used for validation is '[0-9]+%')");
      } else {
        problems.notNegative(share);
      }
    }
    Forms.selector(problems, spec.at("selector"));
    problems.oneOf(spec.at("unhealthyPodEvictionPolicy"), "AlwaysAllow", "IfHealthyBudget");
  }
}
