package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.Patch;
import dev.nauarch.client.Selection;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the page on plug-ins, as it stands there, and one that is broken. */
@Tag(SimulatedCluster.NEEDS_MACHINE)
class SchedulerPluginIT {
  private static final Path PAGE = Path.of("..", "docs", "scheduler-plugins.md");

  private static final String BROKEN =
      """
      package org.example;
      import dev.nauarch.scheduling.plugin.*;
      import java.util.Optional;
      public final class Broken implements SchedulerPlugin {
        public String name() { return "Broken"; }
        public Optional<NodeFilter> filter(PluginArgs args) {
          return Optional.of((pod, node) -> { throw new IllegalStateException("it broke"); });
        }
      }
      """;

  private static final String BROKEN_PROFILE =
      """
      - schedulerName: broken
        plugins:
          filter:
            enabled: [{name: Broken}]
      """;

  private static void pod(SimulatedCluster cluster, String name, String scheduler, String more) {
    cluster
        .awaiting()
        .apply(
            Resources.PODS,
            name,
            """
            {"apiVersion":"v1","kind":"Pod",
             "metadata":{"name":"%s","labels":{"app":"%s"},"annotations":{%s}},
             "spec":{"schedulerName":"%s","nodeSelector":{"nauarch.dev/simulated":"true"},
              "containers":[{"name":"c","image":"any/image:1",
               "resources":{"requests":{"cpu":"100m","memory":"64Mi"}}}]}}
            """
                .formatted(name, scheduler, more, scheduler));
  }

  private static String message(SimulatedCluster cluster, String pod) {
    return cluster.pod(pod).getStatus().getConditions().stream()
        .filter(condition -> condition.getType().equals("PodScheduled"))
        .map(condition -> String.valueOf(condition.getMessage()))
        .collect(Collectors.joining());
  }

  private static void awaitMessage(SimulatedCluster cluster, String pod, String words) {
    Awaiting.until(pod + " says " + words, () -> message(cluster, pod).contains(words));
  }

  @Test
  void podsGoWhereThePluginOfThePageSends(@TempDir Path directory) throws Exception {
    var jars = Files.createDirectory(directory.resolve("jars"));
    var licences =
        PluginJar.of(
            Files.createDirectory(directory.resolve("licences")),
            "Licences",
            PluginJar.block(PAGE, "java"),
            PluginJar.block(PAGE, "text"));
    var broken =
        PluginJar.of(
            Files.createDirectory(directory.resolve("broken")),
            "Broken",
            BROKEN,
            "org.example.Broken\n");
    Files.copy(licences, jars.resolve("licences.jar"));
    Files.copy(broken, jars.resolve("broken.jar"));
    var file = directory.resolve("scheduler.yaml");
    Files.writeString(file, PluginJar.block(PAGE, "yaml") + BROKEN_PROFILE);
    try (var cluster =
        SimulatedCluster.start(
            31010,
            "4",
            "--scheduler-config",
            file.toString(),
            "--scheduler-plugins",
            jars.toString())) {
      licensedPodsFillNodes(cluster);
      othersGoOn(cluster);
    }
  }

  private static void licensedPodsFillNodes(SimulatedCluster cluster) throws IOException {
    var nodes =
        cluster
            .client()
            .list(Resources.NODES, new Selection("", "nauarch.dev/simulated=true", ""))
            .items()
            .stream()
            .map(node -> node.getMetadata().getName())
            .sorted()
            .toList();
    licence(cluster, nodes.get(0), 2);
    licence(cluster, nodes.get(1), 3);
    var licensed = "\"example.org/solver\":\"\"";
    for (var i = 0; i < 5; i++) {
      pod(cluster, "l" + i, "default-scheduler", licensed);
      awaitPlaced(cluster, "l" + i);
    }
    var podsByNode =
        cluster.pods("default-scheduler").stream()
            .collect(
                Collectors.groupingBy(
                    (Pod pod) -> pod.getSpec().getNodeName(), Collectors.counting()));
    assertEquals(Map.of(nodes.get(0), 2L, nodes.get(1), 3L), podsByNode);
    pod(cluster, "l5", "default-scheduler", licensed);
    awaitMessage(cluster, "l5", "2 node(s) had no licence left");
    var why = cluster.nau("why", "pod/l5").output();
    assertTrue(why.contains("Licences"), why);
    licence(cluster, nodes.get(2), 1);
    Awaiting.until(
        "l5 goes where a licence has come",
        () -> nodes.get(2).equals(cluster.pod("l5").getSpec().getNodeName()));
  }

  private static void othersGoOn(SimulatedCluster cluster) {
    pod(cluster, "b0", "broken", "");
    awaitMessage(cluster, "b0", "plug-in Broken failed: java.lang.IllegalStateException: it broke");
    pod(cluster, "free", "default-scheduler", "");
    awaitPlaced(cluster, "free");
  }

  /** Says of a node how many licences it has. */
  private static void licence(SimulatedCluster cluster, String node, int count) {
    var body = "{\"metadata\":{\"annotations\":{\"example.org/solver\":\"" + count + "\"}}}";
    cluster.client().patch(Resources.NODES, new ObjectKey("", node), Patch.merge("", body));
  }

  private static void awaitPlaced(SimulatedCluster cluster, String pod) {
    Awaiting.until(pod + " has a node", () -> cluster.pod(pod).getSpec().getNodeName() != null);
  }
}
