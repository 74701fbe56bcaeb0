package dev.nauarch.reconcile.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ScalingTest {

  private static ReplicaSet set(String name, int size, int available) {
    return new ReplicaSetBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withReplicas(size)
        .endSpec()
        .withNewStatus()
        .withAvailableReplicas(available)
        .endStatus()
        .build();
  }

  private static Rollout rollout(ReplicaSet current, ReplicaSet... old) {
    var deployment =
        new DeploymentBuilder()
            .withNewSpec()
            .withReplicas(4)
            .withNewStrategy()
            .withType("RollingUpdate")
            .withNewRollingUpdate()
            .withMaxSurge(new IntOrString(0))
            .withMaxUnavailable(new IntOrString(1))
            .endRollingUpdate()
            .endStrategy()
            .endSpec()
            .build();
    return new Rollout(deployment, Optional.of(current), List.of(old));
  }

  @Test
  void podsThatASetIsAboutToGiveUpDoNotCountAsServing() {
    var current = set("current", 2, 2);
    var broken = set("broken", 1, 0);
    // It was of two, and has not reported since.
    var shrunk = set("shrunk", 1, 2);
    assertEquals(Map.of(broken, 0), Scaling.ofOld(rollout(current, shrunk, broken), current));
  }
}
