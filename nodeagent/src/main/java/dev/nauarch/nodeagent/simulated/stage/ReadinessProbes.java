package dev.nauarch.nodeagent.simulated.stage;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import java.util.List;

/** Gives containers whose stages speak of readiness a probe by which the core hears of it. */
final class ReadinessProbes {
  private ReadinessProbes() {}

  static Pod added(Pod pod, Script script) {
    var spec = pod.getSpec();
    var changes =
        spec.getContainers().stream().anyMatch(c -> script.hasReadiness(c.getName()))
            || spec.getInitContainers().stream().anyMatch(c -> script.hasReadiness(c.getName()));
    if (!changes) {
      return pod;
    }
    return new PodBuilder(pod)
        .editSpec()
        .withContainers(added(spec.getContainers(), script))
        .withInitContainers(added(spec.getInitContainers(), script))
        .endSpec()
        .build();
  }

  private static List<Container> added(List<Container> containers, Script script) {
    return containers.stream()
        .map(
            container ->
                script.hasReadiness(container.getName())
                    ? container.edit().withReadinessProbe(probe()).build()
                    : container)
        .toList();
  }

  /** Believes what it hears the first time. */
  private static Probe probe() {
    return new ProbeBuilder()
        .withPeriodSeconds(1)
        .withSuccessThreshold(1)
        .withFailureThreshold(1)
        .build();
  }
}
