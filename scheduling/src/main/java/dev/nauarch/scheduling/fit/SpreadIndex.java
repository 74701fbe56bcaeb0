package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.Counter;
import dev.nauarch.scheduling.cluster.Domains;
import dev.nauarch.scheduling.model.SpreadConstraint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The best node for pods of one shape that rather would be spread, and for which nothing else
 * counts: what {@link SpreadPreference} and {@link Comparison} say, kept up with the changes of the
 * cluster.
 *
 * <p>Nodes in which just as many pods are around, by every constraint, are of one crowd: they are
 * worth the same, so the best of them is the one with the best score. A decision costs what has
 * changed since the last one, and a look at each crowd.
 */
final class SpreadIndex {

  /** Nodes without a domain that they need are worth nothing; they are a crowd too. */
  private static final List<Integer> OUTSIDE = List.of();

  /** Where a domain has more nodes than this in the mean, a change of its count moves no nodes. */
  private static final int FEW = 2;

  /** One constraint, with what is counted for it. */
  private static final class Wish {
    private final Counter counter;
    private final List<Domains> needed;
    private final int mask;
    private final int allowed;

    /** Whether nodes are of one crowd by the count, rather than by the domain. */
    private final boolean isFine;

    private int[] pods;
    private int[] compared;
    private int domainsCompared;

    Wish(SpreadConstraint constraint, Cluster cluster, List<Domains> needed, int mask) {
      this.counter = cluster.topology().count(constraint.term());
      this.needed = needed;
      this.mask = mask;
      this.allowed = constraint.maxSkew() - 1;
      this.pods = new int[counter.domains().count()];
      this.compared = new int[pods.length];
      this.isFine = cluster.numbers() <= FEW * pods.length;
    }

    int domain(int node) {
      return counter.domains().of(node);
    }

    /** A node begins or ceases to be compared. */
    void compare(int node, int difference) {
      var domain = domain(node);
      if (domain == Domains.NONE) {
        return;
      }
      var before = compared[domain];
      compared[domain] += difference;
      domainsCompared += (compared[domain] > 0 ? 1 : 0) - (before > 0 ? 1 : 0);
    }

    /** How crowded it is where nodes of a crowd are. */
    double crowd(int part, double sum) {
      if (part == Domains.NONE) {
        return sum;
      }
      return sum + ((isFine ? part : pods[part]) * StrictMath.log(domainsCompared + 2.0) + allowed);
    }
  }

  private final List<SpreadConstraint> constraints;
  private final boolean mayLackDomains;
  private final int weight;
  private final Cluster cluster;
  private final Eligibility eligibility;
  private final Progress progress = new Progress();
  private final Progress nodeProgress = new Progress();
  private final IntConsumer whenOne = this::check;
  private List<Wish> wishes = List.of();
  private final Map<List<Integer>, Crowd> crowdByParts = new LinkedHashMap<>();
  private @Nullable Crowd[] crowdByNode = new Crowd[0];
  private int[] countedByNode = new int[0];
  private boolean isStale = true;

  /** The scores now, and where they begin. */
  private int[] scores = new int[0];

  private int first;
  private long version = -1;

  /**
   * For pods of one shape.
   *
   * @param constraints those that are not required, at least one
   * @param mayLackDomains whether nodes without some of the domains are compared with the others
   * @param weight how much it counts
   * @param eligibility of the shape
   */
  SpreadIndex(
      List<SpreadConstraint> constraints,
      boolean mayLackDomains,
      int weight,
      Cluster cluster,
      Eligibility eligibility) {
    this.constraints = constraints;
    this.mayLackDomains = mayLackDomains;
    this.weight = weight;
    this.cluster = cluster;
    this.eligibility = eligibility;
  }

  /**
   * The number of the best node, the lowest among equals; less than 0 where none is possible.
   *
   * @param index that of the shape
   */
  int best(ShapeIndex index) {
    follow(index);
    var least = Long.MAX_VALUE;
    var most = 0L;
    for (var crowd : crowdByParts.values()) {
      if (crowd.best() >= 0 && !crowd.isOutside()) {
        crowd.measure(worth(crowd.parts()));
        least = Math.min(least, crowd.measure());
        most = Math.max(most, crowd.measure());
      }
    }
    var best = -1;
    var highest = Long.MIN_VALUE;
    for (var crowd : crowdByParts.values()) {
      var node = crowd.best();
      if (node < 0) {
        continue;
      }
      var worth =
          crowd.isOutside()
              ? 0
              : most == 0
                  ? Preference.MOST
                  : Preference.MOST * (most + least - crowd.measure()) / most;
      var total =
          Preference.MOST / 100 * scores[first + node] + (long) weight * index.point() * worth;
      if (total > highest || (total == highest && node < best)) {
        highest = total;
        best = node;
      }
    }
    return best;
  }

