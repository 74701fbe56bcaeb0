package dev.nauarch.scheduling.explain;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.fit.Refusal;
import dev.nauarch.scheduling.fit.Rule;
import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.Taint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Turns the refusals of all nodes into one explanation. */
public final class Explainer {

  private static final int RELAXATION_LIMIT = 3;
  private static final int REMOVED_LIMIT = 16;

  private final Cluster cluster;

  /** Over a cluster. */
  public Explainer(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Why a pod can be placed on none of the nodes, as the cluster is now.
   *
   * @param refusalsByNode why not, of every node
   */
  public Explanation unschedulable(PodState pod, SortedMap<String, List<Refusal>> refusalsByNode) {
    var removed = removed(refusalsByNode);
    var nodes = cluster.size();
    var message = message(nodes, refusalsByNode);
    if (removed.isEmpty()) {
      return new Explanation(
          "Unschedulable",
          "NoNodes",
          "The cluster has no nodes.",
          message,
          nodes,
          List.of(),
          List.of(),
          List.of("add a node"));
    }
    var dominant = dominant(removed);
    return new Explanation(
        "Unschedulable",
        dominant.cause(),
        summary(pod, dominant, nodes, refusalsByNode),
        message,
        nodes,
        removed,
        notTheReason(pod, removed),
        relaxations(pod, refusalsByNode));
  }

  /** The message of Kubernetes' own scheduler: each node counts for the first rule it fails. */
  static String message(int nodes, SortedMap<String, List<Refusal>> refusalsByNode) {
    var countByReason = new TreeMap<String, Integer>();
    for (var refusals : refusalsByNode.values()) {
      var first = refusals.getFirst().rule();
      for (var refusal : refusals) {
        if (refusal.rule() == first) {
          countByReason.merge(refusal.reason(), 1, Integer::sum);
        }
      }
    }
    var parts = new ArrayList<String>();
    countByReason.forEach((reason, count) -> parts.add(count + " " + reason));
    parts.sort(Comparator.naturalOrder());
    var detail = parts.isEmpty() ? "" : ": " + String.join(", ", parts);
    return nodes == 0
        ? "no nodes available to schedule pods"
        : "0/" + nodes + " nodes are available" + detail + ".";
  }

  private static List<Explanation.Removed> removed(
      SortedMap<String, List<Refusal>> refusalsByNode) {
    var nodesByRefusal = new TreeMap<String, int[]>();
    var ruleByKey = new TreeMap<String, Refusal>();
    for (var refusals : refusalsByNode.values()) {
      var rules = refusals.stream().map(Refusal::rule).distinct().count();
      for (var refusal : refusals) {
        var key = refusal.rule() + " " + refusal.reason();
        ruleByKey.putIfAbsent(key, refusal);
        var counts = nodesByRefusal.computeIfAbsent(key, ignored -> new int[2]);
        counts[0]++;
        counts[1] += rules == 1 ? 1 : 0;
      }
    }
    var removed = new ArrayList<Explanation.Removed>();
    ruleByKey.forEach(
        (key, refusal) -> {
          var counts = nodesByRefusal.getOrDefault(key, new int[2]);
          removed.add(
              new Explanation.Removed(
                  refusal.rule().cause(), refusal.reason(), counts[0], counts[1]));
        });
    removed.sort(
        Comparator.comparingInt(Explanation.Removed::nodes)
            .reversed()
            .thenComparing(Explanation.Removed::reason));
    return removed.size() <= REMOVED_LIMIT ? removed : removed.subList(0, REMOVED_LIMIT);
  }

  /** That which alone keeps the most nodes away; where nothing stands alone, the most frequent. */
  private static Explanation.Removed dominant(List<Explanation.Removed> removed) {
    return removed.stream()
        .min(
            Comparator.comparingInt(Explanation.Removed::alone)
                .thenComparingInt(Explanation.Removed::nodes)
                .reversed()
                .thenComparing(Explanation.Removed::reason))
        .orElseThrow();
  }

  private String summary(
      PodState pod,
      Explanation.Removed dominant,
      int nodes,
      SortedMap<String, List<Refusal>> refusalsByNode) {
    if (dominant.cause().equals(Rule.RESOURCES.cause())
        && dominant.reason().startsWith("Insufficient ")) {
      var resource = dominant.reason().substring("Insufficient ".length());
      var most =
          cluster.nodes().stream().mapToLong(slot -> slot.free().of(resource)).max().orElse(0);
      var lasting =
          refusalsByNode.values().stream()
              .allMatch(refusals -> refusals.stream().anyMatch(Refusal::lasting));
      return "It asks for "
          + AmountWords.amount(resource, pod.shape().requests().of(resource))
          + "; the node with most free has "
          + AmountWords.amount(resource, Math.max(0, most))
          + (lasting ? ", and no node that it may use is large enough even when empty." : ".");
    }
    return dominant.nodes() + " of " + nodes + " nodes: " + dominant.reason() + ".";
  }

  private static List<String> notTheReason(PodState pod, List<Explanation.Removed> removed) {
    var asked = new EnumMap<Rule, Boolean>(Rule.class);
    asked.put(Rule.RESOURCES, true);
    asked.put(Rule.TAINT, true);
    asked.put(Rule.PORT, !pod.shape().ports().isEmpty());
    asked.put(
        Rule.NODE_SELECTION,
        !pod.shape().nodeSelector().isEmpty() || !pod.shape().nodeTerms().isEmpty());
    asked.put(Rule.VOLUME, !pod.shape().claims().isEmpty());
    asked.put(Rule.POD_AFFINITY, !pod.neighbours().near().isEmpty());
    asked.put(Rule.POD_ANTI_AFFINITY, !pod.neighbours().apart().isEmpty());
    asked.put(Rule.SPREAD, pod.neighbours().spread().stream().anyMatch(one -> one.required()));
    return asked.entrySet().stream()
        .filter(Map.Entry::getValue)
        .map(Map.Entry::getKey)
        .filter(rule -> removed.stream().noneMatch(one -> one.cause().equals(rule.cause())))
        .map(Rule::subject)
        .toList();
  }

  /** Changes of the pod that would each place it now: one for every rule that alone refuses. */
  private List<String> relaxations(PodState pod, SortedMap<String, List<Refusal>> byNode) {
    var helpedByChange = new TreeMap<String, List<String>>();
    byNode.forEach(
        (node, refusals) -> {
          if (refusals.stream().map(Refusal::rule).distinct().count() == 1) {
            var change = change(pod, node, refusals);
            helpedByChange.computeIfAbsent(change, ignored -> new ArrayList<>()).add(node);
          }
        });
    return helpedByChange.entrySet().stream()
        .sorted(
            Comparator.<Map.Entry<String, List<String>>>comparingInt(
                    entry -> -entry.getValue().size())
                .thenComparing(Map.Entry::getKey))
        .limit(RELAXATION_LIMIT)
        .map(entry -> entry.getKey() + ": then " + nodes(entry.getValue()))
        .toList();
  }

  private static String nodes(List<String> names) {
    return names.size() == 1
        ? "node " + names.getFirst() + " is possible"
        : names.size() + " nodes are possible, " + names.getFirst() + " among them";
  }

  private String change(PodState pod, String node, List<Refusal> refusals) {
    var slot = cluster.slot(node).orElseThrow();
    return switch (refusals.getFirst().rule()) {
      case CORDON -> "uncordon it";
      case TAINT ->
          "tolerate the taint "
              + slot.state().taints().stream()
                  .filter(taint -> taint.effect() != Taint.Effect.PREFER_NO_SCHEDULE)
                  .filter(taint -> !pod.shape().tolerates(taint))
                  .map(Taint::toString)
                  .findFirst()
                  .orElse("");
      case NODE_SELECTION -> "drop the node selector and affinity";
      case PORT -> "take other host ports";
      case RESOURCES -> smaller(pod, slot.free());
      case VOLUME -> "use other volumes";
      case SPREAD -> "allow a larger skew";
      case POD_AFFINITY -> "drop the pod affinity";
      case POD_ANTI_AFFINITY -> "drop the pod anti-affinity";
    };
  }

  private static String smaller(PodState pod, Amounts free) {
    var parts = new ArrayList<String>();
    for (var resource : pod.shape().requests().lackingIn(free)) {
      if (free.of(resource) <= 0) {
        return "wait until " + resource + " is free";
      }
      parts.add(AmountWords.amount(resource, free.of(resource)));
    }
    return "ask for at most " + String.join(" and ", parts);
  }
}
