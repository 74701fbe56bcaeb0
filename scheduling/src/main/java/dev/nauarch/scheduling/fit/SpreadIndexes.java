package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.model.PodShape;
import dev.nauarch.scheduling.model.SpreadConstraint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The indexes of those pods that rather would be spread, of as many kinds as are worth their
 * memory. Of pods that came once nothing is kept up: that costs more than to look at all nodes
 * once.
 */
final class SpreadIndexes {

  /** So many nodes are kept in order in all. */
  private static final int NODE_LIMIT = 1 << 20;

  private static final int MOST = 128;
  private static final int LEAST = 4;

  /** Pods of one shape that would be spread alike. */
  private record Kind(PodShape shape, List<SpreadConstraint> wanted, boolean mayLackDomains) {}

  private final Cluster cluster;
  private final Map<Kind, Optional<SpreadIndex>> indexByKind = new LinkedHashMap<>(16, 0.75f, true);

  SpreadIndexes(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * That of pods of a shape, unless it is the first of them.
   *
   * @param wanted the constraints that are not required, at least one
   * @param mayLackDomains whether nodes without some of the domains are compared with the others
   */
  Optional<SpreadIndex> of(
      PodShape shape,
      List<SpreadConstraint> wanted,
      boolean mayLackDomains,
      Eligibility eligibility) {
    var kind = new Kind(shape, wanted, mayLackDomains);
    var known = indexByKind.get(kind);
    if (known != null && known.isPresent()) {
      return known;
    }
    if (known == null && indexByKind.size() >= limit()) {
      indexByKind.remove(indexByKind.keySet().iterator().next());
    }
    Optional<SpreadIndex> made =
        known == null
            ? Optional.empty()
            : Optional.of(
                new SpreadIndex(
                    wanted, mayLackDomains, shape.weights().spread(), cluster, eligibility));
    indexByKind.put(kind, made);
    return made;
  }

  private int limit() {
    return Math.clamp(NODE_LIMIT / Math.max(1, cluster.numbers()), LEAST, MOST);
  }
}
