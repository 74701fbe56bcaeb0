package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.GangTies.Tie;
import dev.nauarch.scheduling.GangTrials.Trial;
import dev.nauarch.scheduling.cluster.Domains;
import dev.nauarch.scheduling.explain.Explanation;
import dev.nauarch.scheduling.fit.Area;
import dev.nauarch.scheduling.fit.DomainSearch.Candidate;
import dev.nauarch.scheduling.model.GangState;
import dev.nauarch.scheduling.model.PodState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

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
  private final GangTies ties;

  GangTopology(World world, GangTrials trials) {
    this.world = world;
    this.trials = trials;
    this.ties = new GangTies(world);
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
      var again = trials.tryAll(waiting, GangRange.all(area), wanted);
      if (again.homeless().isEmpty()) {
        return new Found(again, area, 0, "");
      }
      trials.undo(again, waiting);
    }
    if (gang.topologyKey().isEmpty()) {
      return fill(Area.WHOLE, waiting);
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
    return best(
            candidates(key, present, waiting),
            waiting,
            candidate -> in(key, candidate, !present.isEmpty(), waiting))
        .orElseGet(() -> nowhere(key, waiting));
  }

  /**
   * The first domain in which all pods find a place, or that in which most do.
   *
   * @param candidates the most promising first
   */
  private Optional<Found> best(
      List<Candidate> candidates, List<PodState> pods, Function<Candidate, Found> trying) {
    Optional<Candidate> best = Optional.empty();
    var most = -1;
    for (var candidate : candidates) {
      if (candidate.fitting() <= most) {
        break;
      }
      var found = trying.apply(candidate);
      if (found.trial.homeless().isEmpty()) {
        return Optional.of(found);
      }
      trials.undo(found.trial, pods);
      if (found.trial.fitting() > most) {
        most = found.trial.fitting();
        best = Optional.of(candidate);
      }
    }
    return best.map(trying);
  }

  /**
   * Gives the pods of an area their places: first those that have to be together, each such group
   * in one domain if that can be; then all others, and those for whom there was none.
   */
  private Found fill(Area area, List<PodState> waiting) {
    var all = new Trial(Collections.emptySortedMap(), waiting);
    var where = "";
    var inTie = area;
    for (var tie : ties.of(waiting)) {
      var found = together(tie, area);
      if (found.isPresent()) {
        all = all.and(found.get().trial);
        if (!found.get().trial.homeless().isEmpty() && where.isEmpty()) {
          where = found.get().where;
          inTie = found.get().area;
        }
      }
    }
    var placed = all.nodeByPod();
    var left = waiting.stream().filter(pod -> !placed.containsKey(pod.key())).toList();
    all = all.and(trials.tryAll(left, GangRange.all(area), Collections.emptySortedMap()));
    return all.homeless().isEmpty() || where.isEmpty()
        ? new Found(all, area, area.size(world.cluster.size()), "")
        : new Found(all, inTie, inTie.size(0), where);
  }

  private Optional<Found> together(Tie tie, Area area) {
    return best(
        ties.candidates(tie),
        tie.pods(),
        candidate -> {
          var inside = world.domains.area(tie.key(), candidate.number()).within(area);
          var trial =
              trials.tryAll(tie.pods(), GangRange.all(inside), Collections.emptySortedMap());
          return new Found(trial, inside, inside.size(0), best(tie.key(), candidate));
        });
  }

  private String best(String key, Candidate candidate) {
    return " in "
        + word(key)
        + " "
        + candidate.value()
        + ", the best of "
        + world.domains.count(key)
        + " "
        + word(key)
        + "s";
  }

  /** Where room may be made for a gang, the most promising first. */
  List<GangRange> clearable(
      String key, List<PodState> present, List<PodState> waiting, int needed) {
    var areas =
        key.isEmpty()
            ? List.of(Area.WHOLE)
            : areas(key, waiting, needed, candidates(key, present, waiting));
    var largest = ties.of(waiting).stream().max(Comparator.comparingInt(tie -> tie.pods().size()));
    var ranges = new ArrayList<GangRange>();
    for (var area : areas) {
      largest.ifPresent(tie -> ranges.addAll(clearable(tie, area, waiting.size() - needed)));
      ranges.add(GangRange.all(area));
    }
    return ranges;
  }

  private List<GangRange> clearable(Tie tie, Area area, int spare) {
    return areas(
            tie.key(), tie.pods(), Math.max(1, tie.pods().size() - spare), ties.candidates(tie))
        .stream()
        .map(one -> GangRange.of(one, tie, area))
        .filter(range -> !range.area().isEmpty())
        .toList();
  }

  private List<Area> areas(
      String key, List<PodState> pods, int needed, List<Candidate> candidates) {
    return world.domains.clearable(key, pods, needed, candidates).stream()
        .map(candidate -> world.domains.area(key, candidate.number()))
        .toList();
  }

  /** The domains that come into question, the best first as far as room tells. */
  private List<Candidate> candidates(String key, List<PodState> present, List<PodState> waiting) {
    var taken = taken(key, present);
    return taken.isEmpty()
        ? world.domains.all(key, waiting)
        : List.of(world.domains.candidate(key, waiting, taken.first()));
  }

  private Found in(String key, Candidate candidate, boolean isBound, List<PodState> waiting) {
    var area = world.domains.area(key, candidate.number());
    var found = fill(area, waiting);
    if (!found.where.isEmpty()) {
      return found;
    }
    var where =
        isBound
            ? " in " + word(key) + " " + candidate.value() + ", where the others are"
            : found.trial.homeless().isEmpty()
                ? " in " + word(key) + " " + candidate.value()
                : best(key, candidate);
    return new Found(found.trial, area, area.size(0), where);
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
