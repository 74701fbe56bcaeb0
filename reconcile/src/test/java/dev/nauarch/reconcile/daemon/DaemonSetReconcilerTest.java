package dev.nauarch.reconcile.daemon;

import static dev.nauarch.reconcile.daemon.DaemonWorld.ON_DELETE;
import static dev.nauarch.reconcile.daemon.DaemonWorld.agent;
import static dev.nauarch.reconcile.daemon.DaemonWorld.image;
import static dev.nauarch.reconcile.daemon.DaemonWorld.onlyOn;
import static dev.nauarch.reconcile.daemon.DaemonWorld.rolling;
import static dev.nauarch.reconcile.daemon.DaemonWorld.taint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.PodStates;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class DaemonSetReconcilerTest {

  private final DaemonWorld agents = new DaemonWorld();

  private static Pod finalized(Pod pod) {
    return pod.edit().editMetadata().addToFinalizers("test/slow").endMetadata().build();
  }

  private static UnaryOperator<DaemonSet> affinity(
      String label, String operator, String... values) {
    return set ->
        set.edit()
            .editSpec()
            .editTemplate()
            .editSpec()
            .withNewAffinity()
            .withNewNodeAffinity()
            .withNewRequiredDuringSchedulingIgnoredDuringExecution()
            .addNewNodeSelectorTerm()
            .addNewMatchExpression()
            .withKey(label)
            .withOperator(operator)
            .withValues(values)
            .endMatchExpression()
            .endNodeSelectorTerm()
            .endRequiredDuringSchedulingIgnoredDuringExecution()
            .endNodeAffinity()
            .endAffinity()
            .endSpec()
            .endTemplate()
            .endSpec()
            .build();
  }

  @Test
  void eachNodeHasOnePodThatIsMadeForIt() {
    agents.nodes(2);
    agents.add(agent());
    assertEquals("node-0 one, node-1 one", agents.images());
    var pod = agents.pod("node-1");
    var term =
        pod.getSpec()
            .getAffinity()
            .getNodeAffinity()
            .getRequiredDuringSchedulingIgnoredDuringExecution()
            .getNodeSelectorTerms()
            .getFirst();
    assertEquals("metadata.name", term.getMatchFields().getFirst().getKey());
    assertEquals(List.of("node-1"), term.getMatchFields().getFirst().getValues());
    assertEquals(
        List.of(
            "node.kubernetes.io/not-ready NoExecute",
            "node.kubernetes.io/unreachable NoExecute",
            "node.kubernetes.io/disk-pressure NoSchedule",
            "node.kubernetes.io/memory-pressure NoSchedule",
            "node.kubernetes.io/pid-pressure NoSchedule",
            "node.kubernetes.io/unschedulable NoSchedule"),
        pod.getSpec().getTolerations().stream()
            .map((Toleration each) -> each.getKey() + " " + each.getEffect())
            .toList());
    agents.node("node-2");
    agents.settle();
    assertEquals("node-0 one, node-1 one, node-2 one", agents.images());
    assertTrue(
        agents.world.events().stream()
            .anyMatch(e -> e.startsWith("SuccessfulCreate: Created pod")));
  }

  @Test
  void theStatusCountsNodes() {
    agents.nodes(3);
    agents.add(agent());
    agents.settle();
    var status = agents.status();
    assertEquals(3, status.getDesiredNumberScheduled());
    assertEquals(3, status.getCurrentNumberScheduled());
    assertEquals(3, status.getUpdatedNumberScheduled());
    assertEquals(3, status.getNumberUnavailable());
    agents.makeReady();
    assertEquals(3, agents.status().getNumberReady());
    assertEquals(3, agents.status().getNumberAvailable());
    assertEquals(null, agents.status().getNumberUnavailable());
    assertEquals(0, agents.status().getNumberMisscheduled());
    agents.changeNode("node-0", taint("full", "NoSchedule"));
    assertEquals(1, agents.status().getNumberMisscheduled());
    assertEquals(2, agents.status().getDesiredNumberScheduled());
  }

  @Test
  void podsComeAndGoWithTheLabelsOfNodes() {
    agents.nodes(2);
    agents.add(agent(), onlyOn("color", "blue"));
    assertEquals("", agents.images());
    agents.changeNode(
        "node-1",
        node -> node.edit().editMetadata().addToLabels("color", "blue").endMetadata().build());
    assertEquals("node-1 one", agents.images());
    agents.changeNode(
        "node-1",
        node -> node.edit().editMetadata().addToLabels("color", "green").endMetadata().build());
    assertEquals("", agents.images());
  }

  @Test
  void nodesAreChosenByAffinityToo() {
    agents.nodes(3);
    agents.add(agent(), affinity("rank", "Gt", "2"));
    assertEquals("", agents.images());
    for (int i = 0; i < 3; i++) {
      var rank = Integer.toString(i + 1);
      agents.changeNode(
          "node-" + i,
          node -> node.edit().editMetadata().addToLabels("rank", rank).endMetadata().build());
    }
    assertEquals("node-2 one", agents.images());
    agents.change(affinity("rank", "NotIn", "1"));
    agents.makeAllReady();
    assertEquals("node-1 one, node-2 one", agents.images());
  }

  @Test
  void taintsKeepNewPodsAwayAndSomeSendThoseThere() {
    agents.nodes(2);
    agents.changeNode("node-0", taint("special", "NoSchedule"));
    agents.changeNode("node-1", taint("node.kubernetes.io/unschedulable", "NoSchedule"));
    agents.add(agent());
    assertEquals("node-1 one", agents.images());
    agents.changeNode("node-1", taint("special", "NoSchedule"));
    assertEquals("node-1 one", agents.images());
    agents.changeNode("node-1", taint("broken", "NoExecute"));
    assertEquals("", agents.images());
  }

  @Test
  void aPodThatFailsIsReplacedLaterAndLater() {
    agents.nodes(1);
    agents.add(agent());
    var pauses = List.of(0L, 1L, 2L, 4L, 8L);
    for (var pause : pauses) {
      var before = agents.pod("node-0").getMetadata().getUid();
      agents.changePod("node-0", PodStates.ended(1, agents.world.now()));
      if (pause > 0) {
        assertEquals(before, agents.pod("node-0").getMetadata().getUid());
        assertEquals(agents.world.now().plusSeconds(pause), agents.world.wakeAt());
        agents.world.pass(Duration.ofSeconds(pause));
        agents.settle();
      }
      assertNotEquals(before, agents.pod("node-0").getMetadata().getUid());
    }
    assertEquals(1, agents.pods().size());
    assertTrue(
        agents.world.events().stream()
            .anyMatch(e -> e.startsWith("FailedDaemonPod: Found failed")));
    // One that has lived for long failed for other reasons.
    agents.world.pass(Duration.ofHours(1));
    agents.changePod("node-0", PodStates.ended(1, agents.world.now()));
    assertEquals(1, DaemonPods.failures(agents.pod("node-0")));
  }

  @Test
  void aNewTemplateDoesNotWaitForTheFailuresOfTheOldOne() {
    agents.nodes(1);
    agents.add(agent());
    for (int i = 0; i < 3; i++) {
      agents.changePod("node-0", PodStates.ended(1, agents.world.now()));
      agents.world.pass(Duration.ofSeconds(i));
      agents.settle();
    }
    agents.changePod("node-0", PodStates.ended(1, agents.world.now()));
    agents.change(image("two"));
    assertEquals("node-0 two", agents.images());
  }

  @Test
  void ofSeveralPodsOnANodeTheOldestStays() {
    agents.nodes(1);
    agents.add(agent());
    var kept = agents.pod("node-0");
    agents.world.pass(Duration.ofSeconds(5));
    agents.world.add(
        Resources.PODS, kept.edit().editMetadata().withName("agent-copy").endMetadata().build());
    agents.settle();
    assertEquals(1, agents.pods().size());
    assertEquals(kept.getMetadata().getUid(), agents.pods().getFirst().getMetadata().getUid());
  }

  @Test
  void anUpdateReplacesPodsNodeByNode() {
    agents.nodes(3);
    agents.add(agent());
    agents.makeReady();
    agents.change(image("two"));
    assertEquals("node-0 two, node-1 one, node-2 one", agents.images());
    assertEquals(1, agents.status().getUpdatedNumberScheduled());
    agents.makeReady();
    assertEquals("node-0 two, node-1 two, node-2 one", agents.images());
    agents.makeAllReady();
    assertEquals("node-0 two, node-1 two, node-2 two", agents.images());
  }

  @Test
  void podsThatDoNotServeAreReplacedAtOnce() {
    agents.nodes(3);
    agents.add(agent(), rolling(new IntOrString("50%"), new IntOrString(0)));
    agents.change(image("two"));
    assertEquals("node-0 two, node-1 two, node-2 two", agents.images());
  }

  @Test
  void withSurgeTheNextPodIsThereBeforeTheOldOneGoes() {
    agents.nodes(2);
    agents.add(agent(), rolling(new IntOrString(0), new IntOrString(1)));
    agents.makeReady();
    agents.change(image("two"));
    assertEquals("node-0 one, node-0 two, node-1 one", agents.images());
    agents.makeReady();
    assertEquals("node-0 two, node-1 one, node-1 two", agents.images());
    agents.makeReady();
    assertEquals("node-0 two, node-1 two", agents.images());
  }

  @Test
  void withSurgeAnOldPodThatDoesNotServeMakesWay() {
    agents.nodes(1);
    agents.add(agent(), rolling(new IntOrString(0), new IntOrString(1)));
    agents.makeReady();
    agents.change(image("two"));
    agents.world.changePods("agent-", pod -> PodStates.unready().apply(pod));
    agents.settle();
    assertEquals("node-0 two", agents.images());
  }

  @Test
  void takenBackInTheMiddleAnUpdateRestartsOnlyWhatHadIt() {
    agents.nodes(3);
    agents.add(agent());
    agents.makeReady();
    var untouched = agents.pod("node-2").getMetadata().getUid();
    agents.change(image("two"));
    agents.change(image("one"));
    agents.makeAllReady();
    assertEquals("node-0 one, node-1 one, node-2 one", agents.images());
    assertEquals(untouched, agents.pod("node-2").getMetadata().getUid());
    var revisions = agents.world.list(Resources.CONTROLLER_REVISIONS);
    assertEquals(List.of(2L, 3L), revisions.stream().map(r -> r.getRevision()).sorted().toList());
  }

  @Test
  void whatIsReplacedOnDeletionStaysUntilThen() {
    agents.nodes(2);
    agents.add(agent(), ON_DELETE);
    agents.makeReady();
    agents.change(image("two"));
    assertEquals("node-0 one, node-1 one", agents.images());
    agents.world.delete(Resources.PODS, ObjectKey.of(agents.pod("node-0")), "");
    agents.settle();
    assertEquals("node-0 two, node-1 one", agents.images());
  }

  @Test
  void aNodeHasNoNextPodBeforeTheLastOneIsGone() {
    agents.nodes(1);
    agents.add(agent());
    agents.makeReady();
    agents.changePod("node-0", DaemonSetReconcilerTest::finalized);
    agents.change(image("two"));
    assertEquals("node-0 one", agents.images());
    agents.changePod("node-0", p -> p.edit().editMetadata().withFinalizers().endMetadata().build());
    assertEquals("node-0 two", agents.images());
  }

  @Test
  void podsThatWaitForANodeThatIsGoneAreGivenUp() {
    agents.nodes(1);
    agents.world.add(Resources.DAEMON_SETS, agent());
    agents.world.settle(new DaemonSetReconciler());
    assertEquals(1, agents.pods().size());
    agents.world.delete(Resources.NODES, new ObjectKey("", "node-0"), "");
    agents.world.settle(new DaemonSetReconciler());
    assertEquals(0, agents.pods().size());
    assertEquals(0, agents.status().getDesiredNumberScheduled());
  }

  @Test
  void revisionsBeyondTheLimitGoUnlessAPodHasThem() {
    agents.nodes(1);
    agents.add(
        agent(),
        ON_DELETE,
        set -> set.edit().editSpec().withRevisionHistoryLimit(1).endSpec().build());
    for (var image : List.of("two", "three", "four")) {
      agents.change(image(image));
    }
    var revisions = agents.world.list(Resources.CONTROLLER_REVISIONS);
    assertEquals(List.of(1L, 4L), revisions.stream().map(r -> r.getRevision()).sorted().toList());
  }

  @Test
  void podsThatMatchAreTakenInAndOthersLetGo() {
    agents.nodes(1);
    agents.add(agent());
    var pod = agents.pod("node-0");
    agents.changePod(
        "node-0",
        each -> each.edit().editMetadata().addToLabels("app", "debug").endMetadata().build());
    assertEquals(2, agents.pods().size());
    var left = agents.world.get(Resources.PODS, ObjectKey.of(pod)).orElseThrow();
    assertTrue(Owners.controllerOf(left).isEmpty());
  }

  @Test
  void aRefusedPodIsToldOf() {
    agents.nodes(1);
    agents.world.add(Resources.DAEMON_SETS, agent());
    agents.world.refuse(Resources.PODS, "exceeded quota");
    agents.world.act(new DaemonSetReconciler(), DaemonWorld.KEY);
    assertTrue(
        agents.world.events().contains("FailedCreate: Error creating: exceeded quota"),
        agents.world.events()::toString);
    assertEquals(1, agents.status().getDesiredNumberScheduled());
  }
}
