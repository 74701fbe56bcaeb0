package dev.nauarch.scheduling.translate;

import dev.nauarch.scheduling.model.Amounts;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import org.jspecify.annotations.Nullable;

/**
 * What a pod asks of a node in all: its containers and sidecars together, or the most that one of
 * its init containers needs beside the sidecars started before it, whichever is more; what is
 * stated for the whole pod instead of that; and its overhead.
 */
public final class PodRequests {

  private PodRequests() {}

  /** The sum, one place for a pod included. */
  public static Amounts of(PodSpec spec) {
    var running = Amounts.NONE;
    for (var container : spec.getContainers()) {
      running = running.plus(of(container.getResources()));
    }
    var sidecars = Amounts.NONE;
    var starting = Amounts.NONE;
    for (var init : spec.getInitContainers()) {
      var wanted = of(init.getResources());
      if (isSidecar(init)) {
        sidecars = sidecars.plus(wanted);
        starting = starting.max(sidecars);
      } else {
        starting = starting.max(sidecars.plus(wanted));
      }
    }
    var all = running.plus(sidecars).max(starting);
    var stated = of(spec.getResources());
    for (var name : stated.names()) {
      all = all.with(name, stated.of(name));
    }
    return all.plus(Quantities.amounts(spec.getOverhead())).with("pods", 1);
  }

  private static boolean isSidecar(Container init) {
    return "Always".equals(init.getRestartPolicy());
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
