package dev.nauarch.nodeagent.simulated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodStagesTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private static Pod deleted(String phase, List<String> finalizers) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("p")
        .withFinalizers(finalizers)
        .withDeletionTimestamp(NOW.toString())
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("c")
        .endContainer()
        .endSpec()
        .withNewStatus()
        .withPhase(phase)
        .endStatus()
        .build();
  }

  @Test
  void aDeletedPodThatSomebodyCountsFailsBeforeItGoes() {
    var tracking = List.of("batch.kubernetes.io/job-tracking");
    for (var phase : List.of("Pending", "Running")) {
      var step = PodStages.next(deleted(phase, tracking), "10.0.0.1", NOW);
      var status = assertInstanceOf(PodStages.Step.Write.class, step).status();
      assertEquals("Failed", status.getPhase());
      var state = status.getContainerStatuses().getFirst().getState().getTerminated();
      assertEquals(143, state.getExitCode());
    }
    for (var phase : List.of("Succeeded", "Failed")) {
      assertInstanceOf(
          PodStages.Step.Remove.class, PodStages.next(deleted(phase, tracking), "", NOW));
    }
    assertInstanceOf(
        PodStages.Step.Remove.class, PodStages.next(deleted("Running", List.of()), "", NOW));
  }
}
