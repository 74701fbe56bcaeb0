package dev.nauarch.scheduling.cluster;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.BudgetState;
import dev.nauarch.scheduling.model.PodState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The disruption budgets of all namespaces. */
public final class Budgets {

  private final SortedMap<String, SortedMap<String, BudgetState>> byNamespace = new TreeMap<>();
  private List<PodState> spent = List.of();
  private long version;

  Budgets() {}

  /** A budget is there or has changed. */
  public void put(BudgetState budget) {
    var beside = byNamespace.computeIfAbsent(budget.key().namespace(), ignored -> new TreeMap<>());
    if (!budget.equals(beside.put(budget.key().name(), budget))) {
      version++;
    }
  }

  /** A budget is gone. */
  public void remove(ObjectKey key) {
    var beside = byNamespace.get(key.namespace());
    if (beside != null && beside.remove(key.name()) != null) {
      version++;
      if (beside.isEmpty()) {
        byNamespace.remove(key.namespace());
      }
    }
  }

  /** Grows with every change. */
  public long version() {
    return version;
  }

  /**
   * Counts pods as stopped, beyond those of which the budgets themselves know; only those of the
   * last call.
   */
  public void spend(List<PodState> pods) {
    if (!byNamespace.isEmpty() && !pods.equals(spent)) {
      spent = List.copyOf(pods);
      version++;
    }
  }

  /** Those of the pods that would break a budget if they were stopped one after the other. */
  public List<PodState> broken(List<PodState> pods) {
    if (byNamespace.isEmpty()) {
      return List.of();
    }
    var broken = new ArrayList<PodState>();
    var leftByBudget = new TreeMap<ObjectKey, Integer>();
    spent.forEach(pod -> stop(pod, leftByBudget));
    for (var pod : pods) {
      if (stop(pod, leftByBudget)) {
        broken.add(pod);
      }
    }
    return broken;
  }

  /** Counts a pod as stopped; whether that breaks a budget. */
  private boolean stop(PodState pod, SortedMap<ObjectKey, Integer> leftByBudget) {
    var breaks = false;
    for (var budget : besides(pod)) {
      if (budget.covers(pod)) {
        breaks |= leftByBudget.merge(budget.key(), budget.allowed() - 1, (old, _) -> old - 1) < 0;
      }
    }
    return breaks;
  }

  private Iterable<BudgetState> besides(PodState pod) {
    return byNamespace.getOrDefault(pod.key().namespace(), Collections.emptySortedMap()).values();
  }
}
