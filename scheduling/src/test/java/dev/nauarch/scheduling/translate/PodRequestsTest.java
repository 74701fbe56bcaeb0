package dev.nauarch.scheduling.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /** A pod whose status says of its container what is set aside and what it has, if anything. */
  private static Pod resized(String asked, String setAside, String has, String pending) {
    var builder =
        new PodBuilder()
            .withNewMetadata()
            .withGeneration(2L)
            .endMetadata()
            .withNewSpec()
            .addToContainers(container("a", asked, ""))
            .endSpec()
            .withNewStatus()
            .addNewContainerStatus()
            .withName("a")
            .withAllocatedResources(Map.of("cpu", new Quantity(setAside)))
            .withNewResources()
            .addToRequests("cpu", new Quantity(has))
            .endResources()
            .endContainerStatus()
            .endStatus();
    if (!pending.isEmpty()) {
      builder
          .editStatus()
          .addNewCondition()
          .withType("PodResizePending")
          .withReason(pending)
          .endCondition()
          .endStatus();
    }
    return builder.build();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, '', 1000",
    "2, 1, 1, '', 2000",
    "2, 1, 1, Deferred, 2000",
    "9, 1, 2, Infeasible, 2000",
    "1, 2, 3, '', 3000",
    "1, 3, 2, '', 3000",
  })
  void aPodThatIsResizedTakesTheMostOfAllThreeButNotWhatItNeverGets(
      String asked, String setAside, String has, String pending, long millis) {
    assertEquals(millis, PodRequests.of(resized(asked, setAside, has, pending)).cpuMillis());
  }

  @Test
  void whatIsStatedForAPodIsResizedAlike() {
    var pod =
        new PodBuilder(resized("1", "1", "1", ""))
            .editSpec()
            .withNewResources()
            .addToRequests("cpu", new Quantity("2"))
            .endResources()
            .endSpec()
            .editStatus()
            .withAllocatedResources(Map.of("cpu", new Quantity("4")))
            .endStatus()
            .build();
    assertEquals(4_000, PodRequests.of(pod).cpuMillis());
  }

  @Test
  void aContainerOfWhichNothingIsToldCountsWithWhatItAsksFor() {
    var pod = resized("1", "1", "1", "");
    pod.getStatus().getContainerStatuses().getFirst().setName("other");
    assertEquals(1_000, PodRequests.of(pod).cpuMillis());
  }
}
