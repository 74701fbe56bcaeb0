package dev.nauarch.scheduling.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import org.junit.jupiter.api.Test;

class PodRequestsTest {

  private static Container container(String name, String cpu, String restartPolicy) {
    return new ContainerBuilder()
        .withName(name)
        .withRestartPolicy(restartPolicy.isEmpty() ? null : restartPolicy)
        .withNewResources()
        .addToRequests("cpu", new Quantity(cpu))
        .endResources()
        .build();
  }

  @Test
  void theLargestInitContainerCountsWhereItNeedsMoreThanTheRest() {
    var spec =
        new PodSpecBuilder()
            .addToInitContainers(container("setup", "5", ""))
            .addToContainers(container("a", "1", ""), container("b", "500m", ""))
            .build();
    assertEquals(5_000, PodRequests.of(spec).cpuMillis());
  }

  @Test
  void sidecarsCountBesideContainersAndBesideLaterInitContainers() {
    var spec =
        new PodSpecBuilder()
            .addToInitContainers(container("proxy", "1", "Always"), container("setup", "3", ""))
            .addToContainers(container("a", "2", ""))
            .build();
    assertEquals(4_000, PodRequests.of(spec).cpuMillis());
  }

  @Test
  void whatIsStatedForThePodReplacesTheSumAndOverheadComesOnTop() {
    var spec =
        new PodSpecBuilder()
            .addToContainers(container("a", "2", ""))
            .withNewResources()
            .addToRequests("cpu", new Quantity("6"))
            .endResources()
            .addToOverhead("cpu", new Quantity("250m"))
            .build();
    assertEquals(6_250, PodRequests.of(spec).cpuMillis());
    assertEquals(1, PodRequests.of(spec).pods());
  }

  @Test
  void aLimitStandsInForARequestThatIsNotStated() {
    var spec =
        new PodSpecBuilder()
            .addNewContainer()
            .withName("a")
            .withNewResources()
            .addToLimits("nvidia.com/gpu", new Quantity("8"))
            .addToLimits("memory", new Quantity("1Gi"))
            .addToRequests("memory", new Quantity("1500m"))
            .endResources()
            .endContainer()
            .build();
    assertEquals(8, PodRequests.of(spec).of("nvidia.com/gpu"));
    assertEquals(2, PodRequests.of(spec).memoryBytes());
  }

  @Test
  void hugeQuantitiesSaturateInsteadOfOverflowing() {
    var spec =
        new PodSpecBuilder()
            .addToContainers(container("a", "9223372036854775807", ""))
            .addToContainers(container("b", "9223372036854775807", ""))
            .build();
    assertEquals(Long.MAX_VALUE / 4 * 2, PodRequests.of(spec).cpuMillis());
  }
}
