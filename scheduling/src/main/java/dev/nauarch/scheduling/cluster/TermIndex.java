package dev.nauarch.scheduling.cluster;

import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.PodTerm;
import dev.nauarch.scheduling.model.Requirement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counters by term, found by a pod that the terms may mean: a term that wants one label to have one
 * value is only looked at for pods with that label.
 */
final class TermIndex {

  private final Map<PodTerm, Counter> counterByTerm = new LinkedHashMap<>();
  private final Map<String, Map<String, List<Counter>>> byLabel = new HashMap<>();
  private final List<Counter> others = new ArrayList<>();

  @Nullable Counter get(PodTerm term) {
    return counterByTerm.get(term);
  }

  Collection<Counter> all() {
    return Collections.unmodifiableCollection(counterByTerm.values());
  }

  void put(Counter counter) {
    counterByTerm.put(counter.term(), counter);
    var label = label(counter.term());
    if (label.isPresent()) {
      byLabel
          .computeIfAbsent(label.get().key(), ignored -> new HashMap<>())
          .computeIfAbsent(label.get().values().getFirst(), ignored -> new ArrayList<>())
          .add(counter);
    } else {
      others.add(counter);
    }
  }

  void remove(Counter counter) {
    counterByTerm.remove(counter.term());
    var label = label(counter.term());
    if (label.isEmpty()) {
      others.remove(counter);
      return;
    }
    var byValue = byLabel.get(label.get().key());
    var value = label.get().values().getFirst();
    if (byValue != null && byValue.containsKey(value)) {
      byValue.get(value).remove(counter);
      if (byValue.get(value).isEmpty()) {
        byValue.remove(value);
      }
    }
  }

  void clear() {
    counterByTerm.clear();
    byLabel.clear();
    others.clear();
  }

  int size() {
    return counterByTerm.size();
  }

  /** The counters whose terms mean a pod, given the labels of its namespace. */
  void forEachThatMeans(
      PodState pod, SortedMap<String, String> labelsOfNamespace, Consumer<Counter> action) {
    if (counterByTerm.isEmpty()) {
      return;
    }
    for (var label : pod.labels().entrySet()) {
      var byValue = byLabel.get(label.getKey());
      var counters = byValue == null ? null : byValue.get(label.getValue());
      if (counters != null) {
        forEachThatMeans(counters, pod, labelsOfNamespace, action);
      }
    }
    forEachThatMeans(others, pod, labelsOfNamespace, action);
  }

  private static void forEachThatMeans(
      List<Counter> counters,
      PodState pod,
      SortedMap<String, String> labelsOfNamespace,
      Consumer<Counter> action) {
    for (var counter : counters) {
      if (counter.term().matches(pod, labelsOfNamespace)) {
        action.accept(counter);
      }
    }
  }

  private static Optional<Requirement> label(PodTerm term) {
    return term.selector().stream()
        .filter(one -> one.operator() == Requirement.Operator.IN && one.values().size() == 1)
        .findFirst();
  }
}
