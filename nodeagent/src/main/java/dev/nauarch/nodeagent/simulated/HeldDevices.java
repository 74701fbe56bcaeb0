package dev.nauarch.nodeagent.simulated;

import dev.nauarch.api.SimulatedDevices;
import dev.nauarch.api.quota.Amount;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.ResourceHealth;
import io.fabric8.kubernetes.api.model.ResourceStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which accelerators of its node the containers of a pod have that asks for them as an extended
 * resource. The pod's status says it where Kubernetes' agent would, and so outlives who chose them.
 *
 * @param byContainer the devices' ids, by container
 */
record HeldDevices(SortedMap<String, List<String>> byContainer) {
  static final HeldDevices NONE = new HeldDevices(Collections.emptySortedMap());

  /** Those that a pod's status tells of. */
  static HeldDevices of(Pod pod) {
    var held = new TreeMap<String, List<String>>();
    if (pod.getStatus() != null) {
      Stream.concat(
              pod.getStatus().getContainerStatuses().stream(),
              pod.getStatus().getInitContainerStatuses().stream())
          .forEach(each -> of(each).ifPresent(ids -> held.put(each.getName(), ids)));
    }
    return held.isEmpty() ? NONE : new HeldDevices(held);
  }

  private static Optional<List<String>> of(ContainerStatus status) {
    return status.getAllocatedResourcesStatus().stream()
        .filter(each -> SimulatedDevices.RESOURCE.equals(each.getName()))
        .map(each -> each.getResources().stream().map(ResourceHealth::getResourceID).toList())
        .findFirst();
  }

  /**
   * Gives a pod's containers and sidecars devices, in the order of both.
   *
   * @param free the ids of those that nobody has; of too few as many are given as there are
   */
  static HeldDevices chosen(Pod pod, List<String> free) {
    var rest = new ArrayDeque<>(free);
    var held = new TreeMap<String, List<String>>();
    var sidecars =
        pod.getSpec().getInitContainers().stream()
            .filter(each -> "Always".equals(each.getRestartPolicy()));
    Stream.concat(sidecars, pod.getSpec().getContainers().stream())
        .forEach(
            container -> {
              var ids = new ArrayList<String>();
              for (var left = count(pod, container); left > 0 && !rest.isEmpty(); left--) {
                ids.add(rest.remove());
              }
              if (!ids.isEmpty()) {
                held.put(container.getName(), List.copyOf(ids));
              }
            });
    return held.isEmpty() ? NONE : new HeldDevices(held);
  }

  private static int count(Pod pod, Container container) {
    var requests = container.getResources() == null ? null : container.getResources().getRequests();
    var asked = requests == null ? null : requests.get(SimulatedDevices.RESOURCE);
    return asked == null || isClaimed(pod, container)
        ? 0
        : Amount.parse(asked.toString()).value().intValue();
  }

  /** Whether a claim stands for what it asks for. */
  private static boolean isClaimed(Pod pod, Container container) {
    var status = pod.getStatus() == null ? null : pod.getStatus().getExtendedResourceClaimStatus();
    return status != null
        && status.getRequestMappings().stream()
            .filter(each -> SimulatedDevices.RESOURCE.equals(each.getResourceName()))
            .anyMatch(each -> container.getName().equals(each.getContainerName()));
  }

  /** All of their ids. */
  Stream<String> ids() {
    return byContainer.values().stream().flatMap(List::stream);
  }

  /** The status that tells of them. */
  PodStatus shownIn(PodStatus status) {
    return byContainer.isEmpty()
        ? status
        : new PodStatusBuilder(status)
            .withContainerStatuses(shownIn(status.getContainerStatuses()))
            .withInitContainerStatuses(shownIn(status.getInitContainerStatuses()))
            .build();
  }

  private List<ContainerStatus> shownIn(List<ContainerStatus> statuses) {
    return statuses.stream().map(this::shownIn).toList();
  }

  private ContainerStatus shownIn(ContainerStatus status) {
    var ids = byContainer.get(status.getName());
    if (ids == null) {
      return status;
    }
    var health = ids.stream().map(id -> new ResourceHealth("Healthy", null, id)).toList();
    var shown = new ResourceStatus(SimulatedDevices.RESOURCE, health);
    return status.edit().withAllocatedResourcesStatus(shown).build();
  }
}
