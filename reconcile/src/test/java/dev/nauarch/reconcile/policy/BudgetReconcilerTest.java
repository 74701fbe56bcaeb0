package dev.nauarch.reconcile.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.PodStates;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Times;
import dev.nauarch.reconcile.World;
import dev.nauarch.reconcile.workload.DeploymentReconciler;
import dev.nauarch.reconcile.workload.ReplicaSetReconciler;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetReconcilerTest {

  private final World world = new World();
  private final Reconciler[] controllers = {
    new DeploymentReconciler(), ReplicaSetReconciler.ofReplicaSets(), new BudgetReconciler()
  };

  private void deployment(int replicas) {
    var json =
        """
        {"metadata":{"name":"web"},"spec":{"replicas":%d,"strategy":{"type":"Recreate"},"selector":{"matchLabels":{"app":"web"}},
         "template":{"metadata":{"labels":{"app":"web"}},
          "spec":{"containers":[{"name":"c","image":"host"}]}}}}
        """;
    world.add(Resources.DEPLOYMENTS, decode(json.formatted(replicas), Deployment.class));
    world.know(Resources.PODS);
    world.know(Resources.REPLICA_SETS);
    world.know(Resources.POD_DISRUPTION_BUDGETS);
    world.settle(controllers);
    world.changePods("web", PodStates.ready(world.now()));
  }

  private void budget(String spec) {
    var json =
        """
        {"metadata":{"name":"b"},"spec":{"selector":{"matchLabels":{"app":"web"}},%s}}
        """;
    world.add(
        Resources.POD_DISRUPTION_BUDGETS, decode(json.formatted(spec), PodDisruptionBudget.class));
    world.settle(controllers);
  }

  private static <T> T decode(String json, Class<T> type) {
    return ModelCodec.decode(json.getBytes(StandardCharsets.UTF_8), type);
  }

  private PodDisruptionBudgetStatus status() {
    return world
        .get(Resources.POD_DISRUPTION_BUDGETS, new ObjectKey("default", "b"))
        .orElseThrow()
        .getStatus();
  }

  private String firstPod() {
    return world.list(Resources.PODS).getFirst().getMetadata().getName();
  }

  @ParameterizedTest
  @CsvSource({
    "'\"minAvailable\":3', 5, 3, 2",
    "'\"minAvailable\":\"50%\"', 5, 3, 2",
    "'\"maxUnavailable\":1', 5, 4, 1",
    "'\"maxUnavailable\":\"30%\"', 5, 3, 2",
    "'\"minAvailable\":7', 5, 7, 0",
    "'\"maxUnavailable\":0', 5, 5, 0",
  })
  void aBudgetSaysHowManyPodsMayGo(String spec, int expected, int desired, int allowed) {
    deployment(5);
    budget(spec);
    var status = status();
    assertEquals(expected, status.getExpectedPods());
    assertEquals(5, status.getCurrentHealthy());
    assertEquals(desired, status.getDesiredHealthy());
    assertEquals(allowed, status.getDisruptionsAllowed());
    assertEquals(1L, status.getObservedGeneration());
    var condition = status.getConditions().getFirst();
    assertEquals("DisruptionAllowed", condition.getType());
    assertEquals(allowed > 0 ? "SufficientPods" : "InsufficientPods", condition.getReason());
  }

  @Test
  void podsThatAreNotReadyAreNotHealthy() {
    deployment(3);
    budget("\"maxUnavailable\":1");
    assertEquals(1, status().getDisruptionsAllowed());
    world.change(Resources.PODS, firstPod(), BudgetReconcilerTest::unready);
    world.settle(controllers);
    assertEquals(2, status().getCurrentHealthy());
    assertEquals(0, status().getDisruptionsAllowed());
  }

  private static Pod unready(Pod pod) {
    return pod.edit().editStatus().withConditions().endStatus().build();
  }

  @Test
  void anEvictedPodIsAwayUntilTwoMinutesHaveShownThatItStays() {
    deployment(3);
    budget("\"minAvailable\":1");
    var pod = firstPod();
    world.change(
        Resources.POD_DISRUPTION_BUDGETS,
        "b",
        budget ->
            budget
                .edit()
                .editStatus()
                .withDisruptionsAllowed(1)
                .withDisruptedPods(Map.of(pod, Times.format(world.now())))
                .endStatus()
                .build());
    world.settle(controllers);
    assertEquals(2, status().getCurrentHealthy());
    assertEquals(1, status().getDisruptionsAllowed());
    assertEquals(Map.of(pod, Times.format(world.now())), status().getDisruptedPods());
    assertEquals(world.now().plus(Duration.ofMinutes(2)), world.wakeAt());

    world.pass(Duration.ofMinutes(2));
    world.settle(controllers);
    assertEquals(3, status().getCurrentHealthy());
    assertTrue(world.events().stream().anyMatch(event -> event.startsWith("NotDeleted")));
  }

  @Test
  void whereNobodyKnowsTheScaleNothingMayGo() {
    world.know(Resources.DEPLOYMENTS);
    world.know(Resources.REPLICA_SETS);
    world.add(
        Resources.PODS,
        decode(
            """
            {"metadata":{"name":"p","labels":{"app":"web"},"ownerReferences":[{"kind":"Job",
             "apiVersion":"batch/v1","name":"j","uid":"u","controller":true}]},"spec":{}}
            """,
            Pod.class));
    budget("\"maxUnavailable\":1");
    assertEquals(0, status().getDisruptionsAllowed());
    var condition = status().getConditions().getFirst();
    assertEquals("SyncFailed", condition.getReason());
    assertEquals("Job \"j\" has no scale", condition.getMessage());
    assertEquals(1, world.events().size());
  }

  @Test
  void aSecondLookWritesNothing() {
    deployment(2);
    budget("\"minAvailable\":1");
    var before = world.get(Resources.POD_DISRUPTION_BUDGETS, new ObjectKey("default", "b"));
    world.pass(Duration.ofSeconds(30));
    world.settle(controllers);
    assertEquals(
        before, world.get(Resources.POD_DISRUPTION_BUDGETS, new ObjectKey("default", "b")));
  }
}
