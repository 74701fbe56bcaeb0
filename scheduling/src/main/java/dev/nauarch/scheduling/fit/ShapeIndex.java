package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.NodeSlot;
import dev.nauarch.scheduling.model.PodShape;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The nodes on which one shape fits, best first, and why it does not fit on the others. It catches
 * up with the cluster's log of changes, so a decision costs what has changed since the last one and
 * not the number of nodes.
 */
public final class ShapeIndex {

  /**
   * A node on which the shape fits.
   *
   * @param score larger is better
   * @param node breaks ties
   */
  public record Candidate(long score, String node) implements Comparable<Candidate> {
    @Override
    public int compareTo(Candidate other) {
      var byScore = Long.compare(other.score, score);
      return byScore != 0 ? byScore : node.compareTo(other.node);
    }
  }

  private final PodShape shape;
  private final Cluster cluster;
  private final SortedSet<Candidate> candidates = new TreeSet<>();
  private final Map<String, Candidate> candidateByNode = new HashMap<>();
  private final SortedMap<String, List<Refusal>> refusalsByNode = new TreeMap<>();
  private final Map<String, Long> generationByNode = new HashMap<>();
  private long epoch = -1;
  private int position;

  /** An index that fills itself when it is first asked. */
  public ShapeIndex(PodShape shape, Cluster cluster) {
    this.shape = shape;
    this.cluster = cluster;
  }

  /** Nodes on which the shape fits, best first; valid until the cluster changes. */
  public Iterator<Candidate> best() {
    refresh();
    return candidates.iterator();
  }

  /** How many nodes it fits on. */
  public int fitting() {
    refresh();
    return candidates.size();
  }

  /** Whether it fits on the node. */
  public boolean fitsOn(String node) {
    refresh();
    return candidateByNode.containsKey(node);
  }

  /** Why it does not fit, by node; valid until the cluster changes. */
  public SortedMap<String, List<Refusal>> refusals() {
    refresh();
    return refusalsByNode;
  }

  private void refresh() {
    if (epoch != cluster.epoch()) {
      candidates.clear();
      candidateByNode.clear();
      refusalsByNode.clear();
      generationByNode.clear();
      cluster.nodes().forEach(this::check);
    } else {
      cluster.changedSince(position).forEach(this::check);
    }
    epoch = cluster.epoch();
    position = cluster.position();
  }

  private void check(NodeSlot slot) {
    var seen = generationByNode.put(slot.name(), slot.generation());
    if (seen != null && seen == slot.generation()) {
      return;
    }
    var old = candidateByNode.remove(slot.name());
    if (old != null) {
      candidates.remove(old);
    }
    refusalsByNode.remove(slot.name());
    if (!slot.isKnown()) {
      generationByNode.remove(slot.name());
      return;
    }
    var refusals = NodeRules.check(shape, slot, cluster);
    if (refusals.isEmpty()) {
      var candidate = new Candidate(Scores.of(shape, slot), slot.name());
      candidates.add(candidate);
      candidateByNode.put(slot.name(), candidate);
    } else {
      refusalsByNode.put(slot.name(), refusals);
    }
  }
}
