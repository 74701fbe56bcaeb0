package dev.nauarch.scheduling.translate;

import dev.nauarch.scheduling.model.Neighbours;
import dev.nauarch.scheduling.model.PodTerm;
import dev.nauarch.scheduling.model.Requirement;
import dev.nauarch.scheduling.model.SpreadConstraint;
import dev.nauarch.scheduling.model.WeightedPodTerm;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** A pod's affinity, anti-affinity and spread rules as the scheduler knows them. */
final class NeighbourTranslation {

  private NeighbourTranslation() {}

  static Neighbours of(PodSpec spec, String namespace, SortedMap<String, String> labels) {
    var near = new ArrayList<PodTerm>();
    var apart = new ArrayList<PodTerm>();
    var preferred = new ArrayList<WeightedPodTerm>();
    var affinity = spec.getAffinity();
    if (affinity != null && affinity.getPodAffinity() != null) {
      var rules = affinity.getPodAffinity();
      rules
          .getRequiredDuringSchedulingIgnoredDuringExecution()
          .forEach(term -> near.add(term(term, namespace, labels)));
      rules
          .getPreferredDuringSchedulingIgnoredDuringExecution()
          .forEach(
              one ->
                  preferred.add(
                      new WeightedPodTerm(
                          term(one.getPodAffinityTerm(), namespace, labels), one.getWeight())));
    }
    if (affinity != null && affinity.getPodAntiAffinity() != null) {
      var rules = affinity.getPodAntiAffinity();
      rules
          .getRequiredDuringSchedulingIgnoredDuringExecution()
          .forEach(term -> apart.add(term(term, namespace, labels)));
      rules
          .getPreferredDuringSchedulingIgnoredDuringExecution()
          .forEach(
              one ->
                  preferred.add(
                      new WeightedPodTerm(
                          term(one.getPodAffinityTerm(), namespace, labels), -one.getWeight())));
    }
    var spread =
        spec.getTopologySpreadConstraints().stream()
            .map(constraint -> spread(constraint, namespace, labels))
            .toList();
    return near.isEmpty() && apart.isEmpty() && preferred.isEmpty() && spread.isEmpty()
        ? Neighbours.ANY
        : new Neighbours(near, apart, preferred, spread);
  }

  private static PodTerm term(
      PodAffinityTerm term, String namespace, SortedMap<String, String> labels) {
    var selector = new ArrayList<>(Selectors.labels(term.getLabelSelector()));
    selector.addAll(sameValues(term.getMatchLabelKeys(), labels, Requirement.Operator.IN));
    selector.addAll(sameValues(term.getMismatchLabelKeys(), labels, Requirement.Operator.NOT_IN));
    var named = term.getNamespaces();
    var byLabels = Selectors.labels(term.getNamespaceSelector());
    var all = term.getNamespaceSelector() != null && byLabels.isEmpty();
    var own = named.isEmpty() && term.getNamespaceSelector() == null;
    return new PodTerm(
        selector,
        term.getLabelSelector() == null,
        own ? List.of(namespace) : named,
        byLabels,
        all,
        term.getTopologyKey(),
        true);
  }

  private static SpreadConstraint spread(
      TopologySpreadConstraint constraint, String namespace, SortedMap<String, String> labels) {
    var selector = new ArrayList<>(Selectors.labels(constraint.getLabelSelector()));
    selector.addAll(sameValues(constraint.getMatchLabelKeys(), labels, Requirement.Operator.IN));
    var term =
        new PodTerm(
            selector,
            constraint.getLabelSelector() == null,
            List.of(namespace),
            List.of(),
            false,
            constraint.getTopologyKey(),
            false);
    return new SpreadConstraint(
        term,
        constraint.getMaxSkew() == null ? 1 : constraint.getMaxSkew(),
        constraint.getMinDomains() == null ? 1 : constraint.getMinDomains(),
        !"ScheduleAnyway".equals(constraint.getWhenUnsatisfiable()),
        !"Ignore".equals(constraint.getNodeAffinityPolicy()),
        "Honor".equals(constraint.getNodeTaintsPolicy()));
  }

  private static List<Requirement> sameValues(
      @Nullable List<String> keys,
      SortedMap<String, String> labels,
      Requirement.Operator operator) {
    var requirements = new ArrayList<Requirement>();
    if (keys != null) {
      for (var key : keys) {
        var value = labels.get(key);
        if (value != null) {
          requirements.add(new Requirement(key, operator, List.of(value)));
        }
      }
    }
    return requirements;
  }
}
