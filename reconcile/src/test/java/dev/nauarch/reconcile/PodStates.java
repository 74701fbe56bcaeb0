package dev.nauarch.reconcile;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.util.function.UnaryOperator;

/** What a node reports of pods. */
public final class PodStates {

  private PodStates() {}

  /** The pod runs and serves. */
  public static UnaryOperator<Pod> ready(Instant since) {
    return pod ->
        pod.edit()
            .withStatus(
                new PodStatusBuilder()
                    .withPhase("Running")
                    .withPodIP(
                        "10.0.0." + (1 + Math.floorMod(pod.getMetadata().getUid().hashCode(), 250)))
                    .addNewCondition()
                    .withType("Ready")
                    .withStatus("True")
                    .withLastTransitionTime(Times.format(since))
                    .endCondition()
                    .build())
            .build();
  }

  /** The pod runs and does not serve. */
  public static UnaryOperator<Pod> unready() {
    return pod ->
        pod.edit().withStatus(new PodStatusBuilder().withPhase("Running").build()).build();
  }

  /** The pod's one container ended with this code. */
  public static UnaryOperator<Pod> ended(int exitCode, Instant at) {
    return pod ->
        pod.edit()
            .withStatus(
                new PodStatusBuilder()
                    .withPhase(exitCode == 0 ? "Succeeded" : "Failed")
                    .addNewContainerStatus()
                    .withName("main")
                    .withNewState()
                    .withNewTerminated()
                    .withExitCode(exitCode)
                    .withFinishedAt(Times.format(at))
                    .endTerminated()
                    .endState()
                    .endContainerStatus()
                    .build())
            .build();
  }
}
