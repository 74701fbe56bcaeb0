package dev.nauarch.scheduling.translate;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.BudgetState;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.TreeSet;

/** A PodDisruptionBudget as the scheduler knows it. */
public final class BudgetTranslation {

  private BudgetTranslation() {}

  /** A budget; one whose controller has not looked at it yet allows nothing. */
  public static BudgetState of(PodDisruptionBudget budget) {
    var selector = budget.getSpec() == null ? null : budget.getSpec().getSelector();
    var status = budget.getStatus();
    var allowed = status == null ? null : status.getDisruptionsAllowed();
    var leaving = status == null ? null : status.getDisruptedPods();
    return new BudgetState(
        ObjectKey.of(budget),
        Selectors.labels(selector),
        selector == null,
        allowed == null ? 0 : Math.max(0, allowed),
        leaving == null ? new TreeSet<>() : new TreeSet<>(leaving.keySet()));
  }
}
