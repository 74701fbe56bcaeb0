package dev.nauarch.apiserver.strategy.policy;

import dev.nauarch.apiserver.strategy.kind.KindTable;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy;

/** The strategies of the group policy. */
public final class PolicyKinds {

  private PolicyKinds() {}

  /** Registers them. */
  public static void register(KindTable table) {
    table.strategy(
        "policy",
        "PodDisruptionBudget",
        RuleStrategy.of(BudgetRules::budget).withStatus(BudgetRules::status));
  }
}
