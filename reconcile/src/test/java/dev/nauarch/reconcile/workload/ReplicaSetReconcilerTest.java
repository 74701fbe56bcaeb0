package dev.nauarch.reconcile.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.PodStates;
import dev.nauarch.reconcile.World;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.ReplicationControllerBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ReplicaSetReconcilerTest {

  private static final ObjectKey KEY = new ObjectKey("default", "web");
  private static final Map<String, String> LABELS = Map.of("app", "web");
  private static final String NO_QUOTA = "pods \"web-1\" is forbidden: exceeded quota: two";

  private final World world = new World();
  private final ReplicaSetReconciler<ReplicaSet> sets = ReplicaSetReconciler.ofReplicaSets();
  private final ReplicaSetReconciler<ReplicationController> controllers =
      ReplicaSetReconciler.ofReplicationControllers();

  private ReplicaSet set() {
    return world.get(Resources.REPLICA_SETS, KEY).orElseThrow();
  }

  private ReplicationController controller() {
    return world.get(Resources.REPLICATION_CONTROLLERS, KEY).orElseThrow();
  }

  private void addSet(int replicas) {
    world.add(
        Resources.REPLICA_SETS,
        new ReplicaSetBuilder()
            .withNewMetadata()
            .withName("web")
            .endMetadata()
            .withNewSpec()
            .withReplicas(replicas)
            .withNewSelector()
            .withMatchLabels(LABELS)
            .endSelector()
            .withNewTemplate()
            .withNewMetadata()
            .withLabels(LABELS)
            .endMetadata()
            .withNewSpec()
            .endSpec()
            .endTemplate()
            .endSpec()
            .build());
  }

  private void addController(int replicas) {
    world.add(
        Resources.REPLICATION_CONTROLLERS,
        new ReplicationControllerBuilder()
            .withNewMetadata()
            .withName("web")
            .endMetadata()
            .withNewSpec()
            .withReplicas(replicas)
            .withSelector(LABELS)
            .withNewTemplate()
            .withNewMetadata()
            .withLabels(LABELS)
            .endMetadata()
            .withNewSpec()
            .endSpec()
            .endTemplate()
            .endSpec()
            .build());
  }

  @Test
  void podsThatNobodyHasAreTakenInAndNoneMadeInTheirPlace() {
    var orphan =
        new PodBuilder().withNewMetadata().withName("orphan").withLabels(LABELS).endMetadata();
    world.add(Resources.PODS, orphan.withNewSpec().endSpec().build());
    addSet(1);
    world.settle(sets);
    var pod = world.list(Resources.PODS).getFirst();
    assertEquals("orphan", pod.getMetadata().getName());
    assertEquals(1, world.list(Resources.PODS).size());
    assertTrue(Owners.isControlledBy(pod, set()));
    assertTrue(world.events().stream().noneMatch(event -> event.startsWith("Successful")));
  }

  @Test
  void aReplicationControllerKeepsItsPods() {
    addController(3);
    world.settle(controllers);
    var pods = world.list(Resources.PODS);
    assertEquals(3, pods.size());
    var owner = Owners.controllerOf(pods.getFirst()).orElseThrow();
    assertEquals("v1/ReplicationController", owner.getApiVersion() + "/" + owner.getKind());
    world.changePods("web", PodStates.ready(world.now()));
    world.settle(controllers);
    assertEquals(3, controller().getStatus().getReadyReplicas());
    assertEquals(3, controller().getStatus().getAvailableReplicas());
    world.change(
        Resources.REPLICATION_CONTROLLERS,
        "web",
        (ReplicationController each) -> each.edit().editSpec().withReplicas(1).endSpec().build());
    world.settle(controllers);
    assertEquals(1, world.list(Resources.PODS).size());
    assertEquals(1, controller().getStatus().getReplicas());
  }

  @Test
  void aReplicationControllerTakesInPodsThatItsSelectorMatchesAndLetsOthersGo() {
    world.add(
        Resources.PODS,
        new PodBuilder()
            .withNewMetadata()
            .withName("web-of-nobody")
            .withLabels(LABELS)
            .endMetadata()
            .withNewSpec()
            .endSpec()
            .build());
    addController(2);
    world.settle(controllers);
    assertEquals(2, world.list(Resources.PODS).size());
    world.changePods(
        "web-of-nobody",
        pod -> pod.edit().editMetadata().withLabels(Map.of("app", "other")).endMetadata().build());
    world.settle(controllers);
    assertEquals(3, world.list(Resources.PODS).size());
    var left = world.get(Resources.PODS, new ObjectKey("default", "web-of-nobody")).orElseThrow();
    assertTrue(Owners.controllerOf(left).isEmpty());
  }

  @Test
  void whyPodsAreRefusedIsToldUntilTheyAreNot() {
    addSet(2);
    world.refuse(Resources.PODS, NO_QUOTA);
    world.act(sets, KEY);
    world.act(sets, KEY);
    world.act(sets, KEY);
    var failure = set().getStatus().getConditions().getFirst();
    assertEquals("ReplicaFailure True FailedCreate", told(failure));
    assertEquals(NO_QUOTA, failure.getMessage());
    assertTrue(world.events().contains("FailedCreate: Error creating: " + NO_QUOTA));
    world.refuse(Resources.PODS, null);
    world.settle(sets);
    assertEquals(2, set().getStatus().getReplicas());
    assertEquals(0, set().getStatus().getConditions().size());
  }

  @Test
  void aReplicationControllerTellsItToo() {
    addController(2);
    world.refuse(Resources.PODS, NO_QUOTA);
    world.act(controllers, KEY);
    world.act(controllers, KEY);
    assertEquals(NO_QUOTA, controller().getStatus().getConditions().getFirst().getMessage());
    world.change(
        Resources.REPLICATION_CONTROLLERS,
        "web",
        (ReplicationController each) -> each.edit().editSpec().withReplicas(0).endSpec().build());
    world.settle(controllers);
    assertEquals(0, controller().getStatus().getConditions().size());
  }

  private static String told(io.fabric8.kubernetes.api.model.apps.ReplicaSetCondition condition) {
    return condition.getType() + " " + condition.getStatus() + " " + condition.getReason();
  }
}
