package dev.nauarch.scheduling.translate;

import dev.nauarch.scheduling.model.NodeTerm;
import dev.nauarch.scheduling.model.Requirement;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Kubernetes selectors as requirements. */
final class Selectors {

  /** Holds for nothing: stands for an operator that is not known. */
  private static final Requirement NEVER = new Requirement("", Requirement.Operator.IN, List.of());

  private Selectors() {}

  static List<Requirement> labels(@Nullable LabelSelector selector) {
    var requirements = new ArrayList<Requirement>();
    if (selector == null) {
      return requirements;
    }
    requirements.addAll(equal(selector.getMatchLabels()));
    if (selector.getMatchExpressions() != null) {
      for (var expression : selector.getMatchExpressions()) {
        requirements.add(
            requirement(expression.getKey(), expression.getOperator(), expression.getValues()));
      }
    }
    return requirements;
  }

  static List<Requirement> equal(@Nullable Map<String, String> labels) {
    var requirements = new ArrayList<Requirement>();
    if (labels != null) {
      new TreeMap<>(labels)
          .forEach((key, value) -> requirements.add(Requirement.equal(key, value)));
    }
    return requirements;
  }

  static NodeTerm nodeTerm(@Nullable NodeSelectorTerm term, int weight) {
    return term == null
        ? new NodeTerm(List.of(), List.of(), weight)
        : new NodeTerm(
            requirements(term.getMatchExpressions()), requirements(term.getMatchFields()), weight);
  }

  static List<NodeTerm> nodeTerms(@Nullable List<NodeSelectorTerm> terms) {
    return terms == null ? List.of() : terms.stream().map(term -> nodeTerm(term, 0)).toList();
  }

  private static List<Requirement> requirements(@Nullable List<NodeSelectorRequirement> all) {
    return all == null
        ? List.of()
        : all.stream()
            .map(one -> requirement(one.getKey(), one.getOperator(), one.getValues()))
            .toList();
  }

  private static Requirement requirement(
      String key, @Nullable String word, @Nullable List<String> values) {
    var operator = Requirement.Operator.of(word == null ? "" : word);
    return operator == null
        ? NEVER
        : new Requirement(key, operator, values == null ? List.of() : values);
  }
}
