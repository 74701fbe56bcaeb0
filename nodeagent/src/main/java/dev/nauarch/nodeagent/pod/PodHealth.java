package dev.nauarch.nodeagent.pod;

import dev.nauarch.nodeagent.equipment.Equipment;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.util.List;

/** Says in a pod's status how the devices of its containers are. */
final class PodHealth {

  private PodHealth() {}

  /** A status with what is known now. */
  static PodStatus described(Equipment equipment, Pod pod, PodStatus status) {
    var copy = new PodStatusBuilder(status).build();
    describe(equipment, pod, pod.getSpec().getContainers(), copy.getContainerStatuses());
    describe(equipment, pod, pod.getSpec().getInitContainers(), copy.getInitContainerStatuses());
    return copy;
  }

  private static void describe(
      Equipment equipment, Pod pod, List<Container> containers, List<ContainerStatus> statuses) {
    for (var status : statuses) {
      containers.stream()
          .filter(container -> container.getName().equals(status.getName()))
          .map(container -> equipment.health(pod, container))
          .filter(health -> !health.isEmpty())
          .forEach(status::setAllocatedResourcesStatus);
    }
  }
}
