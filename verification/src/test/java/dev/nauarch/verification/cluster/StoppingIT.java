package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.PodStop;
import dev.nauarch.api.Resources;
import dev.nauarch.client.Patch;
import dev.nauarch.client.Selection;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pods that stop for others, on simulated nodes: who is chosen, what it is given time for, and what
 * is said of it beforehand.
 */
@SuppressWarnings("NullAway.Init") // set before the first test
class StoppingIT {

  private static SimulatedCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = SimulatedCluster.start(23843, "2:4xH100");
    var priorityClass =
        "{\"apiVersion\":\"scheduling.k8s.io/v1\",\"kind\":\"PriorityClass\","
            + "\"metadata\":{\"name\":\"%1$s\"},\"value\":%2$d}";
    var classes = Resources.PRIORITY_CLASSES;
    cluster.awaiting().apply(classes, "middle", priorityClass.formatted("middle", 50));
    cluster.awaiting().apply(classes, "urgent", priorityClass.formatted("urgent", 100));
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @AfterEach
  void clear() throws Exception {
    for (var app : new String[] {"low", "shop", "urgent"}) {
      cluster.deleteAll(Resources.POD_DISRUPTION_BUDGETS, "app=" + app);
      cluster.deleteAll(Resources.PODS, "app=" + app);
      Awaiting.until("pods are gone", () -> cluster.pods(app).isEmpty());
    }
  }

  /** A pod that takes all devices of a node. */
  private static void pod(String name, String app, String priority, String annotations) {
    cluster
        .awaiting()
        .apply(
            Resources.PODS,
            name,
            """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","labels":{"app":"%s"},
              "annotations":{%s}},
             "spec":{%s"terminationGracePeriodSeconds":0,
              "containers":[{"name":"c","image":"any/image:1",
               "resources":{"limits":{"nvidia.com/gpu":"4"}}}]}}
            """
                .formatted(
                    name,
                    app,
                    annotations.replace('\'', '"'),
                    priority.isEmpty() ? "" : "\"priorityClassName\":\"" + priority + "\","));
  }

  private static Pod awaitRunning(String name) {
    return cluster
        .awaiting()
        .await(
            () -> cluster.awaiting().get(Resources.PODS, name),
            pod -> "Running".equals(pod.getStatus().getPhase()));
  }

  private static void awaitGone(String name) {
    Awaiting.until(name + " is gone", () -> cluster.awaiting().get(Resources.PODS, name).isEmpty());
  }

  private static Optional<PodCondition> condition(Pod pod, String type) {
    return pod.getStatus().getConditions().stream()
        .filter(each -> each.getType().equals(type))
        .findFirst();
  }

  private static Pod awaitAsked(String name) {
    return cluster
        .awaiting()
        .await(() -> cluster.awaiting().get(Resources.PODS, name), PodStop::isAsked);
  }

  private static void sayCheckpointed(String name) {
    cluster
        .client()
        .patch(
            Resources.PODS,
            SimulatedCluster.key(name),
            new Patch(
                Patch.Type.STRATEGIC,
                "status",
                "{\"status\":{\"conditions\":[{\"type\":\"nauarch.dev/Checkpointed\","
                    + "\"status\":\"True\"}]}}",
                "",
                false));
  }

  @Test
  void theLowestPriorityStopsUnlessABudgetProtectsIt() {
    cluster
        .awaiting()
        .apply(
            Resources.POD_DISRUPTION_BUDGETS,
            "shop",
            """
            {"apiVersion":"policy/v1","kind":"PodDisruptionBudget",
             "metadata":{"name":"shop","labels":{"app":"shop"}},
             "spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"shop"}}}}
            """);
    pod("shop", "shop", "", "");
    pod("low", "low", "middle", "");
    awaitRunning("shop");
    awaitRunning("low");
    cluster
        .awaiting()
        .await(
            () -> cluster.awaiting().get(Resources.POD_DISRUPTION_BUDGETS, "shop"),
            budget -> budget.getStatus() != null && budget.getStatus().getCurrentHealthy() == 1);
    pod("urgent", "urgent", "urgent", "");
    awaitRunning("urgent");
    awaitGone("low");
    assertTrue(cluster.awaiting().get(Resources.PODS, "shop").isPresent());
    Awaiting.until(
        "the event says why",
        () ->
            cluster.client().list(Resources.EVENTS, Selection.ALL).items().stream()
                .anyMatch(
                    event ->
                        event.getReason().equals("Preempted")
                            && event
                                .getNote()
                                .equals("makes room for default/urgent of higher priority")));
  }

