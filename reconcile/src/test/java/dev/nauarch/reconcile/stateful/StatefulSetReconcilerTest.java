package dev.nauarch.reconcile.stateful;

import static dev.nauarch.reconcile.stateful.StatefulWorld.ON_DELETE;
import static dev.nauarch.reconcile.stateful.StatefulWorld.PARALLEL;
import static dev.nauarch.reconcile.stateful.StatefulWorld.image;
import static dev.nauarch.reconcile.stateful.StatefulWorld.partition;
import static dev.nauarch.reconcile.stateful.StatefulWorld.replicas;
import static dev.nauarch.reconcile.stateful.StatefulWorld.start;
import static dev.nauarch.reconcile.stateful.StatefulWorld.web;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.PodStates;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class StatefulSetReconcilerTest {

  private final StatefulWorld sets = new StatefulWorld();

  private static Pod finalized(Pod pod) {
    return pod.edit().editMetadata().addToFinalizers("test/slow").endMetadata().build();
  }

  private static UnaryOperator<StatefulSet> maxUnavailable(IntOrString value) {
    return set ->
        set.edit()
            .editSpec()
            .editUpdateStrategy()
            .editRollingUpdate()
            .withMaxUnavailable(value)
            .endRollingUpdate()
            .endUpdateStrategy()
            .endSpec()
            .build();
  }

  @Test
  void podsComeOneAfterTheOtherEachWhenTheOneBeforeIsReady() {
    sets.add(web(3));
    assertEquals(List.of("web-0"), sets.podNames());
    sets.makeReady();
    assertEquals(List.of("web-0", "web-1"), sets.podNames());
    sets.makeReady();
    sets.makeReady();
    assertEquals(List.of("web-0", "web-1", "web-2"), sets.podNames());
    assertEquals(3, sets.status().getReadyReplicas());
    assertEquals(3, sets.status().getAvailableReplicas());
    assertEquals(3, sets.status().getCurrentReplicas());
    assertEquals(3, sets.status().getUpdatedReplicas());
    assertEquals(1, sets.status().getObservedGeneration());
    assertTrue(
        sets.world
            .events()
            .contains("SuccessfulCreate: Create Pod web-2 in StatefulSet web successful"));
  }

  @Test
  void aPodIsNamedByItsPlace() {
    sets.add(web(1), start(5));
    var pod = sets.pod("web-5");
    assertEquals("web-5", pod.getSpec().getHostname());
    assertEquals("peers", pod.getSpec().getSubdomain());
    assertEquals("web-5", sets.labels("web-5").get("statefulset.kubernetes.io/pod-name"));
    assertEquals("5", sets.labels("web-5").get("apps.kubernetes.io/pod-index"));
    assertEquals(
        sets.status().getUpdateRevision(), sets.labels("web-5").get("controller-revision-hash"));
    assertTrue(Owners.isControlledBy(pod, sets.web()));
  }

  @Test
  void takenOffLabelsComeBack() {
    sets.add(web(1));
    sets.makeReady();
    sets.change(
        "web-0",
        pod ->
            pod.edit()
                .editMetadata()
                .removeFromLabels("statefulset.kubernetes.io/pod-name")
                .endMetadata()
                .build());
    assertEquals("web-0", sets.labels("web-0").get("statefulset.kubernetes.io/pod-name"));
  }

  @Test
  void parallelPodsComeAndGoAtOnce() {
    sets.add(web(4), PARALLEL);
    assertEquals(4, sets.pods().size());
    sets.change(replicas(1));
    assertEquals(List.of("web-0"), sets.podNames());
  }

  @Test
  void podsGoFromTheHighestDownEachWhenTheRestIsReady() {
    sets.add(web(3));
    sets.makeAllReady();
    sets.change("web-0", pod -> PodStates.unready().apply(pod));
    sets.change(replicas(1));
    assertEquals(3, sets.pods().size(), "web-0 is not ready");
    sets.makeReady();
    assertEquals(List.of("web-0"), sets.podNames());
  }

  @Test
  void aPodThatIsStillEndingHoldsUpTheNext() {
    sets.add(web(3));
    sets.makeAllReady();
    sets.change("web-2", StatefulSetReconcilerTest::finalized);
    sets.change(replicas(1));
    assertEquals(List.of("web-0", "web-1", "web-2"), sets.podNames());
    sets.change("web-2", pod -> pod.edit().editMetadata().withFinalizers().endMetadata().build());
    assertEquals(List.of("web-0"), sets.podNames());
  }

  @Test
  void podsOfGivenUpPlacesThatEndedHoldUpNobody() {
    sets.add(web(4));
    sets.makeAllReady();
    sets.world.changePods("web-2", PodStates.ended(1, sets.world.now()));
    sets.world.changePods("web-3", PodStates.ended(1, sets.world.now()));
    sets.change(replicas(1));
    assertEquals(List.of("web-0"), sets.podNames());
  }

  @Test
  void placesCanBeginElsewhere() {
    sets.add(web(2), PARALLEL);
    sets.makeReady();
    sets.change(start(1));
    assertEquals(List.of("web-1", "web-2"), sets.podNames());
    sets.makeReady();
    sets.change(start(0));
    assertEquals(List.of("web-0", "web-1"), sets.podNames());
  }

  @Test
  void aPodThatEndedIsMadeAnew() {
    sets.add(web(2));
    sets.makeAllReady();
    var before = sets.pod("web-0").getMetadata().getUid();
    sets.change("web-0", PodStates.ended(0, sets.world.now()));
    assertNotEquals(before, sets.pod("web-0").getMetadata().getUid());
    assertEquals(2, sets.pods().size());
  }

  @Test
  void anUpdateReplacesPodsFromTheHighestDownOneAtATime() {
    sets.add(web(3));
    sets.makeAllReady();
    var first = sets.status().getCurrentRevision();
    sets.change(image("two"));
    assertEquals("web-0 one, web-1 one, web-2 two", sets.images());
    assertEquals(first, sets.status().getCurrentRevision());
    assertNotEquals(first, sets.status().getUpdateRevision());
    assertEquals(2, sets.status().getCurrentReplicas());
    assertEquals(1, sets.status().getUpdatedReplicas());
    sets.makeReady();
    assertEquals("web-0 one, web-1 two, web-2 two", sets.images());
    sets.makeAllReady();
    assertEquals("web-0 two, web-1 two, web-2 two", sets.images());
    assertEquals(sets.status().getUpdateRevision(), sets.status().getCurrentRevision());
    assertEquals(3, sets.status().getCurrentReplicas());
  }

  @Test
  void anUpdateWaitsForAPodThatIsNotReady() {
    sets.add(web(3));
    sets.makeAllReady();
    sets.change("web-0", pod -> PodStates.unready().apply(pod));
    sets.change(image("two"));
    assertEquals("web-0 one, web-1 one, web-2 one", sets.images());
  }

  @Test
  void belowAPartitionPodsStayAndComeBackAsTheyWere() {
    sets.add(web(3), partition(2));
    sets.makeAllReady();
    sets.change(image("two"));
    sets.makeAllReady();
    assertEquals("web-0 one, web-1 one, web-2 two", sets.images());
    sets.delete("web-0");
    sets.makeAllReady();
    sets.delete("web-2");
    sets.makeAllReady();
    assertEquals("web-0 one, web-1 one, web-2 two", sets.images());
    assertNotEquals(sets.status().getUpdateRevision(), sets.status().getCurrentRevision());
    sets.change(partition(1));
    sets.makeAllReady();
    assertEquals("web-0 one, web-1 two, web-2 two", sets.images());
    sets.change(partition(0));
    sets.makeAllReady();
    assertEquals("web-0 two, web-1 two, web-2 two", sets.images());
    assertEquals(sets.status().getUpdateRevision(), sets.status().getCurrentRevision());
  }

  @Test
  void aPartitionBeyondAllPlacesHoldsAnUpdate() {
    sets.add(web(2), start(3), partition(7));
    sets.makeAllReady();
    sets.change(image("two"));
    sets.delete("web-4");
    sets.makeAllReady();
    assertEquals("web-3 one, web-4 one", sets.images());
  }

  @Test
  void theTemplateOfBeforeIsTheSameRevisionAgain() {
    sets.add(web(2));
    sets.makeAllReady();
    var first = sets.status().getCurrentRevision();
    sets.change(image("two"));
    sets.makeAllReady();
    sets.change(image("one"));
    sets.makeAllReady();
    assertEquals("web-0 one, web-1 one", sets.images());
    assertEquals(first, sets.status().getCurrentRevision());
    var revisions = sets.world.list(Resources.CONTROLLER_REVISIONS);
    assertEquals(
        Map.of(first, 3L),
        Map.of(first, revisions.stream().mapToLong(each -> each.getRevision()).max().orElse(0)));
    assertEquals(2, revisions.size());
  }

  @Test
  void takenBackInTheMiddleAnUpdateTouchesOnlyPodsThatHadIt() {
    sets.add(web(3));
    sets.makeAllReady();
    var first = sets.pod("web-0").getMetadata().getUid();
    sets.change(image("two"));
    sets.makeReady();
    sets.change(image("one"));
    sets.makeAllReady();
    assertEquals("web-0 one, web-1 one, web-2 one", sets.images());
    assertEquals(first, sets.pod("web-0").getMetadata().getUid());
  }

  @Test
  void withMaxUnavailableSeveralPodsAreReplacedAtATime() {
    sets.add(web(4), PARALLEL, maxUnavailable(new IntOrString("50%")));
    sets.makeReady();
    sets.change(image("two"));
    assertEquals("web-0 one, web-1 one, web-2 two, web-3 two", sets.images());
    sets.makeReady();
    assertEquals("web-0 two, web-1 two, web-2 two, web-3 two", sets.images());
  }

  @Test
  void inParallelPodsThatDoNotServeAreReplacedFirst() {
    sets.add(web(3), PARALLEL, image("broken"));
    sets.change(image("two"));
    assertEquals("web-0 two, web-1 two, web-2 two", sets.images());
  }

  @Test
  void whatIsReplacedOnDeletionStaysUntilThen() {
    sets.add(web(2), ON_DELETE);
    sets.makeAllReady();
    sets.change(image("two"));
    assertEquals("web-0 one, web-1 one", sets.images());
    sets.delete("web-0");
    sets.makeAllReady();
    assertEquals("web-0 two, web-1 one", sets.images());
  }

  @Test
  void aPodServesOnlyAfterItWasReadyForLongEnough() {
    sets.add(web(2), set -> set.edit().editSpec().withMinReadySeconds(10).endSpec().build());
    sets.makeReady();
    assertEquals(List.of("web-0"), sets.podNames());
    assertEquals(1, sets.status().getReadyReplicas());
    assertEquals(sets.world.now().plusSeconds(10), sets.world.wakeAt());
    sets.world.pass(Duration.ofSeconds(10));
    sets.settle();
    assertEquals(List.of("web-0", "web-1"), sets.podNames());
    assertEquals(1, sets.status().getAvailableReplicas());
  }

  @Test
  void onlySoManyRevisionsAreKept() {
    sets.add(web(1), set -> set.edit().editSpec().withRevisionHistoryLimit(2).endSpec().build());
    sets.makeReady();
    for (var image : List.of("two", "three", "four", "five")) {
      sets.change(image(image));
      sets.makeAllReady();
    }
    assertEquals(3, sets.world.list(Resources.CONTROLLER_REVISIONS).size());
  }

  @Test
  void podsOfItsNamesAreTakenInAndOthersLetGo() {
    sets.world.add(Resources.PODS, orphan("web-0"));
    sets.world.add(Resources.PODS, orphan("web-x"));
    sets.add(web(2), PARALLEL);
    assertTrue(Owners.isControlledBy(sets.pod("web-0"), sets.web()));
    assertTrue(Owners.controllerOf(sets.pod("web-x")).isEmpty());
    sets.change(
        "web-1",
        pod -> pod.edit().editMetadata().addToLabels("app", "other").endMetadata().build());
    assertTrue(Owners.controllerOf(sets.pod("web-1")).isEmpty());
  }

  private static Pod orphan(String name) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels("app", "web")
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("main")
        .withImage("one")
        .endContainer()
        .endSpec()
        .build();
  }

  @Test
  void revisionsOfAnotherNameSakeAreSteppedAround() {
    sets.add(web(1));
    var taken = sets.status().getUpdateRevision();
    var old = sets.world.list(Resources.CONTROLLER_REVISIONS).getFirst();
    sets.world.delete(Resources.STATEFUL_SETS, StatefulWorld.KEY, "");
    sets.world.delete(Resources.PODS, new dev.nauarch.api.ObjectKey("default", "web-0"), "");
    // Somebody else's, with other content.
    sets.world.change(
        Resources.CONTROLLER_REVISIONS,
        taken,
        each ->
            each.edit()
                .editMetadata()
                .withOwnerReferences()
                .withLabels(Map.of())
                .endMetadata()
                .withData(Map.of("spec", Map.of()))
                .build());
    sets.add(web(1));
    assertNotEquals(taken, sets.status().getUpdateRevision());
    assertEquals(1, sets.status().getCollisionCount());
    assertEquals(old.getMetadata().getName(), taken);
  }

  @Test
  void aRefusedPodIsToldOf() {
    sets.world.add(Resources.STATEFUL_SETS, web(1));
    sets.world.refuse(Resources.PODS, "exceeded quota");
    sets.world.act(new StatefulSetReconciler(), StatefulWorld.KEY);
    assertTrue(
        sets.world
            .events()
            .contains(
                "FailedCreate: Create Pod web-0 in StatefulSet web failed error: exceeded quota"),
        sets.world.events()::toString);
    assertEquals(0, sets.status().getReplicas());
  }
}
