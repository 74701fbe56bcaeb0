package dev.nauarch.routing;

import java.util.Comparator;
import java.util.List;

/**
 * Orders the replicas of a pool by how well each would serve a request. The score is the weighted
 * sum of the upstream endpoint picker's default scorers: queue depth 2, free key-value cache 2,
 * known prompt beginning 3, each from 0 to 1, in thousandths.
 *
 * <p>Depth is relative to the pool: the idlest replica has 1, the busiest 0, and where all are
 * equal all have 1. A prompt beginning that all replicas were asked for, such as a shared system
 * prompt, therefore draws requests to one replica only until that one is busier than the others.
 */
public final class EndpointPicker {
  private static final long QUEUE_WEIGHT = 2;
  private static final long CACHE_WEIGHT = 2;
  private static final long PREFIX_WEIGHT = 3;

  private EndpointPicker() {}

  private record Scored(EndpointLoad load, long score, long turn) {}

  /**
   * The replicas, the best first; the ones after it are for when it can't be reached.
   *
   * @param ticket a number that grows by one with each request; it breaks ties, so that equally
   *     good replicas take turns
   */
  public static List<String> order(
      ModelRequest request, List<EndpointLoad> loads, PrefixIndex prefixes, long ticket) {
    var least = loads.stream().mapToLong(EndpointLoad::depth).min().orElse(0);
    var most = loads.stream().mapToLong(EndpointLoad::depth).max().orElse(0);
    var byName = loads.stream().sorted(Comparator.comparing(EndpointLoad::endpoint)).toList();
    var scored = new java.util.ArrayList<Scored>();
    for (var i = 0; i < byName.size(); i++) {
      var load = byName.get(i);
      var queue = most == least ? 1000 : 1000 * (most - load.depth()) / (most - least);
      var cache = Math.round(1000 * (1 - Math.clamp(load.cacheUsage(), 0, 1)));
      var matched = prefixes.matched(load.endpoint(), request.blocks());
      var prefix = request.blocks().isEmpty() ? 0 : 1000L * matched / request.blocks().size();
      var score = QUEUE_WEIGHT * queue + CACHE_WEIGHT * cache + PREFIX_WEIGHT * prefix;
      scored.add(new Scored(load, score, Math.floorMod(i - ticket, byName.size())));
    }
    scored.sort(Comparator.comparingLong(Scored::score).reversed().thenComparingLong(Scored::turn));
    return scored.stream().map(s -> s.load().endpoint()).toList();
  }
}
