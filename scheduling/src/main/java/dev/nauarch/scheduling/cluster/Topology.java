package dev.nauarch.scheduling.cluster;

import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.PodTerm;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * How many pods of each affinity term are in each domain of nodes, counted up and down as pods come
 * and go and nodes change. A term is counted from scratch when it is first asked for, or after
 * namespaces got other labels.
 */
public final class Topology {

  /** Terms beyond this many are counted anew when they come up again. */
  private static final int TERM_LIMIT = 4_096;

  /** Terms may have so many counts in all, so that large clusters remember fewer of them. */
  private static final int COUNT_LIMIT = 1 << 26;

  private final Cluster cluster;
  private final Map<String, Domains> domainsByKey = new LinkedHashMap<>();

  /** Those that terms mean. */
  private final TermIndex meant = new TermIndex();

  /** Those that have a term by which they keep others apart. */
  private final TermIndex apart = new TermIndex();

  /** Those that must have others beside them. */
  private final TermIndex near = new TermIndex();

  /** Those that would have others beside them, or not, by how much they want it. */
  private final SortedMap<Integer, TermIndex> wishesByWeight = new TreeMap<>();

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
    if (meant.size() >= Math.clamp(COUNT_LIMIT / Math.max(1, cluster.numbers()), 64, TERM_LIMIT)) {
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

  /** Whether a placed pod wants some pods beside it, or not. */
  public boolean hasWishes() {
    return near.size() > 0 || !wishesByWeight.isEmpty();
  }

  /** The counts of placed pods that must have a pod beside them, one for each of their terms. */
  public void forEachThatNeeds(
      PodState pod, SortedMap<String, String> labelsOfNamespace, Consumer<Counter> action) {
    near.forEachThatMeans(pod, labelsOfNamespace, action);
  }

  /** The counts of placed pods that would have a pod beside them, with how much they want it. */
  public void forEachThatWants(
      PodState pod,
      SortedMap<String, String> labelsOfNamespace,
      BiConsumer<Counter, Integer> action) {
    wishesByWeight.forEach(
        (weight, wishes) ->
            wishes.forEachThatMeans(
                pod, labelsOfNamespace, counter -> action.accept(counter, weight)));
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
    near.all().forEach(action);
    wishesByWeight.values().forEach(wishes -> wishes.all().forEach(action));
  }

  private void change(PodState pod, NodeSlot slot, int difference) {
    pod.neighbours().apart().forEach(term -> count(apart, term, slot, difference));
    pod.neighbours().near().forEach(term -> count(near, term, slot, difference));
    for (var wish : pod.neighbours().preferred()) {
      var wishes = wishesByWeight.computeIfAbsent(wish.weight(), ignored -> new TermIndex());
      count(wishes, wish.term(), slot, difference);
      if (wishes.size() == 0) {
        wishesByWeight.remove(wish.weight());
      }
    }
    meant.forEachThatMeans(
        pod,
        cluster.labelsOf(pod.key().namespace()),
        counter -> counter.add(slot.number(), difference));
  }

  private void count(TermIndex terms, PodTerm term, NodeSlot slot, int difference) {
    var known = terms.get(term);
    var counter = known == null ? new Counter(term, domains(term.topologyKey())) : known;
    if (known == null) {
      terms.put(counter);
    }
    counter.add(slot.number(), difference);
    if (counter.isEmpty()) {
      terms.remove(counter);
    }
  }
}
