package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.model.Filter;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.PodTerm;
import dev.nauarch.scheduling.model.SpreadConstraint;
import dev.nauarch.scheduling.model.SpreadRule;
import dev.nauarch.scheduling.model.Taint;
import dev.nauarch.scheduling.model.Toleration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** The rules and scores as they are written down, without anything that is remembered. */
final class PlainSearch {

  private static final String CORDON = "node.kubernetes.io/unschedulable";

  private final History history;
  private final PodState pod;
  private final List<SpreadConstraint> spread;
  private final boolean mayLackDomains;

  PlainSearch(History history, PodState pod) {
    this.history = history;
    this.pod = pod;
    var own = pod.neighbours().spread();
    this.spread = own.isEmpty() ? ofServices() : own;
    this.mayLackDomains = own.isEmpty();
  }

  private List<SpreadConstraint> ofServices() {
    var labels =
        history.groups.values().stream()
            .filter(group -> group.selector().stream().allMatch(one -> one.matches(pod.labels())))
            .flatMap(group -> group.selector().stream())
            .distinct()
            .toList();
    return labels.isEmpty()
        ? List.of()
        : SpreadRule.SYSTEM.constraints().stream()
            .map(domain -> domain.about("default", labels))
            .toList();
  }

  /** The names of the possible nodes. */
  List<String> possible() {
    return history.nodes.values().stream().filter(this::fits).map(NodeState::name).toList();
  }

  private boolean fits(NodeState node) {
    return (!on(Filter.NODE_UNSCHEDULABLE) || !node.unschedulable() || bears(cordon()))
        && (!on(Filter.TAINT_TOLERATION) || bearsAll(node))
        && (!on(Filter.NODE_AFFINITY) || pod.shape().selects(node))
        && (!on(Filter.NODE_RESOURCES_FIT) || hasRoom(node))
        && (!on(Filter.POD_TOPOLOGY_SPREAD) || isEven(node))
        && (!on(Filter.INTER_POD_AFFINITY) || suitsOthers(node))
        && (pod.shape().policy().plugins().isEmpty() || like(node) < History.ALIKE_MAX);
  }

  /** How many pods of the same application the node has. */
  private long like(NodeState node) {
    return on(node).stream().filter(other -> other.labels().equals(pod.labels())).count();
  }

  private boolean on(Filter filter) {
    return !pod.shape().policy().off().contains(filter);
  }

  private static Taint cordon() {
    return new Taint(CORDON, "", Taint.Effect.NO_SCHEDULE);
  }

  private boolean bears(Taint taint) {
    return pod.shape().tolerations().stream().anyMatch((Toleration one) -> one.tolerates(taint));
  }

  private boolean bearsAll(NodeState node) {
    return node.taints().stream().allMatch(this::bears);
  }

  private boolean hasRoom(NodeState node) {
    var free = node.allocatable();
    for (var other : on(node)) {
      free = free.minus(other.shape().requests());
    }
    return pod.shape().requests().fitsIn(free);
  }

  private List<PodState> on(NodeState node) {
    return history.placed.values().stream()
        .filter(other -> other.node().equals(node.name()))
        .toList();
  }

  private static String domain(NodeState node, String key) {
    return node.labels().getOrDefault(key, "");
  }

  private static boolean means(PodTerm term, PodState other) {
    return term.matches(other, Collections.emptySortedMap());
  }

  private long around(NodeState node, PodTerm term) {
    var here = domain(node, term.topologyKey());
    return here.isEmpty()
        ? 0
        : history.placed.values().stream()
            .filter(other -> means(term, other))
            .filter(other -> isIn(other, term.topologyKey(), here))
            .count();
  }

  private boolean isIn(PodState other, String key, String here) {
    var node = history.nodes.get(other.node());
    return node != null && domain(node, key).equals(here);
  }

