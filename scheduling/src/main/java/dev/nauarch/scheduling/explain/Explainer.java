package dev.nauarch.scheduling.explain;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.NodeSlot;
import dev.nauarch.scheduling.fit.Refusal;
import dev.nauarch.scheduling.fit.Refusals;
import dev.nauarch.scheduling.fit.Rule;
import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.Taint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Turns the refusals of all nodes into one explanation. */
public final class Explainer {

  private static final int RELAXATION_LIMIT = 3;
  private static final int REMOVED_LIMIT = 16;

  /** In the place of a column, where nothing is counted. */
  private static final double[] ALL_EQUAL = new double[0];

  private static final String INSUFFICIENT = "Insufficient ";

  private final Cluster cluster;

  /** Over a cluster. */
  public Explainer(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Why a pod can be placed on none of the nodes, as the cluster is now.
   *
   * @param refusals why not, of every node
   */
  public Explanation unschedulable(PodState pod, Refusals refusals) {
    return unschedulable(pod, refusals, cluster.size());
  }

  /**
   * The same where not all nodes come into question.
   *
   * @param refusals why not, of every node that does
   * @param nodes how many do
   */
  public Explanation unschedulable(PodState pod, Refusals refusals, int nodes) {
    var groups = refusals.groups();
    var removed = removed(groups);
    var message = message(nodes, groups);
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
        summary(pod, dominant, nodes, refusals),
        message,
        nodes,
        removed,
        notTheReason(pod, removed),
        relaxations(pod, refusals));
  }

  /**
   * The message of Kubernetes' own scheduler: each node counts for the first rule it fails, unless
   * it is about the pod's claims alone, whatever the node.
   */
  private static String message(int nodes, List<Refusals.Group> groups) {
    var countByReason = new TreeMap<String, Integer>();
    var ofThePod = false;
    for (var group : groups) {
      var first = group.refusals().getFirst();
      for (var refusal : group.refusals()) {
        if (refusal.isBySameRule(first)) {
          countByReason.merge(refusal.reason(), group.count(), Integer::sum);
          ofThePod |= first.rule() == Rule.CLAIM;
        }
      }
    }
    var parts = new ArrayList<String>();
    for (var one : countByReason.entrySet()) {
      parts.add(ofThePod ? one.getKey() : one.getValue() + " " + one.getKey());
    }
    parts.sort(Comparator.naturalOrder());
    var detail = parts.isEmpty() ? "" : ": " + String.join(", ", parts);
    return nodes == 0
        ? "no nodes available to schedule pods"
        : "0/" + nodes + " nodes are available" + detail + ".";
  }

