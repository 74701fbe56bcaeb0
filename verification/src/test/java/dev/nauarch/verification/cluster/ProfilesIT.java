package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.Resources;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Profiles of a file in Kubernetes' form, on simulated nodes. */
@Tag(SimulatedCluster.NEEDS_MACHINE)
class ProfilesIT {

  private static final String FILE =
      """
      apiVersion: kubescheduler.config.k8s.io/v1
      kind: KubeSchedulerConfiguration
      profiles:
      - schedulerName: default-scheduler
      - schedulerName: packing
        plugins:
          score:
            disabled:
            - name: NodeResourcesBalancedAllocation
        pluginConfig:
        - name: NodeResourcesFit
          args:
            scoringStrategy: {type: MostAllocated}
        - name: NodeAffinity
          args:
            addedAffinity:
              requiredDuringSchedulingIgnoredDuringExecution:
                nodeSelectorTerms:
                - matchExpressions:
                  - {key: nauarch.dev/simulated, operator: Exists}
      """;

  private static void pod(SimulatedCluster cluster, String name, String scheduler) {
    cluster
        .awaiting()
        .apply(
            Resources.PODS,
            name,
            """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","labels":{"app":"%s"}},
             "spec":{"schedulerName":"%s","nodeSelector":{"nauarch.dev/simulated":"true"},
              "containers":[{"name":"c","image":"any/image:1",
               "resources":{"requests":{"cpu":"100m","memory":"64Mi"}}}]}}
            """
                .formatted(name, scheduler, scheduler));
  }

  @Test
  void podsGoWhereTheProfileTheyNameSendsThem(@TempDir Path directory) throws Exception {
    var file = directory.resolve("scheduler.yaml");
    Files.writeString(file, FILE);
    try (var cluster = SimulatedCluster.start(23943, "4", "--scheduler-config", file.toString())) {
      for (var i = 0; i < 4; i++) {
        pod(cluster, "spread-" + i, "default-scheduler");
        pod(cluster, "packed-" + i, "packing");
        pod(cluster, "left-" + i, "somebody-else");
      }
      cluster.awaitReady("packing", "packed-0", "packed-1", "packed-2", "packed-3");
      cluster.awaitReady("default-scheduler", "spread-0", "spread-1", "spread-2", "spread-3");
      assertEquals(1, nodes(cluster, "packing").size());
      assertTrue(nodes(cluster, "default-scheduler").size() > 1);
      assertTrue(nodes(cluster, "somebody-else").isEmpty());
    }
  }

  private static Set<String> nodes(SimulatedCluster cluster, String app) {
    var nodes = new TreeSet<String>();
    for (Pod pod : cluster.pods(app)) {
      if (pod.getSpec().getNodeName() != null) {
        nodes.add(pod.getSpec().getNodeName());
      }
    }
    return nodes;
  }
}
