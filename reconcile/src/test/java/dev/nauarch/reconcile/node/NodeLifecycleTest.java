package dev.nauarch.reconcile.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.PodStates;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Times;
import dev.nauarch.reconcile.World;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NodeLifecycleTest {

  private final World world = new World();
  private final NodeLifecycle controller = new NodeLifecycle(NodeLifecycle.GRACE);

  private static Node node(String name, Instant heard) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .endSpec()
        .withNewStatus()
        .addNewCondition()
        .withType("Ready")
        .withStatus("True")
        .withLastHeartbeatTime(Times.format(heard))
        .endCondition()
        .endStatus()
        .build();
  }

  private Node first() {
    return world.get(Resources.NODES, new ObjectKey("", "node-1")).orElseThrow();
  }

  private List<String> taints() {
    return first().getSpec().getTaints().stream().map(Taint::getEffect).toList();
  }

  private void start() {
    world.add(Resources.NODES, node("node-1", world.now()));
    var toleration =
        new TolerationBuilder()
            .withKey("node.kubernetes.io/unreachable")
            .withOperator("Exists")
            .withEffect("NoExecute")
            .withTolerationSeconds(300L)
            .build();
    world.add(
        Resources.PODS,
        new PodBuilder()
            .withNewMetadata()
            .withName("patient")
            .endMetadata()
            .withNewSpec()
            .withNodeName("node-1")
            .withTolerations(toleration)
            .endSpec()
            .build());
    world.settle(controller);
  }

  @Test
  void aSilentNodeIsTaintedAndItsPodsLeaveWhenTheirPatienceEnds() {
    start();
    // Another one, that goes on.
    world.add(Resources.NODES, node("node-2", world.now().plus(Duration.ofHours(1))));
    world.settle(controller);
    assertEquals(world.now().plusSeconds(50), world.wakeAt());

    world.pass(Duration.ofSeconds(50));
    world.settle(controller);
    assertEquals("Unknown", first().getStatus().getConditions().getFirst().getStatus());
    assertEquals(List.of("NoSchedule", "NoExecute"), taints());
    assertEquals(1, world.list(Resources.PODS).size());
    assertEquals(world.now().plusSeconds(300), world.wakeAt());

    world.pass(Duration.ofMinutes(5));
    world.settle(controller);
    world.settle(new PodStopper());
    assertEquals(0, world.list(Resources.PODS).size());
    assertTrue(world.events().contains("TaintManagerEviction: Evicting pod default/patient"));
  }

  private Pod patient() {
    return world.get(Resources.PODS, new ObjectKey("default", "patient")).orElseThrow();
  }

  @Test
  void podsOfASilentNodeServeNoMore() {
    start();
    var before = world.now();
    world.changePods("patient", PodStates.ready(before));
    world.settle(controller);
    assertTrue(Pods.isReady(patient()));

    world.pass(Duration.ofSeconds(50));
    world.settle(controller);
    var ready = Pods.condition(patient(), "Ready").orElseThrow();
    assertEquals("False", ready.getStatus());
    assertEquals(Times.format(world.now()), ready.getLastTransitionTime());
    assertEquals("Running", patient().getStatus().getPhase());
    assertTrue(world.events().contains("NodeNotReady: Node is not ready"));

    // Whoever is back speaks for its pods again.
    world.change(
        Resources.NODES,
        "node-1",
        (Node each) -> each.edit().withStatus(node("node-1", world.now()).getStatus()).build());
    world.changePods("patient", PodStates.ready(before));
    world.settle(controller);
    assertTrue(Pods.isReady(patient()));
  }

  @Test
  void podsOfANodeThatSaysThatItIsNotReadyStayAsItSays() {
    start();
    world.changePods("patient", PodStates.ready(world.now()));
    world.change(
        Resources.NODES,
        "node-1",
        (Node node) -> {
          node.getStatus().getConditions().getFirst().setStatus("False");
          return node;
        });
    world.settle(controller);
    assertTrue(Pods.isReady(patient()));
  }

  @Test
  void nobodyIsEvictedWhileNoNodeIsReady() {
    start();
    world.pass(Duration.ofSeconds(50));
    world.settle(controller);
    assertEquals(List.of("NoSchedule"), taints());

    world.pass(Duration.ofHours(1));
    world.settle(controller);
    assertEquals(List.of("NoSchedule"), taints());
    assertEquals(1, world.list(Resources.PODS).size());

    world.add(Resources.NODES, node("node-2", world.now().plus(Duration.ofHours(1))));
    world.pass(Duration.ofSeconds(5));
    world.settle(controller);
    assertEquals(List.of("NoSchedule", "NoExecute"), taints());
    assertEquals(1, world.list(Resources.PODS).size());
  }

  @Test
  void whoWasToBeEvictedStaysWhenTheLastNodeFallsSilent() {
    start();
    world.add(Resources.NODES, node("node-2", world.now().plusSeconds(100)));
    world.settle(controller);
    world.pass(Duration.ofSeconds(50));
    world.settle(controller);
    assertEquals(List.of("NoSchedule", "NoExecute"), taints());

    world.pass(Duration.ofMinutes(5));
    world.settle(controller);
    world.pass(Duration.ofMinutes(5));
    world.settle(controller);
    assertEquals(List.of("NoSchedule"), taints());
    assertEquals(1, world.list(Resources.PODS).size());
  }

  /** Adds nodes of a zone, of which the first ones fall silent after a minute. */
  private void addZone(String zone, int nodes, int silent) {
    for (int i = 0; i < nodes; i++) {
      var heard = i < silent ? world.now() : world.now().plus(Duration.ofHours(1));
      world.add(
          Resources.NODES,
          node(zone + "-" + i, heard)
              .edit()
              .editMetadata()
              .addToLabels("topology.kubernetes.io/zone", zone)
              .endMetadata()
              .build());
    }
  }

  private List<String> emptied() {
    return world.list(Resources.NODES).stream()
        .filter(node -> Zone.emptiedAt(node).isPresent())
        .map(node -> node.getMetadata().getName())
        .toList();
  }

  private void fallSilent() {
    world.pass(Duration.ofSeconds(50));
    world.settle(controller);
  }

  @Test
  void nodesOfAZoneAreEmptiedOneAfterTheOther() {
    addZone("a", 5, 2);
    addZone("b", 5, 1);
    fallSilent();
    assertEquals(List.of("a-0", "b-0"), emptied());
    assertEquals(world.now().plusSeconds(10), world.wakeAt());
    world.pass(Duration.ofSeconds(9));
    world.settle(controller);
    assertEquals(List.of("a-0", "b-0"), emptied());
    world.pass(Duration.ofSeconds(1));
    world.settle(controller);
    assertEquals(List.of("a-0", "a-1", "b-0"), emptied());
  }

  @Test
  void aSmallZoneThatLosesMostOfItsNodesIsNotEmptied() {
    addZone("a", 5, 3);
    addZone("b", 5, 1);
    fallSilent();
    assertEquals(List.of("b-0"), emptied());
    world.pass(Duration.ofMinutes(5));
    world.settle(controller);
    assertEquals(List.of("b-0"), emptied());
  }

  @Test
  void aLargeZoneThatLosesMostOfItsNodesIsEmptiedSlowly() {
    addZone("a", 60, 40);
    fallSilent();
    assertEquals(List.of("a-0"), emptied());
    world.pass(Duration.ofSeconds(99));
    world.settle(controller);
    assertEquals(1, emptied().size());
    world.pass(Duration.ofSeconds(1));
    world.settle(controller);
    assertEquals(2, emptied().size());
  }

  @Test
  void aZoneThatLosesAllIsEmptiedWhileOthersServe() {
    addZone("a", 3, 3);
    addZone("b", 1, 0);
    fallSilent();
    assertEquals(List.of("a-0"), emptied());
  }

  @Test
  void excludedNodesDoNotCountAmongThoseLost() {
    addZone("a", 5, 3);
    world.change(
        Resources.NODES,
        "a-0",
        (Node node) ->
            node.edit().editMetadata().addToLabels(Zone.EXCLUDED, "").endMetadata().build());
    fallSilent();
    assertEquals(List.of("a-0"), emptied());
  }

  @Test
  void podsOfANodeThatIsGoneAreRemoved() {
    start();
    world.delete(Resources.NODES, new ObjectKey("", "node-1"), "");
    world.settle(new PodCollector());

    assertEquals(0, world.list(Resources.PODS).size());
  }
}
