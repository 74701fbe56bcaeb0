package dev.nauarch.gateway;

import dev.nauarch.routing.EndpointLoad;
import dev.nauarch.routing.EndpointPicker;
import dev.nauarch.routing.ModelRequest;
import dev.nauarch.routing.PrefixIndex;
import dev.nauarch.routing.ServerMetrics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How busy every replica is and what prompts it has seen: the one place where requests that run at
 * once meet. Each call holds its lock for the time of one choice, some microseconds.
 *
 * <p>A replica's metrics are some time old; the requests that this gateway has under way there are
 * known now. The larger of the two counts as running.
 */
final class LoadBoard {
  private static final int BLOCKS_REMEMBERED = 31_250;

  private final Map<String, ServerMetrics> metricsByEndpoint = new HashMap<>();
  private final Map<String, Long> underWayByEndpoint = new HashMap<>();
  private final PrefixIndex prefixes = new PrefixIndex(BLOCKS_REMEMBERED);

  /** The endpoints in the order in which they are to be tried. */
  synchronized List<String> order(ModelRequest request, List<String> endpoints, long ticket) {
    var loads = endpoints.stream().map(this::load).toList();
    return EndpointPicker.order(request, loads, prefixes, ticket);
  }

  private EndpointLoad load(String endpoint) {
    var metrics = metricsByEndpoint.get(endpoint);
    long underWay = underWayByEndpoint.getOrDefault(endpoint, 0L);
    return metrics == null
        ? new EndpointLoad(endpoint, 0, underWay, 0)
        : new EndpointLoad(
            endpoint,
            metrics.waiting(),
            Math.max(metrics.running(), underWay - metrics.waiting()),
            metrics.cacheUsage());
  }

  /** A request goes to a replica. */
  synchronized void started(String endpoint, ModelRequest request) {
    underWayByEndpoint.merge(endpoint, 1L, Long::sum);
    prefixes.record(endpoint, request.blocks());
  }

  /** A request is over there, whatever came of it. */
  synchronized void ended(String endpoint) {
    underWayByEndpoint.computeIfPresent(endpoint, (e, count) -> count > 1 ? count - 1 : null);
  }

  /** A replica has told its load. */
  synchronized void measured(String endpoint, ServerMetrics metrics) {
    metricsByEndpoint.put(endpoint, metrics);
  }

  /** A replica does not tell its load any more. */
  synchronized void unknown(String endpoint) {
    metricsByEndpoint.remove(endpoint);
  }

  /** Forgets the replicas that are not among these. */
  synchronized void retain(List<String> endpoints) {
    metricsByEndpoint.keySet().retainAll(endpoints);
    prefixes.retain(endpoints);
  }
}
