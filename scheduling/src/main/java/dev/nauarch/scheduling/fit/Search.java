package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.NodeSlot;
import dev.nauarch.scheduling.model.PodShape;
import dev.nauarch.scheduling.model.PodState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Finds the best node for a pod, and says of every other why not. */
public final class Search {

  /** Shapes beyond this many are indexed anew when they come up again; the oldest go first. */
  private static final int SHAPE_LIMIT = 512;

  private static final int NEIGHBOUR_WEIGHT = 200;

  private final Cluster cluster;
  private final Map<PodShape, ShapeIndex> indexByShape = new LinkedHashMap<>();

  /** A search over a cluster. */
  public Search(Cluster cluster) {
    this.cluster = cluster;
  }

  /** The best node; among equals the first by name. */
  public Optional<String> best(PodState pod) {
    var rules = new NeighbourRules(pod, cluster);
    if (pod.neighbours().prefersSomething()) {
      return bestWithPreferences(pod, rules);
    }
    var candidates = index(pod.shape()).best();
    while (candidates.hasNext()) {
      var node = candidates.next().node();
      if (rules.isEmpty() || rules.check(slot(node)).isEmpty()) {
        return Optional.of(node);
      }
    }
    return Optional.empty();
  }

  /** Whether the pod can run on this very node now. */
  public boolean fits(PodState pod, String node) {
    var slot = cluster.slot(node);
    return slot.isPresent() && refusals(pod, slot.get()).isEmpty();
  }

  /** Why the pod can't run on this very node now; empty where it can. */
  public List<Refusal> refusals(PodState pod, NodeSlot slot) {
    var refusals = new ArrayList<>(NodeRules.check(pod.shape(), slot, cluster));
    new NeighbourRules(pod, cluster).check(slot).ifPresent(refusals::add);
    return refusals;
  }

  /** Why the pod can't run, node by node; nodes on which it can are absent. */
  public SortedMap<String, List<Refusal>> refusals(PodState pod) {
    var all = new TreeMap<>(index(pod.shape()).refusals());
    var rules = new NeighbourRules(pod, cluster);
    if (rules.isEmpty()) {
      return all;
    }
    for (var slot : cluster.nodes()) {
      var refused = rules.check(slot);
      if (refused.isPresent()) {
        var together = new ArrayList<>(all.getOrDefault(slot.name(), List.of()));
        together.add(refused.get());
        all.put(slot.name(), together);
      }
    }
    return all;
  }

  private Optional<String> bestWithPreferences(PodState pod, NeighbourRules rules) {
    var worthByCandidate = new LinkedHashMap<ShapeIndex.Candidate, Long>();
    var least = Long.MAX_VALUE;
    var most = Long.MIN_VALUE;
    var candidates = index(pod.shape()).best();
    while (candidates.hasNext()) {
      var candidate = candidates.next();
      var slot = slot(candidate.node());
      if (rules.check(slot).isEmpty()) {
        var worth = rules.worth(slot);
        least = Math.min(least, worth);
        most = Math.max(most, worth);
        worthByCandidate.put(candidate, worth);
      }
    }
    var range = Math.max(1, most - least);
    var floor = least;
    return worthByCandidate.entrySet().stream()
        .map(
            entry ->
                new ShapeIndex.Candidate(
                    entry.getKey().score() + NEIGHBOUR_WEIGHT * (entry.getValue() - floor) / range,
                    entry.getKey().node()))
        .min(ShapeIndex.Candidate::compareTo)
        .map(ShapeIndex.Candidate::node);
  }

  private NodeSlot slot(String node) {
    return cluster
        .slot(node)
        .orElseThrow(() -> new IllegalStateException("node " + node + " is indexed but unknown"));
  }

  private ShapeIndex index(PodShape shape) {
    var index = indexByShape.get(shape);
    if (index == null) {
      if (indexByShape.size() >= SHAPE_LIMIT) {
        indexByShape.remove(indexByShape.keySet().iterator().next());
      }
      index = new ShapeIndex(shape, cluster);
      indexByShape.put(shape, index);
    }
    return index;
  }
}
