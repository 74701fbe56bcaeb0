package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.Counter;
import dev.nauarch.scheduling.cluster.Domains;
import dev.nauarch.scheduling.model.Filter;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.SpreadConstraint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The rules that depend on where other pods are, prepared for one pod: affinity, anti-affinity in
 * both directions, and topology spread. Valid until the cluster changes.
 */
final class NeighbourRules {

  private static final String SPREAD_WORDS = "node(s) didn't match pod topology spread constraints";
  private static final Refusal NO_DOMAIN =
      new Refusal(Rule.SPREAD, SPREAD_WORDS + " (missing required label)", true);
  private static final Refusal UNEVEN = Refusal.of(Rule.SPREAD, SPREAD_WORDS);
  private static final Refusal NOT_NEAR =
      Refusal.of(Rule.POD_AFFINITY, "node(s) didn't match pod affinity rules");
  private static final Refusal NOT_APART =
      Refusal.of(Rule.POD_ANTI_AFFINITY, "node(s) didn't match pod anti-affinity rules");
  private static final Refusal KEPT_APART =
      Refusal.of(
          Rule.POD_ANTI_AFFINITY, "node(s) didn't satisfy existing pods anti-affinity rules");

  /** A spread constraint with the most that a domain may have for the pod to come there. */
  private record Spread(SpreadCounts counts, int most) {}

  private final Cluster cluster;
  private final List<Spread> spread = new ArrayList<>();
  private final List<Counter> near = new ArrayList<>();
  private final List<Counter> apart = new ArrayList<>();
  private final List<Counter> keptApart = new ArrayList<>();
  private boolean firstOfItsKind;

  /**
   * Prepares the rules for a pod that has no place yet.
   *
   * @param eligibility of the pod's shape
   */
  NeighbourRules(PodState pod, Cluster cluster, Function<PodState, Eligibility> eligibility) {
    this.cluster = cluster;
    if (pod.shape().isUnder(Filter.POD_TOPOLOGY_SPREAD)) {
      for (var constraint : cluster.groups().spreadOf(pod)) {
        if (constraint.required()) {
          spread.add(count(pod, constraint, eligibility.apply(pod)));
        }
      }
    }
    if (pod.shape().isUnder(Filter.INTER_POD_AFFINITY)) {
      affinity(pod);
    }
  }

  private Spread count(PodState pod, SpreadConstraint constraint, Eligibility eligibility) {
    var labels = cluster.labelsOf(pod.key().namespace());
    var self = constraint.term().matches(pod, labels) ? 1 : 0;
    var counts = SpreadCounts.of(constraint, cluster, eligibility, List.of());
    return new Spread(counts, counts.most(constraint, self));
  }

  private void affinity(PodState pod) {
    var topology = cluster.topology();
    var labels = cluster.labelsOf(pod.key().namespace());
    topology.forEachApartFrom(
        pod,
        labels,
        counter -> {
          if (counter.inDomains() > 0) {
            keptApart.add(counter);
          }
        });
    pod.neighbours().near().forEach(term -> near.add(topology.count(term)));
    pod.neighbours().apart().forEach(term -> apart.add(topology.count(term)));
    firstOfItsKind =
        near.stream().allMatch(counter -> counter.inDomains() == 0)
            && near.stream().allMatch(counter -> counter.term().matches(pod, labels));
  }

  /** Whether there is any rule to check. */
  boolean isEmpty() {
    return spread.isEmpty() && near.isEmpty() && apart.isEmpty() && keptApart.isEmpty();
  }

  /** The first rule that keeps the pod from the node of a number; null where none does. */
  @Nullable Refusal check(int node) {
    for (var one : spread) {
      if (!one.counts.hasDomain(node)) {
        return NO_DOMAIN;
      }
      if (one.counts.around(node) > one.most) {
        return UNEVEN;
      }
    }
    for (var counter : near) {
      if (counter.domains().of(node) == Domains.NONE
          || (!firstOfItsKind && counter.around(node) == 0)) {
        return NOT_NEAR;
      }
    }
    for (var counter : apart) {
      if (counter.around(node) > 0) {
        return NOT_APART;
      }
    }
    for (var counter : keptApart) {
      if (counter.around(node) > 0) {
        return KEPT_APART;
      }
    }
    return null;
  }
}