  private boolean suitsOthers(NodeState node) {
    for (var term : pod.neighbours().near()) {
      var isFirst =
          history.nodes.values().stream().allMatch(each -> around(each, term) == 0)
              && means(term, pod);
      if (domain(node, term.topologyKey()).isEmpty() || (!isFirst && around(node, term) == 0)) {
        return false;
      }
    }
    return pod.neighbours().apart().stream().allMatch(term -> around(node, term) == 0)
        && history.placed.values().stream()
            .flatMap(
                other ->
                    other.neighbours().apart().stream()
                        .filter(term -> means(term, pod))
                        .filter(term -> isBeside(other, node, term)))
            .findAny()
            .isEmpty();
  }

  private boolean isBeside(PodState other, NodeState node, PodTerm term) {
    var here = domain(node, term.topologyKey());
    return !here.isEmpty() && isIn(other, term.topologyKey(), here);
  }

  private boolean counts(SpreadConstraint constraint, NodeState node) {
    return (!constraint.honorAffinity() || pod.shape().selects(node))
        && (!constraint.honorTaints() || bearsAllButCordon(node));
  }

  private boolean bearsAllButCordon(NodeState node) {
    return node.taints().stream()
        .filter(taint -> !taint.key().equals(CORDON))
        .allMatch(this::bears);
  }

  /** How many pods that a constraint means are in each domain. */
  private SortedMap<String, Long> pods(SpreadConstraint constraint, List<String> needed) {
    var pods = new TreeMap<String, Long>();
    for (var node : history.nodes.values()) {
      var here = domain(node, constraint.term().topologyKey());
      if (!here.isEmpty() && counts(constraint, node) && hasAll(node, needed)) {
        var meant = on(node).stream().filter(other -> means(constraint.term(), other)).count();
        pods.merge(here, meant, Long::sum);
      }
    }
    return pods;
  }

  private static boolean hasAll(NodeState node, List<String> keys) {
    return keys.stream().noneMatch(key -> domain(node, key).isEmpty());
  }

  private boolean isEven(NodeState node) {
    for (var constraint : spread) {
      if (constraint.required()) {
        var here = domain(node, constraint.term().topologyKey());
        var pods = pods(constraint, List.of());
        var least = pods.values().stream().min(Comparator.naturalOrder()).orElse(0L);
        var self = means(constraint.term(), pod) ? 1 : 0;
        if (here.isEmpty() || pods.getOrDefault(here, 0L) + self - least > constraint.maxSkew()) {
          return false;
        }
      }
    }
    return true;
  }

  /** The best node of a pod that asks for no devices; the first by number among equals. */
  Optional<String> best() {
    var nodes =
        possible().stream()
            .map(name -> history.cluster.slot(name).orElseThrow())
            .sorted(Comparator.comparingInt(slot -> slot.number()))
            .map(slot -> slot.state())
            .toList();
    var affinity = scaled(nodes.stream().map(this::affinity).toList());
    var evenness = evenness(nodes);
    var best = Optional.<String>empty();
    var most = Long.MIN_VALUE;
    for (var i = 0; i < nodes.size(); i++) {
      var weights = pod.shape().weights();
      var total =
          1_000L * alone(nodes.get(i))
              + weights.podAffinity() * affinity.get(i)
              + weights.spread() * evenness.get(i)
              + plugins(nodes.get(i));
      if (total > most) {
        most = total;
        best = Optional.of(nodes.get(i).name());
      }
    }
    return best;
  }

  private long plugins(NodeState node) {
    return pod.shape().policy().plugins().stream()
        .mapToLong(plugin -> plugin.weight() * 1_000L * History.points(on(node).size()))
        .sum();
  }

  private static List<Long> scaled(List<Long> all) {
    var least = all.stream().min(Comparator.naturalOrder()).orElse(0L);
    var range = Math.max(1, all.stream().max(Comparator.naturalOrder()).orElse(0L) - least);
    return all.stream().map(one -> 100_000 * (one - least) / range).toList();
  }

