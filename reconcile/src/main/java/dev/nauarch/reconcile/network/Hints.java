package dev.nauarch.reconcile.network;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointHints;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointHintsBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** For whom an endpoint is meant, by the {@code trafficDistribution} of its Service. */
final class Hints {
  private static final String SAME_NODE = "PreferSameNode";

  /** {@code PreferClose} is the older word for {@code PreferSameZone}. */
  private static final List<String> CLOSE = List.of("PreferClose", "PreferSameZone", SAME_NODE);

  private Hints() {}

  /**
   * The hints of a ready endpoint.
   *
   * @param node where it is; null for nowhere yet
   * @param zone the zone of that node; null for none
   * @return null for none
   */
  static @Nullable EndpointHints of(Service service, @Nullable String node, @Nullable String zone) {
    var wanted = service.getSpec().getTrafficDistribution();
    var isNode = SAME_NODE.equals(wanted) && node != null;
    if (wanted == null || !CLOSE.contains(wanted) || (zone == null && !isNode)) {
      return null;
    }
    var hints = new EndpointHintsBuilder();
    if (zone != null) {
      hints.addNewForZone(zone);
    }
    if (isNode) {
      hints.addNewForNode(node);
    }
    return hints.build();
  }
}
