package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.fit.DomainSearch.Candidate;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.PodTerm;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which pods of a gang have to be beside each other by their affinity. They go to one domain, which
 * is chosen for all of them: where the first went by itself there may be no room for the others.
 */
final class GangTies {

  /**
   * Pods that have to be beside each other.
   *
   * @param key the label of nodes of which they need one value
   * @param pods at least two, in the gang's order
   * @param terms what they want
   */
  record Tie(String key, List<PodState> pods, List<PodTerm> terms) {}

  private final World world;

  GangTies(World world) {
    this.world = world;
  }

  /**
   * The ties among pods that wait; a pod that has several is held by that of the smallest domains.
   */
  List<Tie> of(List<PodState> waiting) {
    var termsByKey = new LinkedHashMap<String, Set<PodTerm>>();
    for (var pod : waiting) {
      for (var term : pod.neighbours().near()) {
        termsByKey.computeIfAbsent(term.topologyKey(), ignored -> new LinkedHashSet<>()).add(term);
      }
    }
    if (termsByKey.isEmpty()) {
      return List.of();
    }
    var ties = new ArrayList<Tie>();
    var tied = new HashSet<ObjectKey>();
    termsByKey.entrySet().stream()
        .sorted(
            Comparator.<Map.Entry<String, Set<PodTerm>>>comparingInt(
                    one -> -world.domains.count(one.getKey()))
                .thenComparing(Map.Entry::getKey))
        .forEach(
            one -> {
              var free = waiting.stream().filter(pod -> !tied.contains(pod.key())).toList();
              for (var tie : ties(one.getKey(), one.getValue(), free)) {
                tie.pods.forEach(pod -> tied.add(pod.key()));
                ties.add(tie);
              }
            });
    return ties;
  }

  private List<Tie> ties(String key, Set<PodTerm> terms, List<PodState> free) {
    var groups = new ArrayList<Tie>();
    for (var term : terms) {
      var concerned =
          free.stream()
              .filter(pod -> means(term, pod) || pod.neighbours().near().contains(term))
              .toList();
      if (concerned.size() > 1 && concerned.stream().anyMatch(pod -> means(term, pod))) {
        merge(groups, new Tie(key, concerned, List.of(term)), free);
      }
    }
    return groups;
  }

  private static void merge(List<Tie> groups, Tie tie, List<PodState> order) {
    var pods = new HashSet<>(tie.pods);
    var terms = new ArrayList<>(tie.terms);
    for (var other : List.copyOf(groups)) {
      if (other.pods.stream().anyMatch(pods::contains)) {
        pods.addAll(other.pods);
        terms.addAll(other.terms);
        groups.remove(other);
      }
    }
    groups.add(new Tie(tie.key, order.stream().filter(pods::contains).toList(), terms));
  }

  private boolean means(PodTerm term, PodState pod) {
    return term.matches(pod, world.cluster.labelsOf(pod.key().namespace()));
  }

  /** The domains that come into question for those who have to be together, the best first. */
  List<Candidate> candidates(Tie tie) {
    return world.domains.all(tie.key, tie.pods).stream()
        .filter(one -> tie.terms.stream().allMatch(term -> isPossible(tie, term, one.number())))
        .toList();
  }

  /** Whether pods that a term means are there, or may come there before those who need them. */
  private boolean isPossible(Tie tie, PodTerm term, int domain) {
    var counter = world.cluster.topology().count(term);
    return counter.inDomains() == 0
        || counter.inDomain(domain) > 0
        || tie.pods.stream()
            .anyMatch(pod -> means(term, pod) && !pod.neighbours().near().contains(term));
  }
}
