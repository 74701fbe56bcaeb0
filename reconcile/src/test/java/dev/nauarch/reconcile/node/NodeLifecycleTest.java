package dev.nauarch.reconcile.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Times;
import dev.nauarch.reconcile.World;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class NodeLifecycleTest {

  private final World world = new World();
  private final NodeLifecycle controller = new NodeLifecycle();

  private void start() {
    world.add(
        Resources.NODES,
        new NodeBuilder()
            .withNewMetadata()
            .withName("node-1")
            .endMetadata()
            .withNewSpec()
            .endSpec()
            .withNewStatus()
            .addNewCondition()
            .withType("Ready")
            .withStatus("True")
            .withLastHeartbeatTime(Times.format(world.now()))
            .endCondition()
            .endStatus()
            .build());
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
    assertEquals(world.now().plusSeconds(50), world.wakeAt());

    world.pass(Duration.ofSeconds(50));
    world.settle(controller);
    var node = world.list(Resources.NODES).getFirst();
    assertEquals("Unknown", node.getStatus().getConditions().getFirst().getStatus());
    assertEquals(2, node.getSpec().getTaints().size());
    assertEquals(1, world.list(Resources.PODS).size());
    assertEquals(world.now().plusSeconds(300), world.wakeAt());

    world.pass(Duration.ofMinutes(5));
    world.settle(controller);
    assertEquals(0, world.list(Resources.PODS).size());
    assertTrue(world.events().contains("TaintManagerEviction: Evicting pod default/patient"));
  }

  @Test
  void podsOfANodeThatIsGoneAreRemoved() {
    start();
    world.delete(Resources.NODES, new ObjectKey("", "node-1"), "");
    world.settle(new PodCollector());

    assertEquals(0, world.list(Resources.PODS).size());
  }
}
