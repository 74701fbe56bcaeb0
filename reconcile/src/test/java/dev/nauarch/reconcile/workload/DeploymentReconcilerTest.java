package dev.nauarch.reconcile.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.PodStates;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.World;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DeploymentReconcilerTest {

  private static final ObjectKey KEY = new ObjectKey("default", "web");

  private final World world = new World();
  private final Reconciler[] controllers = {
    new DeploymentReconciler(), ReplicaSetReconciler.ofReplicaSets()
  };

  private static DeploymentBuilder web(int replicas) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName("web")
        .endMetadata()
        .withNewSpec()
        .withReplicas(replicas)
        .withProgressDeadlineSeconds(600)
        .withRevisionHistoryLimit(1)
        .withNewSelector()
        .addToMatchLabels("app", "web")
        .endSelector()
        .withNewStrategy()
        .withType("RollingUpdate")
        .withNewRollingUpdate()
        .withMaxSurge(new IntOrString(1))
        .withMaxUnavailable(new IntOrString(0))
        .endRollingUpdate()
        .endStrategy()
        .withNewTemplate()
        .withNewMetadata()
        .addToLabels("app", "web")
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("main")
        .withImage("one")
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec();
  }

  private void start(DeploymentBuilder deployment) {
    world.add(Resources.DEPLOYMENTS, deployment.build());
    settle();
  }

  private void settle() {
    world.settle(controllers);
  }

  private void makeReady() {
    world.changePods(
        "web", pod -> Pods.isReady(pod) ? pod : PodStates.ready(world.now()).apply(pod));
    settle();
  }

  @Test
  void aSetThatNobodyHasIsTakenInAndNoneMadeBesideIt() {
    start(web(2));
    makeReady();
    var set = world.list(Resources.REPLICA_SETS).getFirst();
    var pods = world.list(Resources.PODS);
    world.delete(Resources.DEPLOYMENTS, KEY, "");
    world.change(
        Resources.REPLICA_SETS,
        set.getMetadata().getName(),
        (ReplicaSet each) ->
            each.edit().editMetadata().withOwnerReferences().endMetadata().build());

    start(web(2).editMetadata().withName("heir").endMetadata());
    var sets = world.list(Resources.REPLICA_SETS);
    assertEquals(1, sets.size());
    assertEquals(set.getMetadata().getUid(), sets.getFirst().getMetadata().getUid());
    var owner = sets.getFirst().getMetadata().getOwnerReferences().getFirst();
    assertEquals("heir", owner.getName());
    assertEquals(pods, world.list(Resources.PODS));
  }

  private void image(String image) {
    world.change(
        Resources.DEPLOYMENTS,
        "web",
        web ->
            web.edit()
                .editSpec()
                .editTemplate()
                .editSpec()
                .editFirstContainer()
                .withImage(image)
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build());
    settle();
  }

  private Deployment web() {
    return world.get(Resources.DEPLOYMENTS, KEY).orElseThrow();
  }

  private List<Pod> active() {
    return world.list(Resources.PODS).stream().filter(Pods::isActive).toList();
  }

  private String revision() {
    return web().getMetadata().getAnnotations().getOrDefault(Revisions.REVISION, "");
  }

  private String condition(String type) {
    return web().getStatus().getConditions().stream()
        .filter(each -> each.getType().equals(type))
        .map(DeploymentCondition::getReason)
        .findFirst()
        .orElse("none");
  }

  @Test
  void aFirstRolloutMakesOneSetAndReportsWhenAllServe() {
    start(web(3));
    assertEquals(3, active().size());
    assertEquals("MinimumReplicasUnavailable", condition("Available"));

    makeReady();

    assertEquals("MinimumReplicasAvailable", condition("Available"));
    assertEquals("NewReplicaSetAvailable", condition("Progressing"));
    assertEquals(3, web().getStatus().getAvailableReplicas());
    assertEquals("1", revision());
  }

  @Test
  void aRolloutNeverHasTooFewNorTooManyPods() {
    start(web(3));
    makeReady();
    image("two");

    for (int step = 0; step < 5; step++) {
      assertTrue(active().size() <= 4, "too many: " + active().size());
      var serving = active().stream().filter(Pods::isReady).count();
      assertTrue(serving >= 3, "too few: " + serving);
      makeReady();
    }

    assertEquals(3, active().size());
    assertTrue(
        active().stream()
            .allMatch(pod -> pod.getSpec().getContainers().getFirst().getImage().equals("two")));
    assertEquals("2", revision());
  }

  @Test
  void theTemplateOfBeforeBecomesTheNewestRevisionAgain() {
    start(web(1));
    makeReady();
    image("two");
    makeReady();
    image("one");
    makeReady();

    assertEquals(2, world.list(Resources.REPLICA_SETS).size());
    assertEquals("3", revision());
    var current =
        world.list(Resources.REPLICA_SETS).stream()
            .max(Comparator.comparingInt((ReplicaSet set) -> Counts.replicas(set)))
            .orElseThrow();
    assertEquals("1", current.getMetadata().getAnnotations().get(Revisions.HISTORY));
  }

  @Test
  void onlySoManyOldSetsAreKept() {
    start(web(1));
    makeReady();
    for (var image : List.of("two", "three", "four")) {
      image(image);
      makeReady();
    }

    assertEquals(2, world.list(Resources.REPLICA_SETS).size());
  }

  @Test
  void recreatingWaitsForTheLastOldPod() {
    start(web(2).editSpec().withNewStrategy().withType("Recreate").endStrategy().endSpec());
    makeReady();
    world.changePods(
        "web", pod -> pod.edit().editMetadata().addToFinalizers("test/slow").endMetadata().build());
    image("two");
    assertEquals(0, active().size());

    world.changePods(
        "web", pod -> pod.edit().editMetadata().withFinalizers(List.of()).endMetadata().build());
    settle();
    assertEquals(2, active().size());
  }

  @Test
  void resizingInTheMiddleOfARolloutKeepsProportions() {
    start(
        web(10)
            .editSpec()
            .editStrategy()
            .editRollingUpdate()
            .withMaxSurge(new IntOrString(3))
            .withMaxUnavailable(new IntOrString(2))
            .endRollingUpdate()
            .endStrategy()
            .endSpec());
    makeReady();
    image("two");
    assertEquals(13, sizes());

    world.change(
        Resources.DEPLOYMENTS,
        "web",
        web -> web.edit().editSpec().withReplicas(15).endSpec().build());
    settle();

    assertEquals(18, sizes());
    var old = world.list(Resources.REPLICA_SETS).stream().mapToInt(Counts::replicas).max();
    assertEquals(11, old.orElseThrow());
  }

  private int sizes() {
    return world.list(Resources.REPLICA_SETS).stream().mapToInt(Counts::replicas).sum();
  }

  @Test
  void aRolloutThatDoesNotMoveIsLate() {
    start(web(1));
    assertEquals(world.now().plusSeconds(601), world.wakeAt());

    world.pass(Duration.ofSeconds(601));
    settle();

    assertEquals("ProgressDeadlineExceeded", condition("Progressing"));
  }

  @Test
  void aPausedDeploymentIsScaledButNotRolled() {
    start(web(1));
    makeReady();
    world.change(
        Resources.DEPLOYMENTS,
        "web",
        web -> web.edit().editSpec().withPaused(true).withReplicas(2).endSpec().build());
    settle();
    image("two");

    assertEquals(2, active().size());
    assertEquals(1, world.list(Resources.REPLICA_SETS).size());
    assertEquals("DeploymentPaused", condition("Progressing"));
  }

  @Test
  void podsThatMatchAreTakenInAndOthersLetGo() {
    start(web(1));
    var pod = active().getFirst();
    world.changePods(
        pod.getMetadata().getName(),
        each -> each.edit().editMetadata().addToLabels("app", "debug").endMetadata().build());
    settle();

    assertEquals(2, active().size());
    assertEquals(
        1,
        active().stream()
            .filter(each -> each.getMetadata().getOwnerReferences().isEmpty())
            .count());
  }
}