  @Test
  void whoWantsTimeToSaveItsWorkIsAskedAndGoesWhenItHas() {
    pod("low-0", "low", "", "'nauarch.dev/checkpoint-grace-seconds':'600'");
    pod("low-1", "low", "middle", "");
    awaitRunning("low-0");
    awaitRunning("low-1");
    pod("urgent", "urgent", "urgent", "");
    var asked = awaitAsked("low-0");
    assertEquals(
        "PreemptionByScheduler", condition(asked, "DisruptionTarget").orElseThrow().getReason());
    var waiting =
        cluster
            .awaiting()
            .await(
                () -> cluster.awaiting().get(Resources.PODS, "urgent"),
                pod ->
                    pod.getStatus().getNominatedNodeName() != null
                        && condition(pod, "PodScheduled").isPresent());
    assertEquals(asked.getSpec().getNodeName(), waiting.getStatus().getNominatedNodeName());
    assertTrue(
        condition(waiting, "PodScheduled")
            .orElseThrow()
            .getMessage()
            .contains("room is being made"));
    sayCheckpointed("low-0");
    assertEquals(asked.getSpec().getNodeName(), awaitRunning("urgent").getSpec().getNodeName());
    assertTrue(cluster.awaiting().get(Resources.PODS, "low-1").isPresent());
  }

  @Test
  void evictionsAndTaintsGiveTheSameTime() {
    pod("low-0", "low", "", "'nauarch.dev/checkpoint-grace-seconds':'600'");
    pod("low-1", "low", "", "'nauarch.dev/checkpoint-grace-seconds':'600'");
    awaitRunning("low-0");
    var node = awaitRunning("low-1").getSpec().getNodeName();
    cluster.evict("low-0");
    assertEquals(
        "EvictionByEvictionAPI",
        condition(awaitAsked("low-0"), PodStop.STOPPING).orElseThrow().getReason());
    cluster
        .client()
        .patch(
            Resources.NODES,
            new ObjectKey("", node),
            Patch.merge("", "{\"spec\":{\"taints\":[{\"key\":\"t\",\"effect\":\"NoExecute\"}]}}"));
    assertEquals(
        "DeletionByTaintManager",
        condition(awaitAsked("low-1"), PodStop.STOPPING).orElseThrow().getReason());
    assertEquals(2, cluster.pods("low").size());
    sayCheckpointed("low-0");
    sayCheckpointed("low-1");
    awaitGone("low-0");
    awaitGone("low-1");
    cluster
        .client()
        .patch(
            Resources.NODES,
            new ObjectKey("", node),
            Patch.merge("", "{\"spec\":{\"taints\":[]}}"));
  }

  private static void expectPlan(Path manifest, int code, String... lines) throws Exception {
    var plan = cluster.nau("plan", "-f", manifest.toString());
    assertEquals(code, plan.code(), plan::output);
    for (var line : lines) {
      assertTrue(plan.output().contains(line), plan::output);
    }
  }

  @Test
  @Tag(SimulatedCluster.NEEDS_MACHINE)
  void aPlanSaysWhatWouldComeOfAManifestAndLeavesAllAsItIs(@TempDir Path directory)
      throws Exception {
    var manifest = directory.resolve("job.yaml");
    var job =
        """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: train}
        spec:
          parallelism: %d
          completions: %d
          template:
            spec:
              priorityClassName: %s
              restartPolicy: Never
              containers:
              - {name: c, image: any/image:1, resources: {limits: {nvidia.com/gpu: "4"}}}
        """;
    Files.writeString(manifest, job.formatted(2, 2, "middle"));
    expectPlan(manifest, 0, "Fits now    yes, all 2 pods, on 2 nodes (sim-0: 1, sim-1: 1)");
    Files.writeString(manifest, job.formatted(3, 3, "middle"));
    expectPlan(manifest, 12, "Fits ever   no", "Fits now    no: 2 of 3 pods.");

    pod("low-0", "low", "", "");
    pod("low-1", "low", "middle", "");
    awaitRunning("low-0");
    awaitRunning("low-1");
    Files.writeString(manifest, job.formatted(1, 1, "middle"));
    expectPlan(manifest, 11, "Fits ever   yes", "Would       stop 1 pod: default/low-0");
    Files.writeString(manifest, job.formatted(1, 1, "''"));
    expectPlan(
        manifest,
        10,
        "Fits ever   yes",
        "Insufficient nvidia.com/gpu",
        "wait until nvidia.com/gpu");
    Files.writeString(manifest, job.formatted(1, 1, "nobody"));
    expectPlan(manifest, 6, "no PriorityClass with name nobody was found");
    Files.writeString(manifest, "kind: ConfigMap");
    expectPlan(manifest, 2, "the manifest asks for no pods");
    assertEquals(2, cluster.pods("low").size());
    assertTrue(cluster.client().list(Resources.JOBS, Selection.ALL).items().isEmpty());
  }
}
