package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.NodeSlot;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.PodTerm;
import dev.nauarch.scheduling.model.SpreadConstraint;
import dev.nauarch.scheduling.model.Taint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules that depend on where other pods are, prepared for one pod: affinity, anti-affinity in
 * both directions, and topology spread. Valid until the cluster changes.
 */
public final class NeighbourRules {

  /** A spread constraint with its present counts. */
  private record Spread(
      SpreadConstraint constraint, SortedMap<String, Integer> countByDomain, int least, int self) {}

  private final PodState pod;
  private final Cluster cluster;
  private final List<Spread> spreads = new ArrayList<>();
  private final Map<PodTerm, SortedMap<String, Integer>> keepAway = new LinkedHashMap<>();
  private final boolean firstOfItsKind;

  /** Prepares the rules for a pod that has no place yet. */
  public NeighbourRules(PodState pod, Cluster cluster) {
    this.pod = pod;
    this.cluster = cluster;
    var labels = cluster.labelsOf(pod.key().namespace());
    for (var constraint : pod.neighbours().spread()) {
      spreads.add(count(constraint, labels));
    }
    cluster
        .topology()
        .keptApart()
        .forEach(
            (term, domains) -> {
              if (term.matches(pod, labels)) {
                keepAway.put(term, domains);
              }
            });
    var near = pod.neighbours().near();
    this.firstOfItsKind =
        near.stream().allMatch(term -> cluster.topology().count(term).total() == 0)
            && near.stream().allMatch(term -> term.matches(pod, labels));
  }

  /** Whether there is any rule to check. */
  public boolean isEmpty() {
    return spreads.isEmpty()
        && keepAway.isEmpty()
        && pod.neighbours().near().isEmpty()
        && pod.neighbours().apart().isEmpty()
        && pod.neighbours().preferred().isEmpty();
  }

  /** The first rule that keeps the pod from the node. */
  public Optional<Refusal> check(NodeSlot slot) {
    var labels = slot.state().labels();
    for (var spread : spreads) {
      var refused = spread.constraint.required() ? check(spread, labels) : null;
      if (refused != null) {
        return Optional.of(refused);
      }
    }
    for (var term : pod.neighbours().near()) {
      var domain = labels.get(term.topologyKey());
      if (domain == null
          || (!firstOfItsKind && cluster.topology().count(term).inDomain(domain) == 0)) {
        return Optional.of(
            Refusal.of(Rule.POD_AFFINITY, "node(s) didn't match pod affinity rules"));
      }
    }
    for (var term : pod.neighbours().apart()) {
      var domain = labels.get(term.topologyKey());
      if (domain != null && cluster.topology().count(term).inDomain(domain) > 0) {
        return Optional.of(
            Refusal.of(Rule.POD_ANTI_AFFINITY, "node(s) didn't match pod anti-affinity rules"));
      }
    }
    for (var entry : keepAway.entrySet()) {
      var domain = labels.get(entry.getKey().topologyKey());
      if (domain != null && entry.getValue().getOrDefault(domain, 0) > 0) {
        return Optional.of(
            Refusal.of(
                Rule.POD_ANTI_AFFINITY,
                "node(s) didn't satisfy existing pods anti-affinity rules"));
      }
    }
    return Optional.empty();
  }

  /** What the node's neighbourhood is worth to the pod; only differences matter. */
  public long worth(NodeSlot slot) {
    var labels = slot.state().labels();
    var worth = 0L;
    for (var preferred : pod.neighbours().preferred()) {
      var domain = labels.get(preferred.term().topologyKey());
      if (domain != null) {
        var count = cluster.topology().count(preferred.term()).inDomain(domain);
        worth += (long) preferred.weight() * count;
      }
    }
    for (var spread : spreads) {
      if (!spread.constraint.required()) {
        var domain = labels.get(spread.constraint.term().topologyKey());
        worth -= domain == null ? 100 : 10L * spread.countByDomain.getOrDefault(domain, 0);
      }
    }
    return worth;
  }

  private @Nullable Refusal check(Spread spread, SortedMap<String, String> labels) {
    var words = "node(s) didn't match pod topology spread constraints";
    var domain = labels.get(spread.constraint.term().topologyKey());
    if (domain == null) {
      return new Refusal(Rule.SPREAD, words + " (missing required label)", true);
    }
    var count = spread.countByDomain.getOrDefault(domain, 0);
    return count + spread.self - spread.least > spread.constraint.maxSkew()
        ? Refusal.of(Rule.SPREAD, words)
        : null;
  }

  private Spread count(SpreadConstraint constraint, SortedMap<String, String> labels) {
    var counter = cluster.topology().count(constraint.term());
    var byDomain = new TreeMap<String, Integer>();
    for (var slot : cluster.nodes()) {
      var domain = slot.state().labels().get(constraint.term().topologyKey());
      if (domain != null && isEligible(constraint, slot)) {
        byDomain.merge(domain, counter.onNode(slot.name()), Integer::sum);
      }
    }
    var least = byDomain.values().stream().mapToInt(Integer::intValue).min().orElse(0);
    return new Spread(
        constraint,
        byDomain,
        byDomain.size() < constraint.minDomains() ? 0 : least,
        constraint.term().matches(pod, labels) ? 1 : 0);
  }

  private boolean isEligible(SpreadConstraint constraint, NodeSlot slot) {
    if (constraint.honorAffinity() && !pod.shape().selects(slot.state())) {
      return false;
    }
    return !constraint.honorTaints()
        || slot.state().taints().stream()
            .filter(taint -> taint.effect() != Taint.Effect.PREFER_NO_SCHEDULE)
            .allMatch(pod.shape()::tolerates);
  }
}
