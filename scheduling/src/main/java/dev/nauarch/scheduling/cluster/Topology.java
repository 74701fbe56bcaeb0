package dev.nauarch.scheduling.cluster;

import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.PodTerm;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * How many pods of each affinity term are in each domain of nodes, counted up and down as pods come
 * and go and nodes change. A term is counted from scratch when it is first asked for, or after
 * namespaces got other labels.
 */
public final class Topology {

  /** Terms beyond this many are counted anew when they come up again. */
  private static final int TERM_LIMIT = 4_096;

  private final Cluster cluster;
  private final Map<String, Domains> domainsByKey = new LinkedHashMap<>();

  /** Those that terms mean. */
  private final TermIndex meant = new TermIndex();

  /** Those that have a term by which they keep others apart. */
  private final TermIndex apart = new TermIndex();

  Topology(Cluster cluster) {
    this.cluster = cluster;
  }

  /** The domains of a label. */
  public Domains domains(String key) {
    var known = domainsByKey.get(key);
    if (known != null) {
      return known;
    }
    var domains = new Domains(key);
    cluster.allSlots().forEach(slot -> domains.put(slot.number(), slot.state().labels()));
    domainsByKey.put(key, domains);
    return domains;
  }

  /** The pods that a term means. */
  public Counter count(PodTerm term) {
    var known = meant.get(term);
    if (known != null) {
      return known;
    }
    if (meant.size() >= TERM_LIMIT) {
      meant.clear();
    }
    var counter = new Counter(term, domains(term.topologyKey()));
    for (var slot : cluster.allSlots()) {
      for (var pod : slot.pods()) {
        if (term.matches(pod, cluster.labelsOf(pod.key().namespace()))) {
          counter.add(slot.number(), 1);
        }
      }
    }
    meant.put(counter);
    return counter;
  }

  /** Whether a placed pod wants to be apart from some pods. */
  public boolean keepsApart() {
    return apart.size() > 0;
  }

  /** The counts of placed pods that want to be apart from a pod, one for each of their terms. */
  public void forEachApartFrom(
      PodState pod, SortedMap<String, String> labelsOfNamespace, Consumer<Counter> action) {
    apart.forEachThatMeans(pod, labelsOfNamespace, action);
  }

  void added(PodState pod, NodeSlot slot) {
    change(pod, slot, 1);
  }

  void removed(PodState pod, NodeSlot slot) {
    change(pod, slot, -1);
  }

  /** Changes what a node is, and moves its pods to other domains where it has other labels. */
  void relabel(NodeSlot slot, Runnable change) {
    forEachCounter(counter -> counter.leaves(slot.number()));
    change.run();
    domainsByKey.values().forEach(each -> each.put(slot.number(), slot.state().labels()));
    forEachCounter(counter -> counter.comes(slot.number()));
  }

  /** Namespaces have other labels, so that terms may mean other pods. */
  void forgetCounts() {
    meant.clear();
  }

  private void forEachCounter(Consumer<Counter> action) {
    meant.all().forEach(action);
    apart.all().forEach(action);
  }

  private void change(PodState pod, NodeSlot slot, int difference) {
    for (var term : pod.neighbours().apart()) {
      var known = apart.get(term);
      var counter = known == null ? new Counter(term, domains(term.topologyKey())) : known;
      if (known == null) {
        apart.put(counter);
      }
      counter.add(slot.number(), difference);
      if (counter.isEmpty()) {
        apart.remove(counter);
      }
    }
    meant.forEachThatMeans(
        pod,
        cluster.labelsOf(pod.key().namespace()),
        counter -> counter.add(slot.number(), difference));
  }
}