  private static List<Explanation.Removed> removed(List<Refusals.Group> groups) {
    var nodesByRefusal = new TreeMap<String, int[]>();
    var ruleByKey = new TreeMap<String, Refusal>();
    for (var group : groups) {
      for (var refusal : group.refusals()) {
        var key = refusal.rule() + " " + refusal.cause() + " " + refusal.reason();
        ruleByKey.putIfAbsent(key, refusal);
        var counts = nodesByRefusal.computeIfAbsent(key, ignored -> new int[2]);
        counts[0] += group.count();
        counts[1] += group.rules() == 1 ? group.count() : 0;
      }
    }
    var removed = new ArrayList<Explanation.Removed>();
    ruleByKey.forEach(
        (key, refusal) -> {
          var counts = nodesByRefusal.getOrDefault(key, new int[2]);
          removed.add(
              new Explanation.Removed(refusal.cause(), refusal.reason(), counts[0], counts[1]));
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

  private String summary(PodState pod, Explanation.Removed dominant, int nodes, Refusals refusals) {
    if (dominant.cause().equals(Rule.RESOURCES.cause())
        && dominant.reason().startsWith(INSUFFICIENT)) {
      var resource = dominant.reason().substring(INSUFFICIENT.length());
      var most = mostFree(resource, refusals);
      var lasting = refusals.groups().stream().allMatch(Refusals.Group::isLasting);
      return "It asks for "
          + AmountWords.amount(resource, pod.shape().requests().of(resource))
          + "; the node with most free has "
          + AmountWords.amount(resource, Math.max(0, most))
          + (lasting ? ", and no node that it may use is large enough even when empty." : ".");
    }
    return dominant.nodes() + " of " + nodes + " nodes: " + dominant.reason() + ".";
  }

  private List<String> notTheReason(PodState pod, List<Explanation.Removed> removed) {
    var asked = new EnumMap<Rule, Boolean>(Rule.class);
    asked.put(Rule.RESOURCES, true);
    asked.put(Rule.TAINT, true);
    asked.put(Rule.PORT, !pod.shape().ports().isEmpty());
    asked.put(
        Rule.NODE_SELECTION,
        !pod.shape().nodeSelector().isEmpty() || !pod.shape().nodeTerms().isEmpty());
    asked.put(Rule.VOLUME, !pod.shape().volumes().isEmpty());
    asked.put(Rule.DEVICES, !pod.devices().isEmpty() || !cluster.devices().extended(pod).isEmpty());
    asked.put(Rule.POD_AFFINITY, !pod.neighbours().near().isEmpty());
    asked.put(Rule.POD_ANTI_AFFINITY, !pod.neighbours().apart().isEmpty());
    asked.put(Rule.SPREAD, pod.neighbours().spread().stream().anyMatch(one -> one.required()));
    var rules =
        asked.entrySet().stream()
            .filter(Map.Entry::getValue)
            .map(Map.Entry::getKey)
            .filter(rule -> !isCause(rule.cause(), removed))
            .map(Rule::subject);
    var plugins =
        pod.shape().policy().plugins().stream()
            .filter(plugin -> plugin.filter().isPresent())
            .filter(plugin -> !isCause(plugin.name(), removed))
            .map(plugin -> "plug-in " + plugin.name());
    return Stream.concat(rules, plugins).toList();
  }

  private static boolean isCause(String cause, List<Explanation.Removed> removed) {
    return removed.stream().anyMatch(one -> one.cause().equals(cause));
  }

  /** Of the nodes that lack nothing but resources, or of all where there is none. */
  private long mostFree(String resource, Refusals refusals) {
    var best = new Best(free(resource));
    var only = refusals.groups().stream().filter(Explainer::isAboutResources).toList();
    for (var group : only.isEmpty() ? refusals.groups() : only) {
      refusals.forEachNode(group, best::see);
    }
    return (long) best.most;
  }

  private static boolean isAboutResources(Refusals.Group group) {
    return group.refusals().stream().allMatch(refusal -> refusal.rule() == Rule.RESOURCES);
  }

  private double[] free(String resource) {
    return cluster.columns().free(cluster.columns().column(resource));
  }

  /** A change of the pod, and the nodes that it would make possible. */
  private record Relaxation(String change, String node, int nodes) {

    @Override
    public String toString() {
      return change
          + ": then "
          + (nodes == 1
              ? "node " + node + " is possible"
              : nodes + " nodes are possible, " + node + " among them");
    }
  }

  /**
   * Changes that would each place the pod: one for every rule that alone refuses. To wait for what
   * a node never has is none.
   */
  private List<String> relaxations(PodState pod, Refusals refusals) {
    return refusals.groups().stream()
        .filter(group -> group.rules() == 1)
        .flatMap(group -> relaxation(pod, refusals, group).stream())
        .sorted(
            Comparator.comparingInt(Relaxation::nodes)
                .reversed()
                .thenComparing(Relaxation::change)
                .thenComparing(Relaxation::node))
        .limit(RELAXATION_LIMIT)
        .map(Relaxation::toString)
        .toList();
  }

  private Optional<Relaxation> relaxation(PodState pod, Refusals refusals, Refusals.Group group) {
    var lacking =
        group.refusals().getFirst().rule() == Rule.RESOURCES
            ? lacking(group)
            : Optional.<String>empty();
    var best = new Best(lacking.map(this::free).orElse(ALL_EQUAL));
    refusals.forEachNode(group, best::see);
    var slot = Objects.requireNonNull(cluster.slot(best.node));
    var isHopeless =
        group.isLasting() && lacking.filter(one -> slot.free().of(one) <= 0).isPresent();
    return isHopeless
        ? Optional.empty()
        : Optional.of(new Relaxation(change(pod, slot, group), slot.name(), best.count));
  }

  /** The first resource that a group of nodes lacks; none where it is places for pods. */
  private static Optional<String> lacking(Refusals.Group group) {
    return group.refusals().stream()
        .map(Refusal::reason)
        .filter(reason -> reason.startsWith(INSUFFICIENT))
        .map(reason -> reason.substring(INSUFFICIENT.length()))
        .findFirst();
  }

  /** Among nodes, those that have the most of what they lack, or all where nothing is counted. */
  private static final class Best {
    private final double[] free;
    private double most = Double.NEGATIVE_INFINITY;
    private int node;
    private int count;

    Best(double[] free) {
      this.free = free;
    }

    void see(int other) {
      var has = free.length == 0 ? 0 : free[other];
      if (has > most) {
        most = has;
        node = other;
        count = 0;
      }
      count += has == most ? 1 : 0;
    }
  }

  private static String change(PodState pod, NodeSlot slot, Refusals.Group group) {
    return switch (group.refusals().getFirst().rule()) {
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
      case CLAIM, VOLUME_IN_USE, VOLUME, VOLUME_ZONE -> "use other volumes";
      case VOLUME_LIMIT -> "use fewer volumes";
      case DEVICES -> "claim other devices";
      case SPREAD -> "allow a larger skew";
      case POD_AFFINITY -> "drop the pod affinity";
      case POD_ANTI_AFFINITY -> "drop the pod anti-affinity";
      case PLUGIN -> "do as the plug-in " + group.refusals().getFirst().cause() + " wants";
      case EXTENDER -> "do as the extender " + group.refusals().getFirst().cause() + " wants";
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
