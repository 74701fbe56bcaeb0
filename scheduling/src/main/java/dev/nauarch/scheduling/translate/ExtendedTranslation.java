package dev.nauarch.scheduling.translate;

import dev.nauarch.api.DeviceClaims;
import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.model.ExtendedNeeds;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerExtendedResourceRequest;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the containers of a pod ask for of resources that devices may stand for (KEP-5004). */
final class ExtendedTranslation {

  /** More than any claim may have, and so few that sums don't overflow. */
  private static final long COUNT_MAX = Integer.MAX_VALUE;

  private ExtendedTranslation() {}

  /** What each of the containers asks for. */
  static ExtendedNeeds of(Pod pod) {
    var asks = new ArrayList<ExtendedNeeds.Ask>();
    var index = 0;
    for (var init : pod.getSpec().getInitContainers()) {
      add(asks, index++, init, !"Always".equals(init.getRestartPolicy()));
    }
    for (var container : pod.getSpec().getContainers()) {
      add(asks, index++, container, false);
    }
    var isNoted = !DeviceClaims.extended(pod).isEmpty();
    return asks.isEmpty() && !isNoted ? ExtendedNeeds.NONE : new ExtendedNeeds(asks, isNoted);
  }

  /** What a pod asks for of its node: nothing of that for which it has a claim there. */
  static Amounts ofNode(Pod pod, Amounts requests) {
    var node = pod.getSpec().getNodeName();
    var claimed = pod.getStatus() == null ? null : pod.getStatus().getExtendedResourceClaimStatus();
    return claimed == null || node == null || node.isEmpty()
        ? requests
        : requests.without(
            claimed.getRequestMappings().stream()
                .map(ContainerExtendedResourceRequest::getResourceName)
                .distinct()
                .toList());
  }

  private static void add(
      List<ExtendedNeeds.Ask> asks, int index, Container container, boolean isStarting) {
    var place = 0;
    for (var entry : asked(container).entrySet()) {
      var resource = entry.getKey();
      if (resource.indexOf('/') > 0) {
        var count = Math.min(COUNT_MAX, Quantities.amount(resource, entry.getValue()));
        if (count > 0) {
          asks.add(
              new ExtendedNeeds.Ask(
                  index, container.getName(), isStarting, resource, place, count));
        }
      }
      place++;
    }
  }

  private static SortedMap<String, Quantity> asked(Container container) {
    var asked = new TreeMap<String, Quantity>();
    var resources = container.getResources();
    if (resources != null && resources.getLimits() != null) {
      asked.putAll(resources.getLimits());
    }
    if (resources != null && resources.getRequests() != null) {
      asked.putAll(resources.getRequests());
    }
    return asked;
  }
}
