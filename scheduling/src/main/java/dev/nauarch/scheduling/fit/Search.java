package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.device.ClaimPlan;
import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.model.PodShape;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.VolumeNeeds;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the best node for a pod, and says of every other why not. */
public final class Search {

  /** Shapes beyond this many are indexed anew when they come up again; the oldest go first. */
  private static final int SHAPE_LIMIT = 512;

  /** Indexes may have so many scores in all, so that large clusters have fewer of them. */
  private static final int SCORE_LIMIT = 1 << 23;

  /** The same of what shapes have in common, and of why they don't fit. */
  private static final int OTHERS_LIMIT = 128;

  /** The most that a part of a score is, before it is weighed. */
  private static final int PART_MAX = 100;

  /** So much counts one step in a list of alternatives, where nodes are compared. */
  private static final int DEVICE_WEIGHT = 100;

  private final Cluster cluster;
  private final Map<PodShape, ShapeIndex> indexByShape = new LinkedHashMap<>(16, 0.75f, true);
  private final Recent<PodShape, Eligibility> eligibilityByShape = new Recent<>(OTHERS_LIMIT);
  private final Recent<PodShape, RefusalIndex> refusalsByShape = new Recent<>(OTHERS_LIMIT);
  private final Recent<List<ClaimPlan>, DeviceIndex> devicesByPlans = new Recent<>(OTHERS_LIMIT);
  private long[] worth = new long[0];

  /** A search over a cluster. */
  public Search(Cluster cluster) {
    this.cluster = cluster;
  }

  /** The best node; among equals the one with the lowest number. */
  public Optional<String> best(PodState pod) {
    return best(pod, Area.WHOLE);
  }

  /** The best node of an area. */
  public Optional<String> best(PodState pod, Area area) {
    var index = index(pod.shape());
    var hasClaims = !pod.devices().isEmpty() || !pod.shape().volumes().isEmpty();
    if (pod.neighbours().isEmpty() && !cluster.topology().keepsApart() && !hasClaims) {
      return named(area.isWhole() ? index.best() : index.best(area));
    }
    var rules = rules(pod);
    var claims = claims(pod);
    var node = 0;
    if (rules.prefersSomething() || claims.prefersSomething()) {
      node = bestWithPreferences(pod, area, index, rules, claims);
    } else {
      node =
          rules.isEmpty() && !hasClaims && area.isWhole()
              ? index.best()
              : bestAllowed(area, index, rules, claims);
    }
    return named(node);
  }

  /** Whether nothing but the nodes themselves decides where the pod can run. */
  boolean concernsNodesOnly(PodState pod) {
    return claims(pod).isEmpty() && rules(pod).isEmpty();
  }

  /** Whether the pod can run on this very node now. */
  public boolean fits(PodState pod, String node) {
    var slot = cluster.slot(node);
    return slot.isPresent()
        && NodeRules.check(pod.shape(), slot.get()).isEmpty()
        && rules(pod).check(slot.get().number()) == null
        && claims(pod).check(slot.get().number()) == null;
  }

  /** Why the pod can't run, node by node; valid until the cluster changes. */
  public Refusals refusals(PodState pod) {
    var index = refusalsByShape.get(pod.shape().with(VolumeNeeds.NONE), this::refusalIndex);
    var rules = rules(pod);
    var claims = claims(pod);
    return rules.isEmpty() && claims.isEmpty()
        ? index.now()
        : index.with(
            node ->
                Stream.concat(claims.refusals(node).stream(), Stream.ofNullable(rules.check(node)))
                    .toList());
  }

  private NeighbourRules rules(PodState pod) {
    return new NeighbourRules(pod, cluster, this::eligibility);
  }

  private ClaimRules claims(PodState pod) {
    var cpuMillis = pod.shape().requests().cpuMillis();
    var demand = cluster.devices().demand(pod);
    return new ClaimRules(
        new VolumeRules(pod, cluster),
        new DeviceRules(demand, cluster, cpuMillis, this::deviceIndex));
  }

  private DeviceIndex deviceIndex(List<ClaimPlan> wanted) {
    return devicesByPlans.get(wanted, one -> new DeviceIndex(one, cluster));
  }

  private int bestAllowed(Area area, ShapeIndex index, NeighbourRules rules, ClaimRules claims) {
    var scores = new NodeScores(index, claims.devices());
    var best = -1;
    var most = -1;
    var size = area.size(cluster.numbers());
    for (var i = 0; i < size; i++) {
      var node = area.node(i);
      if (scores.mayExceed(node, most)
          && rules.check(node) == null
          && claims.check(node) == null
          && scores.of(node) > most) {
        most = scores.of(node);
        best = node;
      }
    }
    return best;
  }

  private int bestWithPreferences(
      PodState pod, Area area, ShapeIndex index, NeighbourRules rules, ClaimRules claims) {
    var weight = pod.shape().weights().neighbours();
    var scores = new NodeScores(index, claims.devices());
    var numbers = cluster.numbers();
    if (worth.length < numbers) {
      worth = new long[index.leaves()];
    }
    var least = Long.MAX_VALUE;
    var most = Long.MIN_VALUE;
    var size = area.size(numbers);
    for (var i = 0; i < size; i++) {
      var node = area.node(i);
      worth[node] = Long.MIN_VALUE;
      if (scores.mayExceed(node, -1) && rules.check(node) == null && claims.check(node) == null) {
        worth[node] = rules.worth(node) + (long) DEVICE_WEIGHT * claims.rank(node);
        least = Math.min(least, worth[node]);
        most = Math.max(most, worth[node]);
      }
    }
    var range = Math.max(1, most - least);
    var best = -1;
    var bestScore = -1L;
    for (var i = 0; i < size; i++) {
      var node = area.node(i);
      if (worth[node] != Long.MIN_VALUE) {
        var wanted = (long) PART_MAX * weight * scores.point() * (worth[node] - least) / range;
        var score = scores.of(node) + wanted;
        if (score > bestScore) {
          bestScore = score;
          best = node;
        }
      }
    }
    return best;
  }

  private Optional<String> named(int node) {
    return node < 0
        ? Optional.empty()
        : Optional.of(
            Objects.requireNonNull(cluster.slot(node), "a node that is indexed but unknown")
                .name());
  }

  private ShapeIndex index(PodShape asked) {
    var shape = asked.with(VolumeNeeds.NONE);
    var known = indexByShape.get(shape);
    if (known != null) {
      return known;
    }
    var limit = Math.clamp(SCORE_LIMIT / Math.max(1, cluster.numbers()), 16, SHAPE_LIMIT);
    var index = indexByShape.size() < limit ? null : removeOldest(indexByShape);
    if (index == null) {
      index = new ShapeIndex(shape, eligibility(shape), cluster);
    } else {
      index.become(shape, eligibility(shape));
    }
    indexByShape.put(shape, index);
    return index;
  }

  private Eligibility eligibility(PodState pod) {
    return index(pod.shape()).eligibility();
  }

  Eligibility eligibility(PodShape shape) {
    var bare =
        new PodShape(
            Amounts.NONE,
            shape.nodeSelector(),
            shape.nodeTerms(),
            shape.preferredNodes(),
            shape.tolerations(),
            List.of(),
            VolumeNeeds.NONE,
            shape.weights());
    return eligibilityByShape.get(bare, one -> new Eligibility(one, cluster));
  }

  private RefusalIndex refusalIndex(PodShape shape) {
    return new RefusalIndex(shape, cluster);
  }

  private static <K, V> @Nullable V removeOldest(Map<K, V> known) {
    var oldest = known.keySet().iterator().next();
    return known.remove(oldest);
  }
}
