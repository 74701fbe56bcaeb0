package dev.nauarch.scheduling.cluster;

import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.PodTerm;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many pods of each affinity term are in each domain of nodes, counted up and down as pods come
 * and go. A term is counted from scratch when it is first asked for, or after nodes or namespaces
 * got other labels.
 */
public final class Topology {

  /** Terms beyond this many are counted anew when they come up again. */
  private static final int TERM_LIMIT = 4_096;

  private final Cluster cluster;
  private final Map<PodTerm, Counter> counters = new LinkedHashMap<>();
  private final Map<PodTerm, SortedMap<String, Integer>> keptApart = new LinkedHashMap<>();
  private boolean apartIsCounted;

  Topology(Cluster cluster) {
    this.cluster = cluster;
  }

  /** How many pods of one term are where. */
  public static final class Counter {
    private final SortedMap<String, Integer> byDomain = new TreeMap<>();
    private final Map<String, Integer> byNode = new HashMap<>();
    private int total;

    /** Those in one domain. */
    public int inDomain(String value) {
      return byDomain.getOrDefault(value, 0);
    }

    /** Those on one node. */
    public int onNode(String node) {
      return byNode.getOrDefault(node, 0);
    }

    /** All that have a domain. */
    public int total() {
      return total;
    }

    private void add(String node, String domain, int difference) {
      byDomain.merge(domain, difference, Topology::sumOrNothing);
      byNode.merge(node, difference, Topology::sumOrNothing);
      total += difference;
    }
  }

  /** The counts of a term. */
  public Counter count(PodTerm term) {
    var known = counters.get(term);
    if (known != null) {
      return known;
    }
    if (counters.size() >= TERM_LIMIT) {
      counters.clear();
    }
    var counter = new Counter();
    for (var slot : cluster.allSlots()) {
      var domain = slot.state().labels().get(term.topologyKey());
      if (domain != null) {
        for (var pod : slot.pods()) {
          if (counts(pod) && term.matches(pod, cluster.labelsOf(pod.key().namespace()))) {
            counter.add(slot.name(), domain, 1);
          }
        }
      }
    }
    counters.put(term, counter);
    return counter;
  }

  /** The terms by which placed pods keep others apart, with the domains where they do. */
  public Map<PodTerm, SortedMap<String, Integer>> keptApart() {
    if (!apartIsCounted) {
      keptApart.clear();
      for (var slot : cluster.allSlots()) {
        for (var pod : slot.pods()) {
          countApart(pod, slot, 1);
        }
      }
      apartIsCounted = true;
    }
    return keptApart;
  }

  void added(PodState pod, NodeSlot slot) {
    change(pod, slot, 1);
  }

  void removed(PodState pod, NodeSlot slot) {
    change(pod, slot, -1);
  }

  void forgetCounts() {
    counters.clear();
    apartIsCounted = false;
  }

  private void change(PodState pod, NodeSlot slot, int difference) {
    if (apartIsCounted) {
      countApart(pod, slot, difference);
    }
    if (counters.isEmpty() || !counts(pod)) {
      return;
    }
    var labels = cluster.labelsOf(pod.key().namespace());
    for (var entry : counters.entrySet()) {
      var domain = slot.state().labels().get(entry.getKey().topologyKey());
      if (domain != null && entry.getKey().matches(pod, labels)) {
        entry.getValue().add(slot.name(), domain, difference);
      }
    }
  }

  private void countApart(PodState pod, NodeSlot slot, int difference) {
    for (var term : pod.neighbours().apart()) {
      var domain = slot.state().labels().get(term.topologyKey());
      if (domain != null) {
        var domains = keptApart.computeIfAbsent(term, ignored -> new TreeMap<>());
        domains.merge(domain, difference, Topology::sumOrNothing);
        if (domains.isEmpty()) {
          keptApart.remove(term);
        }
      }
    }
  }

  /** Pods that are ending make room soon, and are not neighbours any more. */
  private static boolean counts(PodState pod) {
    return pod.stage() == PodState.Stage.LIVE;
  }

  @SuppressWarnings("NullAway") // merge removes an entry whose new value is null
  private static Integer sumOrNothing(int a, int b) {
    return a + b == 0 ? null : a + b;
  }
}
