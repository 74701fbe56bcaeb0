package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.GangTrials.Trial;
import dev.nauarch.scheduling.cluster.Domains;
import dev.nauarch.scheduling.explain.Explanation;
import dev.nauarch.scheduling.fit.Area;
import dev.nauarch.scheduling.fit.DomainSearch.Candidate;
import dev.nauarch.scheduling.model.GangState;
import dev.nauarch.scheduling.model.PodState;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Finds places for the pods of a gang: anywhere, or all in one domain of nodes where the gang wants
 * that. What has its place already decides on the domain.
 */
final class GangTopology {

  private static final Area NOWHERE = Area.of(new int[0]);

  /**
   * The best that was found; its places are taken.
   *
   * @param trial which pods found a place
   * @param area among which nodes
   * @param nodes how many nodes that are
   * @param where about them in words; empty where it is the whole cluster
   */
  record Found(Trial trial, Area area, int nodes, String where) {}

  private final World world;
  private final GangTrials trials;

  GangTopology(World world, GangTrials trials) {
    this.world = world;
    this.trials = trials;
  }

  /** Why no domain can be right for a gang any more; empty while one can. */
  Optional<Explanation> contradiction(GangState gang, List<PodState> present) {
    var key = gang.topologyKey();
    if (key.isEmpty()) {
      return Optional.empty();
    }
    var taken = taken(key, present);
    if (taken.contains(Domains.NONE)) {
      return Optional.of(failed("Some of its pods are on nodes without the label " + key + "."));
    }
    return taken.size() < 2
        ? Optional.empty()
        : Optional.of(
            failed(
                "Its pods are in "
                    + taken.size()
                    + " "
                    + word(key)
                    + "s: "
                    + String.join(", ", values(key, taken))
                    + "."));
  }

  /** Whether what waits of a gang can go to nodes, for where the others are. */
  boolean isPossible(GangState gang, List<PodState> present, Collection<String> nodes) {
    var key = gang.topologyKey();
    if (key.isEmpty() || nodes.isEmpty()) {
      return true;
    }
    var all = taken(key, present);
    nodes.forEach(node -> all.addAll(domain(key, node)));
    return all.size() == 1 && !all.contains(Domains.NONE);
  }

  private List<Integer> domain(String key, String node) {
    return world.cluster.slot(node).stream()
        .map(slot -> world.domains.domains(key).of(slot.number()))
        .toList();
  }

  /** Something is wrong with a gang itself. */
  static Explanation failed(String words) {
    return Explanation.of("SchedulerError", "GroupContradiction", words);
  }

  /**
   * Gives as many of a gang's pods a place as possible.
   *
   * @param present those that have one
   * @param wanted nodes that are being cleared for them, by pod
   */
  Found find(
      GangState gang,
      List<PodState> present,
      List<PodState> waiting,
      SortedMap<ObjectKey, String> wanted) {
    if (!wanted.isEmpty()) {
      var area = around(gang.topologyKey(), wanted.firstEntry().getValue());
      var again = trials.tryAll(waiting, area, wanted);
      if (again.homeless().isEmpty()) {
        return new Found(again, area, 0, "");
      }
      trials.undo(again, waiting);
    }
    if (gang.topologyKey().isEmpty()) {
      var trial = trials.tryAll(waiting, Area.WHOLE, Collections.emptySortedMap());
      return new Found(trial, Area.WHOLE, world.cluster.size(), "");
    }
    return inOneDomain(gang.topologyKey(), present, waiting);
  }

  private Area around(String key, String node) {
    var domain = key.isEmpty() ? List.<Integer>of() : domain(key, node);
    return domain.isEmpty() ? Area.WHOLE : world.domains.area(key, domain.getFirst());
  }

  private Found inOneDomain(String key, List<PodState> present, List<PodState> waiting) {
    if (present.isEmpty() && world.domains.isExact(waiting)) {
      return world
          .domains
          .best(key, waiting)
          .map(best -> in(key, best, false, waiting))
          .orElseGet(() -> nowhere(key, waiting));
    }
    var candidates = candidates(key, present, waiting);
    Optional<Candidate> best = Optional.empty();
    var most = -1;
    for (var candidate : candidates) {
      if (candidate.fitting() <= most) {
        break;
      }
      var found = in(key, candidate, !present.isEmpty(), waiting);
      if (found.trial.homeless().isEmpty()) {
        return found;
      }
      trials.undo(found.trial, waiting);
      if (found.trial.fitting() > most) {
        most = found.trial.fitting();
        best = Optional.of(candidate);
      }
    }
    return best.map(candidate -> in(key, candidate, !present.isEmpty(), waiting))
        .orElseGet(() -> nowhere(key, waiting));
  }

  /** The domains that come into question, the best first as far as room tells. */
  List<Candidate> candidates(String key, List<PodState> present, List<PodState> waiting) {
    var taken = taken(key, present);
    return taken.isEmpty()
        ? world.domains.all(key, waiting)
        : List.of(world.domains.candidate(key, waiting, taken.first()));
  }

  private Found in(String key, Candidate candidate, boolean isBound, List<PodState> waiting) {
    var area = world.domains.area(key, candidate.number());
    var trial = trials.tryAll(waiting, area, Collections.emptySortedMap());
    var where = " in " + word(key) + " " + candidate.value();
    if (isBound) {
      where += ", where the others are";
    } else if (!trial.homeless().isEmpty()) {
      where += ", the best of " + world.domains.count(key) + " " + word(key) + "s";
    }
    return new Found(trial, area, area.size(0), where);
  }

  private static Found nowhere(String key, List<PodState> waiting) {
    return new Found(
        new Trial(Collections.emptySortedMap(), waiting),
        NOWHERE,
        0,
        ", since no node has the label " + key);
  }

  /** The domains in which pods have a place on a node that is there. */
  private SortedSet<Integer> taken(String key, List<PodState> present) {
    var taken = new TreeSet<Integer>();
    present.forEach(pod -> taken.addAll(domain(key, pod.node())));
    return taken;
  }

  private List<String> values(String key, SortedSet<Integer> domains) {
    return domains.stream().map(world.domains.domains(key)::value).sorted().toList();
  }

  /** What people call a domain of a label. */
  static String word(String key) {
    return key.substring(key.indexOf('/') + 1);
  }
}