  private long affinity(NodeState node) {
    var sum = 0L;
    for (var wish : pod.neighbours().preferred()) {
      sum += wish.weight() * around(node, wish.term());
    }
    var others = pod.shape().policy().others();
    if (others.ignoresPreferred() && pod.neighbours().preferred().isEmpty()) {
      return sum;
    }
    for (var other : history.placed.values()) {
      for (var term : other.neighbours().near()) {
        sum += means(term, pod) && isBeside(other, node, term) ? others.required() : 0;
      }
      for (var wish : other.neighbours().preferred()) {
        sum += means(wish.term(), pod) && isBeside(other, node, wish.term()) ? wish.weight() : 0;
      }
    }
    return sum;
  }

  private List<Long> evenness(List<NodeState> nodes) {
    var soft = spread.stream().filter(constraint -> !constraint.required()).toList();
    if (soft.isEmpty()) {
      return Collections.nCopies(nodes.size(), 0L);
    }
    var needed =
        mayLackDomains
            ? List.<String>of()
            : soft.stream().map(one -> one.term().topologyKey()).toList();
    var crowds = new ArrayList<Long>();
    for (var node : nodes) {
      crowds.add(hasAll(node, needed) ? crowd(node, nodes, soft, needed) : -1L);
    }
    var within = crowds.stream().filter(crowd -> crowd >= 0).toList();
    var least = within.stream().min(Comparator.naturalOrder()).orElse(0L);
    var most = within.stream().max(Comparator.naturalOrder()).orElse(0L);
    return crowds.stream()
        .map(crowd -> crowd < 0 ? 0 : most == 0 ? 100_000 : 100_000 * (most + least - crowd) / most)
        .toList();
  }

  private long crowd(
      NodeState node, List<NodeState> nodes, List<SpreadConstraint> soft, List<String> needed) {
    var sum = 0.0;
    for (var constraint : soft) {
      var key = constraint.term().topologyKey();
      var domains = new TreeSet<String>();
      nodes.stream()
          .filter(each -> hasAll(each, needed) && !domain(each, key).isEmpty())
          .forEach(each -> domains.add(domain(each, key)));
      if (!domain(node, key).isEmpty()) {
        var pods = pods(constraint, needed).getOrDefault(domain(node, key), 0L);
        sum += pods * StrictMath.log(domains.size() + 2.0) + constraint.maxSkew() - 1;
      }
    }
    return Math.round(sum);
  }

  /** What a node scores for what it is and what is left of it. */
  private long alone(NodeState node) {
    var weights = pod.shape().weights();
    var cpu = cpu(pod);
    var memory = memory(pod);
    for (var other : on(node)) {
      cpu += cpu(other);
      memory += memory(other);
    }
    cpu *= 1.0 / node.allocatable().cpuMillis();
    memory *= 1.0 / node.allocatable().memoryBytes();
    var best = 100 * (weights.balanced() + (weights.packs() ? 0.0 : weights.free()));
    var used = 100 * weights.free() * (weights.packs() ? -0.5 : 0.5);
    var room = best - 100 * weights.balanced() * Math.abs(cpu - memory) - used * (cpu + memory);
    return Math.max(0, (int) room)
        + (node.allocatable().of("gpu") > 0 ? 0 : 200)
        + 100L * weights.taints()
        + (long) weights.images() * images(node);
  }

  private static double cpu(PodState one) {
    var asked = one.shape().requests().cpuMillis();
    return asked == 0 ? 100 : asked;
  }

  private static double memory(PodState one) {
    var asked = one.shape().requests().memoryBytes();
    return asked == 0 ? 200L << 20 : asked;
  }

  private long images(NodeState node) {
    var wanted = pod.shape().images();
    var sum = 0L;
    for (var image : wanted) {
      var holders =
          history.nodes.values().stream().filter(one -> one.images().containsKey(image)).count();
      sum += node.images().getOrDefault(image, 0L) * holders / history.nodes.size();
    }
    var least = 23L << 20;
    var most = (1_000L << 20) * wanted.size();
    return wanted.isEmpty() ? 0 : 100 * (Math.clamp(sum, least, most) - least) / (most - least);
  }
}
