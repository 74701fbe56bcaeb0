package dev.nauarch.nodeagent.lifecycle;

import dev.nauarch.api.HostPort;
import dev.nauarch.api.quota.Amounts;
import dev.nauarch.api.quota.PodAmounts;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.TreeSet;

/**
 * What a pod takes of its node.
 *
 * @param amounts of resources
 * @param ports that it listens on
 */
public record NodeShare(Amounts amounts, List<HostPort> ports) {

  /** The share of a pod; devices that a claim stands for are none of the node's amounts. */
  public static NodeShare of(Pod pod) {
    var amounts = PodAmounts.requestsWithOverhead(pod.getSpec());
    var status = pod.getStatus() == null ? null : pod.getStatus().getExtendedResourceClaimStatus();
    if (status != null) {
      var claimed = status.getRequestMappings().stream().map(each -> each.getResourceName());
      var rest = new TreeSet<>(amounts.names());
      claimed.forEach(rest::remove);
      amounts = amounts.only(rest);
    }
    return new NodeShare(amounts, HostPort.of(pod.getSpec()));
  }
}
