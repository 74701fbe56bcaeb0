package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.Counter;
import dev.nauarch.scheduling.cluster.Domains;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.PodTerm;
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

  /** What a node without the domain of a preferred spread is worth less. */
  private static final int WORTH_OF_DOMAIN = 100;

  private static final int WORTH_OF_NEIGHBOUR = 10;

  /** A spread constraint with the most that a domain may have for the pod to come there. */
  private record Spread(Domains domains, int[] counts, int most) {

    int around(int node) {
      return counts[domains.of(node)];
    }

    boolean hasDomain(int node) {
      return domains.of(node) != Domains.NONE;
    }
  }

  /** A preference with the present counts. */
  private record Preferred(Counter counter, int weight) {}

  private final Cluster cluster;
  private final List<Spread> required = new ArrayList<>();
  private final List<Spread> wanted = new ArrayList<>();
  private final List<Counter> near;
  private final List<Counter> apart;
  private final List<Counter> keptApart = new ArrayList<>();
  private final List<Preferred> preferred = new ArrayList<>();
  private final boolean firstOfItsKind;

  /**
   * Prepares the rules for a pod that has no place yet.
   *
   * @param eligibility of the pod's shape
   */
  NeighbourRules(PodState pod, Cluster cluster, Function<PodState, Eligibility> eligibility) {
    this.cluster = cluster;
    var neighbours = pod.neighbours();
    var labels = cluster.labelsOf(pod.key().namespace());
    for (var constraint : neighbours.spread()) {
      var self = constraint.term().matches(pod, labels) ? 1 : 0;
      var spread = count(constraint, self, eligibility.apply(pod));
      (constraint.required() ? required : wanted).add(spread);
    }
    cluster
        .topology()
        .forEachApartFrom(
            pod,
            labels,
            counter -> {
              if (counter.inDomains() > 0) {
                keptApart.add(counter);
              }
            });
    this.near = counters(neighbours.near());
    this.apart = counters(neighbours.apart());
    for (var one : neighbours.preferred()) {
      preferred.add(new Preferred(cluster.topology().count(one.term()), one.weight()));
    }
    this.firstOfItsKind =
        near.stream().allMatch(counter -> counter.inDomains() == 0)
            && near.stream().allMatch(counter -> counter.term().matches(pod, labels));
  }

  /** Whether there is any rule to check. */
  boolean isEmpty() {
    return required.isEmpty() && near.isEmpty() && apart.isEmpty() && keptApart.isEmpty();
  }

  /** Whether there is something that only scores. */
  boolean prefersSomething() {
    return !preferred.isEmpty() || !wanted.isEmpty();
  }

  /** The first rule that keeps the pod from the node of a number; null where none does. */
  @Nullable Refusal check(int node) {
    for (var spread : required) {
      if (!spread.hasDomain(node)) {
        return NO_DOMAIN;
      }
      if (spread.around(node) > spread.most) {
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

  /** What the neighbourhood of a node is worth to the pod; only differences matter. */
  long worth(int node) {
    var worth = 0L;
    for (var one : preferred) {
      worth += (long) one.weight * one.counter.around(node);
    }
    for (var spread : wanted) {
      worth -= spread.hasDomain(node) ? WORTH_OF_NEIGHBOUR * spread.around(node) : WORTH_OF_DOMAIN;
    }
    return worth;
  }

  private List<Counter> counters(List<PodTerm> terms) {
    return terms.stream().map(cluster.topology()::count).toList();
  }

  private Spread count(SpreadConstraint constraint, int self, Eligibility eligibility) {
    var counter = cluster.topology().count(constraint.term());
    var domains = counter.domains();
    var needed =
        (constraint.honorAffinity() ? Eligibility.SELECTED : 0)
            | (constraint.honorTaints() ? Eligibility.TOLERATED : 0);
    var flags = eligibility.flags();
    var counts = new int[domains.count()];
    var nodes = new int[domains.count()];
    for (var node = 0; node < cluster.numbers(); node++) {
      var domain = domains.of(node);
      if (domain != Domains.NONE && (flags[node] & needed) == needed) {
        counts[domain] += counter.onNode(node);
        nodes[domain]++;
      }
    }
    var least = Integer.MAX_VALUE;
    var present = 0;
    for (var domain = 0; domain < counts.length; domain++) {
      if (nodes[domain] > 0) {
        least = Math.min(least, counts[domain]);
        present++;
      }
    }
    var floor = present == 0 || present < constraint.minDomains() ? 0 : least;
    return new Spread(domains, counts, constraint.maxSkew() + floor - self);
  }
}
