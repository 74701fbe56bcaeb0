package dev.nauarch.scheduling.model;

import dev.nauarch.api.ObjectKey;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How many pods of some kind may be stopped now.
 *
 * @param key its name
 * @param selector all must hold; an empty one means all pods of the namespace
 * @param matchesNothing whether no pod is meant, as where a selector is absent
 * @param allowed how many of them may be stopped, 0 or more
 * @param leaving the names of the pods that were taken from that number already
 */
public record BudgetState(
    ObjectKey key,
    List<Requirement> selector,
    boolean matchesNothing,
    int allowed,
    SortedSet<String> leaving) {

  /** Copies the collections. */
  public BudgetState {
    selector = List.copyOf(selector);
    leaving = Collections.unmodifiableSortedSet(new TreeSet<>(leaving));
  }

  /** Whether stopping the pod takes from what is allowed; of a pod of the budget's namespace. */
  public boolean covers(PodState pod) {
    return !matchesNothing
        && !leaving.contains(pod.key().name())
        && selector.stream().allMatch(one -> one.matches(pod.labels()));
  }
}
