package dev.nauarch.scheduling.extender;

import dev.nauarch.scheduling.cluster.NodeSlot;
import dev.nauarch.scheduling.fit.Advice;
import dev.nauarch.scheduling.fit.Refusal;
import dev.nauarch.scheduling.fit.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What extenders have said of the nodes that they were asked about. */
public final class Said implements Advice {

  /** Points of an extender go to 10, those of everything else to 100. */
  private static final int POINT = 10;

  private static final long POINTS_MAX = 10;

  private final Set<String> asked;
  private final Map<String, Refusal> refusalByNode = new HashMap<>();
  private final Map<String, Integer> pointsByNode = new HashMap<>();
  private List<String> possible;
  private boolean hasFailed;

  Said(List<String> nodes) {
    this.asked = new HashSet<>(nodes);
    this.possible = List.copyOf(nodes);
  }

  /** The names of the nodes that nobody has refused yet. */
  List<String> possible() {
    return possible;
  }

  /** Whether somebody gave no answer without whom the pod can't be placed. */
  public boolean hasFailed() {
    return hasFailed;
  }

  void take(Extender extender, Question.Topic topic, Answer answer) {
    switch (answer) {
      case Answer.Prioritized(var scores) ->
          scores.forEach(
              (node, score) -> {
                var points = (int) Math.clamp(score, 0, POINTS_MAX) * POINT * extender.weight();
                pointsByNode.merge(node, points, Integer::sum);
              });
      case Answer.Filtered filtered -> filter(extender, filtered);
      case Answer.Preempted ignored -> fail(extender, "it was not asked who may stop");
      case Answer.Failed(var why) -> {
        // Scores that can't be had are not missed, as in Kubernetes.
        if (topic == Question.Topic.FILTER) {
          fail(extender, why);
        }
      }
    }
  }

  private void filter(Extender extender, Answer.Filtered filtered) {
    for (var node : filtered.nodes()) {
      if (!asked.contains(node)) {
        fail(extender, "it names node " + node + ", which it was not asked about");
        return;
      }
    }
    var passed = new HashSet<>(filtered.nodes());
    var rest = new ArrayList<String>();
    for (var node : possible) {
      if (passed.contains(node)) {
        rest.add(node);
      } else {
        var words = filtered.failed().getOrDefault(node, "node(s) didn't pass the extender");
        var reason = filtered.unresolvable().getOrDefault(node, words);
        var lasting = filtered.unresolvable().containsKey(node);
        refusalByNode.put(node, refusal(extender, reason, lasting));
      }
    }
    possible = rest;
  }

  /** Who can be ignored is not missed. */
  private void fail(Extender extender, String why) {
    if (extender.isIgnorable()) {
      return;
    }
    hasFailed = true;
    var refusal = refusal(extender, "extender " + extender.urlPrefix() + " failed: " + why, true);
    possible.forEach(node -> refusalByNode.put(node, refusal));
    possible = List.of();
  }

  private static Refusal refusal(Extender extender, String reason, boolean lasting) {
    return new Refusal(Rule.EXTENDER, extender.urlPrefix(), reason, lasting);
  }

  @Override
  public @Nullable Refusal check(NodeSlot node) {
    return refusalByNode.get(node.name());
  }

  @Override
  public boolean isSilent() {
    return false;
  }

  @Override
  public boolean admits(NodeSlot node) {
    return asked.contains(node.name());
  }

  @Override
  public boolean prefersSomething() {
    return !pointsByNode.isEmpty();
  }

  @Override
  public int points(NodeSlot node) {
    return pointsByNode.getOrDefault(node.name(), 0);
  }
}
