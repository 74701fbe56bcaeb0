package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules about one pod that look at more than its shape and a node. Made for one question. What
 * there is nothing of is not asked of each node.
 */
final class PodRules {

  private static final Refusal NOT_ASKED =
      new Refusal(Rule.EXTENDER, "node(s) were not asked about", false);

  private final Cluster cluster;
  private final NeighbourRules neighbours;
  private final ClaimRules claims;
  private final PluginRules plugins;
  private final Advice advice;
  private final boolean hasNeighbours;
  private final boolean hasClaims;
  private final boolean hasPlugins;
  private final boolean hasAdvice;

  /**
   * For a pod.
   *
   * @param neighbours about other pods
   * @param claims about its volumes and devices
   * @param plugins those that plug-ins bring
   * @param advice what somebody outside said
   */
  PodRules(
      Cluster cluster,
      NeighbourRules neighbours,
      ClaimRules claims,
      PluginRules plugins,
      Advice advice) {
    this.cluster = cluster;
    this.neighbours = neighbours;
    this.claims = claims;
    this.plugins = plugins;
    this.advice = advice;
    this.hasNeighbours = !neighbours.isEmpty();
    this.hasClaims = !claims.isEmpty();
    this.hasPlugins = !plugins.isEmpty();
    this.hasAdvice = !advice.isSilent();
  }

  ClaimRules claims() {
    return claims;
  }

  PluginRules plugins() {
    return plugins;
  }

  Advice advice() {
    return advice;
  }

  /** Whether there is nothing to check. */
  boolean isEmpty() {
    return !hasNeighbours && !hasClaims && !hasPlugins && !hasAdvice;
  }

  /** One reason why not on this node; null where nothing is in the way. */
  @Nullable Refusal check(int node) {
    var refusal = hasNeighbours ? neighbours.check(node) : null;
    if (refusal == null && hasAdvice) {
      refusal = admits(node) ? advise(node) : NOT_ASKED;
    }
    if (refusal == null && hasClaims) {
      refusal = claims.check(node);
    }
    return refusal == null && hasPlugins ? plugins.check(node) : refusal;
  }

  /** Every reason why not on this node. */
  List<Refusal> refusals(int node) {
    var all = new ArrayList<>(claims.refusals(node));
    var neighbour = neighbours.check(node);
    if (neighbour != null) {
      all.add(neighbour);
    }
    all.addAll(plugins.refusals(node));
    var advised = advise(node);
    if (advised != null) {
      all.add(advised);
    }
    return all;
  }

  private boolean admits(int node) {
    var slot = cluster.slot(node);
    return slot == null || advice.admits(slot);
  }

  private @Nullable Refusal advise(int node) {
    var slot = cluster.slot(node);
    return slot == null ? null : advice.check(slot);
  }
}
