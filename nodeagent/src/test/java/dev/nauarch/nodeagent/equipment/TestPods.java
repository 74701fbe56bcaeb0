package dev.nauarch.nodeagent.equipment;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.HashMap;

/** Pods that ask for parts of a machine. */
public final class TestPods {

  private TestPods() {}

  /** A container with limits such as {@code cpu=2}. */
  public static Container container(String name, String... limits) {
    var quantities = new HashMap<String, Quantity>();
    for (var limit : limits) {
      var sides = limit.split("=", 2);
      quantities.put(sides[0], new Quantity(sides[1]));
    }
    return new ContainerBuilder()
        .withName(name)
        .withImage("host")
        .withNewResources()
        .withLimits(quantities)
        .withRequests(quantities)
        .endResources()
        .build();
  }

  /** An init container that runs on beside those after it. */
  public static Container sidecar(String name, String... limits) {
    return new ContainerBuilder(container(name, limits)).withRestartPolicy("Always").build();
  }

  /** A pod of these containers. */
  public static Pod pod(String name, Container... containers) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("default")
        .withUid("uid-" + name)
        .endMetadata()
        .withNewSpec()
        .withContainers(containers)
        .endSpec()
        .build();
  }

  /** The pod with init containers. */
  public static Pod after(Pod pod, Container... inits) {
    return new PodBuilder(pod).editSpec().withInitContainers(inits).endSpec().build();
  }
}
