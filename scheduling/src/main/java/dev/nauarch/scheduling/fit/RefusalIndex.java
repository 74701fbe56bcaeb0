package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.NodeSlot;
import dev.nauarch.scheduling.model.PodShape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Why pods of one shape can't run, kept up with the changes of the cluster. */
final class RefusalIndex {

  private final PodShape shape;
  private final Cluster cluster;
  private final Progress progress = new Progress();
  private Refusals refusals = new Refusals();

  RefusalIndex(PodShape shape, Cluster cluster) {
    this.shape = shape;
    this.cluster = cluster;
  }

  /** Valid until the cluster changes. */
  Refusals now() {
    progress.follow(cluster.changes(), this::checkAll, this::check);
    return refusals;
  }

  /** With what rules about neighbours, volumes and devices add to it. */
  Refusals with(IntFunction<List<Refusal>> rules) {
    var alone = now();
    var all = new Refusals();
    var known = new HashMap<Together, Refusals.Group>();
    for (var node = 0; node < cluster.numbers(); node++) {
      if (cluster.slot(node) != null) {
        var group = alone.groupOf(node);
        var refused = rules.apply(node);
        all.put(node, together(group, refused, known, all));
      }
    }
    return all;
  }

  /** A group and further reasons, which together make another group. */
  private record Together(Refusals.@Nullable Group alone, List<Refusal> refused) {}

  private static Refusals.@Nullable Group together(
      Refusals.@Nullable Group alone,
      List<Refusal> refused,
      Map<Together, Refusals.Group> known,
      Refusals all) {
    var key = new Together(alone, refused);
    var seen = known.get(key);
    if (seen != null) {
      return seen;
    }
    var reasons = new ArrayList<Refusal>(alone == null ? List.of() : alone.refusals());
    reasons.addAll(refused);
    reasons.sort(Comparator.comparing(Refusal::rule));
    var both = all.group(reasons);
    if (both != null) {
      known.put(key, both);
    }
    return both;
  }

  private void checkAll() {
    refusals = new Refusals();
    for (var node = 0; node < cluster.numbers(); node++) {
      check(node);
    }
  }

  private void check(int node) {
    NodeSlot slot = cluster.slot(node);
    refusals.put(node, slot == null ? null : refusals.group(NodeRules.check(shape, slot)));
  }
}
