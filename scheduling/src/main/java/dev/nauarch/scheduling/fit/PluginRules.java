package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.NodeSlot;
import dev.nauarch.scheduling.model.PluginUse;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.plugin.NodeFilter;
import dev.nauarch.scheduling.plugin.NodeScore;
import dev.nauarch.scheduling.plugin.NodeView;
import dev.nauarch.scheduling.plugin.PodView;
import dev.nauarch.scheduling.plugin.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the plug-ins of a profile say of one pod. Made for one question. They are asked anew each
 * time, since nobody knows what they look at.
 */
final class PluginRules {

  /** Longer reasons are cut off. */
  private static final int REASON_LENGTH_MAX = 200;

  private final Cluster cluster;
  private final PodView pod;
  private final List<PluginUse> plugins;

  PluginRules(PodState pod, Cluster cluster) {
    this.cluster = cluster;
    this.pod = new Views.OfPod(pod);
    this.plugins = pod.shape().policy().plugins();
  }

  /** Whether the profile has no plug-ins. */
  boolean isEmpty() {
    return plugins.isEmpty();
  }

  /** The first reason why not on this node; null where nothing is in the way. */
  @Nullable Refusal check(int number) {
    var slot = plugins.isEmpty() ? null : cluster.slot(number);
    if (slot != null) {
      var node = new Views.OfNode(slot);
      for (var plugin : plugins) {
        var refusal = check(plugin, node);
        if (refusal.isPresent()) {
          return refusal.get();
        }
      }
    }
    return null;
  }

  /** Every reason why not on this node. */
  List<Refusal> refusals(int number) {
    var slot = plugins.isEmpty() ? null : cluster.slot(number);
    return slot == null
        ? List.of()
        : plugins.stream()
            .flatMap(plugin -> check(plugin, new Views.OfNode(slot)).stream())
            .toList();
  }

  /** What they score, for nodes that are possible. */
  List<Preference> preferences() {
    var all = new ArrayList<Preference>(0);
    for (var plugin : plugins) {
      plugin.score().ifPresent(score -> all.add(new Scoring(plugin.weight(), score)));
    }
    return all;
  }

  /** A node of which a score can't be had is not possible either. */
  private Optional<Refusal> check(PluginUse plugin, NodeView node) {
    return plugin
        .filter()
        .flatMap(filter -> guarded(plugin, () -> filter(plugin, filter, node)))
        .or(
            () ->
                plugin.score().flatMap(score -> guarded(plugin, () -> score(plugin, score, node))));
  }

  private Optional<Refusal> filter(PluginUse plugin, NodeFilter filter, NodeView node) {
    Verdict verdict = filter.check(pod, node);
    return verdict.isPossible()
        ? Optional.empty()
        : Optional.of(refusal(plugin, verdict.reason(), !verdict.dependsOnPods()));
  }

  private Optional<Refusal> score(PluginUse plugin, NodeScore score, NodeView node) {
    var points = score.score(pod, node);
    return points >= 0 && points <= NodeScore.MAX
        ? Optional.empty()
        : Optional.of(
            refusal(plugin, "plug-in " + plugin.name() + " gave a score of " + points, true));
  }

  /** The edge to what others wrote: whatever it throws is told, and everything else goes on. */
  private static Optional<Refusal> guarded(PluginUse plugin, Supplier<Optional<Refusal>> question) {
    try {
      return question.get();
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      return Optional.of(refusal(plugin, "plug-in " + plugin.name() + " failed: " + e, true));
    }
  }

  private static Refusal refusal(PluginUse plugin, String reason, boolean lasting) {
    var words =
        reason.length() > REASON_LENGTH_MAX ? reason.substring(0, REASON_LENGTH_MAX) : reason;
    return new Refusal(Rule.PLUGIN, plugin.name(), words, lasting);
  }

  /** A score, which is in range on nodes that are possible. */
  private final class Scoring implements Preference {
    private final int weight;
    private final NodeScore score;

    Scoring(int weight, NodeScore score) {
      this.weight = weight;
      this.score = score;
    }

    @Override
    public int weight() {
      return weight;
    }

    @Override
    public void compare(int[] nodes, int count, long[] worth) {
      for (var i = 0; i < count; i++) {
        var slot = cluster.slot(nodes[i]);
        worth[i] = slot == null ? 0 : MOST / NodeScore.MAX * points(slot);
      }
    }

    private long points(NodeSlot slot) {
      return Math.clamp(score.score(pod, new Views.OfNode(slot)), 0, NodeScore.MAX);
    }
  }
}
