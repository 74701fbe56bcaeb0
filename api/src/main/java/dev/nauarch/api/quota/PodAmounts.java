package dev.nauarch.api.quota;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a pod asks for as a whole: its containers together, or the init container that asks for the
 * most while those that stay are running; what the pod itself states goes before that.
 */
public final class PodAmounts {

  private static final String HUGE_PAGES = "hugepages-";

  private PodAmounts() {}

  /** The requests that a pod's specification states, without its overhead. */
  public static Amounts specRequests(PodSpec spec) {
    var stated = spec.getResources() == null ? null : spec.getResources().getRequests();
    return ofContainers(spec, PodAmounts::requests).overlaidBy(podLevel(stated));
  }

  /** The same with its overhead: what a node has to set aside. */
  public static Amounts requestsWithOverhead(PodSpec spec) {
    return specRequests(spec).plus(Amounts.of(spec.getOverhead()));
  }

  /** The limits that a pod's specification states, without its overhead. */
  public static Amounts specLimits(PodSpec spec) {
    var stated = spec.getResources() == null ? null : spec.getResources().getLimits();
    return ofContainers(spec, PodAmounts::limits).overlaidBy(podLevel(stated));
  }

  /** What a pod takes: the most of what it asks for and what its node has set aside for it. */
  static Amounts requests(Pod pod) {
    var spec = pod.getSpec();
    var stated = spec.getResources() == null ? null : spec.getResources().getRequests();
    return ofContainers(spec, container -> requests(container).max(setAside(pod, container)))
        .overlaidBy(podLevel(stated))
        .plus(Amounts.of(spec.getOverhead()));
  }

  /** What a pod takes at the most. */
  static Amounts limits(Pod pod) {
    var limits = specLimits(pod.getSpec());
    var limited = limits.withoutZeros().names();
    return limits.plus(Amounts.of(pod.getSpec().getOverhead()).only(limited));
  }

  static Amounts requests(Container container) {
    var resources = container.getResources();
    return Amounts.of(resources == null ? null : resources.getRequests());
  }

  static Amounts limits(Container container) {
    var resources = container.getResources();
    return Amounts.of(resources == null ? null : resources.getLimits());
  }

  /** Whether the pod itself states what it asks for. */
  static boolean statesItself(Pod pod) {
    ResourceRequirements resources = pod.getSpec().getResources();
    return resources != null
        && !(podLevel(resources.getRequests()).names().isEmpty()
            && podLevel(resources.getLimits()).names().isEmpty());
  }

  private static Amounts podLevel(@Nullable Map<String, Quantity> stated) {
    var all = Amounts.of(stated);
    return all.only(
        all.names().stream()
            .filter(
                name -> name.equals("cpu") || name.equals("memory") || name.startsWith(HUGE_PAGES))
            .toList());
  }

  private static Amounts ofContainers(PodSpec spec, Function<Container, Amounts> of) {
    var together = Amounts.NONE;
    for (var container : spec.getContainers()) {
      together = together.plus(of.apply(container));
    }
    var staying = Amounts.NONE;
    var most = Amounts.NONE;
    for (var container : spec.getInitContainers()) {
      var own = of.apply(container);
      if ("Always".equals(container.getRestartPolicy())) {
        together = together.plus(own);
        staying = staying.plus(own);
        most = most.max(staying);
      } else {
        most = most.max(own.plus(staying));
      }
    }
    return together.max(most);
  }

  private static Amounts setAside(Pod pod, Container container) {
    var status = pod.getStatus();
    if (status == null) {
      return Amounts.NONE;
    }
    var ofContainers = setAside(status.getContainerStatuses(), container);
    return ofContainers.max(setAside(status.getInitContainerStatuses(), container));
  }

  private static Amounts setAside(List<ContainerStatus> statuses, Container container) {
    var all = Amounts.NONE;
    for (var status : statuses) {
      if (container.getName().equals(status.getName())) {
        var running = status.getResources() == null ? null : status.getResources().getRequests();
        all = all.max(Amounts.of(status.getAllocatedResources())).max(Amounts.of(running));
      }
    }
    return all;
  }
}
