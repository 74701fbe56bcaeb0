package dev.nauarch.scheduling.translate;

import dev.nauarch.scheduling.model.Amounts;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a pod asks of a node in all: its containers and sidecars together, or the most that one of
 * its init containers needs beside the sidecars started before it, whichever is more; what is
 * stated for the whole pod instead of that; and its overhead.
 */
public final class PodRequests {

  private static final long FIRST = 1;

  private PodRequests() {}

  /** The sum, one place for a pod included. */
  public static Amounts of(PodSpec spec) {
    return whole(spec, sum(spec, PodRequests::asked), of(spec.getResources()));
  }

  /**
   * The sum of a pod that may be in the midst of being resized: the most of what it asks for, what
   * its node has set aside for it, and what it has. What its node can never give it doesn't count.
   */
  static Amounts of(Pod pod) {
    var spec = pod.getSpec();
    var status = pod.getStatus();
    var generation = pod.getMetadata().getGeneration();
    if (status == null || (generation != null && generation == FIRST)) {
      return of(spec);
    }
    var never = isInfeasible(status);
    var all =
        sum(spec, container -> setAside(container, status, never))
            .max(sum(spec, container -> atWork(container, status, never)));
    var stated =
        status.getResources() == null
            ? Amounts.NONE
            : Quantities.amounts(status.getResources().getRequests());
    stated = stated.max(Quantities.amounts(status.getAllocatedResources()));
    if (!never) {
      all = all.max(sum(spec, PodRequests::asked));
      stated = stated.max(of(spec.getResources()));
    }
    return whole(spec, all, spec.getResources() == null ? Amounts.NONE : stated);
  }

  private static Amounts whole(PodSpec spec, Amounts ofContainers, Amounts stated) {
    var all = ofContainers;
    for (var name : stated.names()) {
      all = all.with(name, stated.of(name));
    }
    return all.plus(Quantities.amounts(spec.getOverhead())).with("pods", 1);
  }

  private static Amounts sum(PodSpec spec, Function<Container, Amounts> of) {
    var running = Amounts.NONE;
    for (var container : spec.getContainers()) {
      running = running.plus(of.apply(container));
    }
    var sidecars = Amounts.NONE;
    var starting = Amounts.NONE;
    for (var init : spec.getInitContainers()) {
      var wanted = of.apply(init);
      if (isSidecar(init)) {
        sidecars = sidecars.plus(wanted);
        starting = starting.max(sidecars);
      } else {
        starting = starting.max(sidecars.plus(wanted));
      }
    }
    return running.plus(sidecars).max(starting);
  }

  private static boolean isSidecar(Container init) {
    return "Always".equals(init.getRestartPolicy());
  }

  private static boolean isInfeasible(PodStatus status) {
    return status.getConditions().stream()
        .filter(condition -> "PodResizePending".equals(condition.getType()))
        .anyMatch(condition -> "Infeasible".equals(condition.getReason()));
  }

  private static Amounts setAside(Container container, PodStatus status, boolean never) {
    var told = find(container, status);
    return told == null || told.getAllocatedResources() == null
        ? unknown(container, never)
        : Quantities.amounts(told.getAllocatedResources());
  }

  private static Amounts atWork(Container container, PodStatus status, boolean never) {
    var told = find(container, status);
    return told == null || told.getResources() == null || told.getResources().getRequests() == null
        ? setAside(container, status, never)
        : Quantities.amounts(told.getResources().getRequests());
  }

  private static Amounts unknown(Container container, boolean never) {
    return never ? Amounts.NONE : asked(container);
  }

  private static @Nullable ContainerStatus find(Container container, PodStatus status) {
    return Stream.concat(
            status.getContainerStatuses().stream(), status.getInitContainerStatuses().stream())
        .filter(each -> container.getName().equals(each.getName()))
        .findFirst()
        .orElse(null);
  }

  private static Amounts asked(Container container) {
    return of(container.getResources());
  }

  /** Requests, and limits where no request is stated. */
  private static Amounts of(@Nullable ResourceRequirements resources) {
    if (resources == null) {
      return Amounts.NONE;
    }
    var requests = Quantities.amounts(resources.getRequests());
    var limits = Quantities.amounts(resources.getLimits());
    for (var name : limits.names()) {
      if (resources.getRequests() == null || !resources.getRequests().containsKey(name)) {
        requests = requests.with(name, limits.of(name));
      }
    }
    return requests;
  }
}
