package dev.nauarch.reconcile.policy;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.PodStop;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Selectors;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Times;
import dev.nauarch.reconcile.Trigger;
import dev.nauarch.reconcile.policy.ExpectedPods.UnknownScaleException;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatus;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatusBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Says how many pods of each budget may be taken away now. Evictions take from that number, and
 * note the pod in the budget's status; a noted pod counts as away until it is, or until two minutes
 * have shown that it stays.
 */
public final class BudgetReconciler implements Reconciler {

  private static final String CONDITION = "DisruptionAllowed";
  private static final Duration DELETION_LIMIT = Duration.ofMinutes(2);

  @Override
  public String name() {
    return "disruption-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        Trigger.self(Resources.POD_DISRUPTION_BUDGETS),
        new Trigger.Of<>(Resources.PODS, BudgetReconciler::budgetsBeside),
        new Trigger.Of<>(Resources.REPLICA_SETS, BudgetReconciler::budgetsBeside),
        new Trigger.Of<>(Resources.REPLICATION_CONTROLLERS, BudgetReconciler::budgetsBeside),
        new Trigger.Of<>(Resources.DEPLOYMENTS, BudgetReconciler::budgetsBeside));
  }

  /** All budgets of a namespace: a pod that has just left one says so nowhere. */
  private static List<ObjectKey> budgetsBeside(HasMetadata object, Snapshot world) {
    var namespace = object.getMetadata().getNamespace();
    return world.list(Resources.POD_DISRUPTION_BUDGETS, namespace).stream()
        .map(ObjectKey::of)
        .toList();
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(Resources.POD_DISRUPTION_BUDGETS, key);
    if (found.isEmpty() || found.get().getMetadata().getDeletionTimestamp() != null) {
      return Plan.NOTHING;
    }
    var budget = found.get();
    var pods =
        world.list(Resources.PODS, key.namespace()).stream()
            .filter(pod -> Selectors.matches(budget.getSpec().getSelector(), pod))
            .toList();
    var draft = new PlanDraft();
    try {
      report(draft, budget, reckoned(draft, budget, pods, world, now));
    } catch (UnknownScaleException e) {
      var why = String.valueOf(e.getMessage());
      var status = new PodDisruptionBudgetStatusBuilder(old(budget)).withDisruptionsAllowed(0);
      var failed = condition(budget, false, "SyncFailed", why, now);
      if (!failed.equals(conditionOf(budget))) {
        draft.warning(
            budget,
            "CalculateExpectedPodCountFailed",
            "Failed to calculate the number of expected pods: " + why);
      }
      report(
          draft,
          budget,
          status
              .withObservedGeneration(budget.getMetadata().getGeneration())
              .withConditions(failed)
              .build());
    }
    return draft.plan();
  }

  private static PodDisruptionBudgetStatus reckoned(
      PlanDraft draft, PodDisruptionBudget budget, List<Pod> pods, Snapshot world, Instant now)
      throws UnknownScaleException {
    var expected = ExpectedPods.of(budget, pods, world);
    var leaving = leaving(draft, budget, pods, now);
    int healthy =
        (int)
            pods.stream()
                .filter(pod -> !isLeaving(pod) && Pods.isReady(pod))
                .filter(pod -> !leaving.containsKey(pod.getMetadata().getName()))
                .count();
    int allowed = expected.expected() <= 0 ? 0 : Math.max(0, healthy - expected.healthy());
    return new PodDisruptionBudgetStatusBuilder()
        .withObservedGeneration(budget.getMetadata().getGeneration())
        .withExpectedPods(expected.expected())
        .withDesiredHealthy(expected.healthy())
        .withCurrentHealthy(healthy)
        .withDisruptionsAllowed(allowed)
        .withDisruptedPods(leaving.isEmpty() ? null : leaving)
        .withConditions(
            condition(
                budget, allowed > 0, allowed > 0 ? "SufficientPods" : "InsufficientPods", "", now))
        .build();
  }

  /** The pods that an eviction has taken and that are not gone yet. */
  private static Map<String, String> leaving(
      PlanDraft draft, PodDisruptionBudget budget, List<Pod> pods, Instant now) {
    var leaving = new TreeMap<String, String>();
    var noted = old(budget).getDisruptedPods();
    if (noted == null) {
      return leaving;
    }
    for (var pod : pods) {
      var at = noted.get(pod.getMetadata().getName());
      if (at == null || isLeaving(pod)) {
        continue;
      }
      var limit = Times.parse(at).plus(DELETION_LIMIT);
      if (limit.isAfter(now)) {
        leaving.put(pod.getMetadata().getName(), at);
        draft.wakeAt(limit);
      } else {
        draft.warning(pod, "NotDeleted", "Pod was expected by PDB to be deleted but it wasn't");
      }
    }
    return leaving;
  }

  /** Whether it is being deleted, or saves its work before it is. */
  private static boolean isLeaving(Pod pod) {
    return Pods.isTerminating(pod) || PodStop.isAsked(pod);
  }

  private static PodDisruptionBudgetStatus old(PodDisruptionBudget budget) {
    return budget.getStatus() == null ? new PodDisruptionBudgetStatus() : budget.getStatus();
  }

  private static Condition conditionOf(PodDisruptionBudget budget) {
    var conditions = new ArrayList<>(old(budget).getConditions());
    conditions.removeIf(each -> !CONDITION.equals(each.getType()));
    return conditions.isEmpty() ? new Condition() : conditions.getFirst();
  }

  /** The condition; its time is that of the last change of its status. */
  private static Condition condition(
      PodDisruptionBudget budget, boolean isTrue, String reason, String message, Instant now) {
    var before = conditionOf(budget);
    var status = isTrue ? "True" : "False";
    return new ConditionBuilder()
        .withType(CONDITION)
        .withStatus(status)
        .withReason(reason)
        .withMessage(message)
        .withObservedGeneration(budget.getMetadata().getGeneration())
        .withLastTransitionTime(
            status.equals(before.getStatus()) ? before.getLastTransitionTime() : Times.format(now))
        .build();
  }

  private static void report(
      PlanDraft draft, PodDisruptionBudget budget, PodDisruptionBudgetStatus fresh) {
    // As text, in which an empty map and none are the same.
    if (!ModelCodec.canonical(fresh).equals(ModelCodec.canonical(old(budget)))) {
      draft.updateStatus(Resources.POD_DISRUPTION_BUDGETS, budget.edit().withStatus(fresh).build());
    }
  }
}