  private long worth(List<Integer> parts) {
    var crowd = 0.0;
    for (var i = 0; i < wishes.size(); i++) {
      crowd = wishes.get(i).crowd(parts.get(i), crowd);
    }
    return (long) (crowd + 0.5);
  }

  private void follow(ShapeIndex index) {
    scores = index.scores();
    first = index.leaves();
    nodeProgress.follow(cluster.nodeChanges(), () -> isStale = true, node -> isStale = true);
    isStale |= version != index.version() || areOthers();
    version = index.version();
    if (isStale) {
      progress.reset();
    }
    progress.follow(cluster.changes(), this::checkAll, whenOne);
    isStale = false;
  }

  /** Whether counts were begun anew since they were looked up. */
  private boolean areOthers() {
    for (var i = 0; i < wishes.size(); i++) {
      if (cluster.topology().count(constraints.get(i).term()) != wishes.get(i).counter) {
        return true;
      }
    }
    return false;
  }

  private void checkAll() {
    wishes = wishes();
    crowdByParts.clear();
    crowdByNode = new Crowd[cluster.numbers()];
    countedByNode = new int[wishes.size() * crowdByNode.length];
    for (var node = 0; node < crowdByNode.length; node++) {
      count(node);
    }
    for (var node = 0; node < crowdByNode.length; node++) {
      place(node);
    }
  }

  private List<Wish> wishes() {
    var needed = new ArrayList<Domains>();
    if (!mayLackDomains) {
      constraints.forEach(
          each -> needed.add(cluster.topology().domains(each.term().topologyKey())));
    }
    var made = new ArrayList<Wish>();
    for (var constraint : constraints) {
      made.add(new Wish(constraint, cluster, needed, SpreadCounts.mask(constraint)));
    }
    return made;
  }

  /** The pods of one node are others, or its score. */
  private void check(int node) {
    if (node >= crowdByNode.length) {
      return; // a name of which there is no node
    }
    count(node);
    place(node);
  }

  /** Brings the counts of its domains up to date, and moves those nodes for which that matters. */
  private void count(int node) {
    for (var i = 0; i < wishes.size(); i++) {
      var wish = wishes.get(i);
      var domain = wish.domain(node);
      if (domain != Domains.NONE) {
        var known = i * crowdByNode.length + node;
        var now = counts(wish, node) ? wish.counter.onNode(node) : 0;
        var difference = now - countedByNode[known];
        countedByNode[known] = now;
        wish.pods[domain] += difference;
        if (difference != 0 && wish.isFine) {
          for (var other : wish.counter.domains().nodes(domain)) {
            if (other != node && crowdByNode[other] != null) {
              place(other);
            }
          }
        }
      }
    }
  }

  private boolean counts(Wish wish, int node) {
    return (eligibility.flags()[node] & wish.mask) == wish.mask && isIn(wish.needed, node);
  }

  private static boolean isIn(List<Domains> needed, int node) {
    for (var domains : needed) {
      if (domains.of(node) == Domains.NONE) {
        return false;
      }
    }
    return true;
  }

  /** Puts a node into the crowd to which it belongs now, with its score. */
  private void place(int node) {
    var score = scores[first + node];
    var crowd = score < 0 ? null : crowd(node);
    var old = crowdByNode[node];
    if (old != crowd) {
      crowdByNode[node] = crowd;
      if (old != null) {
        old.leave(node);
        compare(old, node, -1);
      }
      if (crowd != null) {
        compare(crowd, node, 1);
      }
    }
    if (crowd != null) {
      crowd.put(node, score);
    }
    if (old != null && old.isEmpty()) {
      crowdByParts.remove(old.parts(), old);
    }
  }

  private void compare(Crowd crowd, int node, int difference) {
    if (!crowd.isOutside()) {
      for (var wish : wishes) {
        wish.compare(node, difference);
      }
    }
  }

  private Crowd crowd(int node) {
    List<Integer> parts = OUTSIDE;
    if (mayLackDomains || isIn(wishes.getFirst().needed, node)) {
      parts = new ArrayList<>(wishes.size());
      for (var wish : wishes) {
        var domain = wish.domain(node);
        parts.add(domain != Domains.NONE && wish.isFine ? wish.pods[domain] : domain);
      }
    }
    return crowdByParts.computeIfAbsent(parts, Crowd::new);
  }
}
