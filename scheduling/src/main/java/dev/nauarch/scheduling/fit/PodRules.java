package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules about one pod that look at more than its shape and a node. Made for one question.
 *
 * @param neighbours about other pods
 * @param claims about its volumes and devices
 * @param plugins those that plug-ins bring
 * @param advice what somebody outside said
 */
record PodRules(
    Cluster cluster,
    NeighbourRules neighbours,
    ClaimRules claims,
    PluginRules plugins,
    Advice advice) {

  private static final Refusal NOT_ASKED =
      new Refusal(Rule.EXTENDER, "node(s) were not asked about", false);

  /** Whether there is nothing to check. */
  boolean isEmpty() {
    return neighbours.isEmpty() && claims.isEmpty() && plugins.isEmpty() && advice.isSilent();
  }

  /** One reason why not on this node; null where nothing is in the way. */
  @Nullable Refusal check(int node) {
    var refusal = neighbours.check(node);
    if (refusal == null) {
      refusal = admits(node) ? advise(node) : NOT_ASKED;
    }
    if (refusal == null) {
      refusal = claims.check(node);
    }
    return refusal == null ? plugins.check(node) : refusal;
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
