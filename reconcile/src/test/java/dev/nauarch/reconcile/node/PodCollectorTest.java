package dev.nauarch.reconcile.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.World;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class PodCollectorTest {

  private static final String OFF = "node.kubernetes.io/out-of-service";

  private final World world = new World();

  private void node(String ready, String taint) {
    world.add(
        Resources.NODES,
        new NodeBuilder()
            .withNewMetadata()
            .withName("node-1")
            .endMetadata()
            .withNewSpec()
            .addNewTaint("NoExecute", taint, null, null)
            .endSpec()
            .withNewStatus()
            .addNewCondition()
            .withType("Ready")
            .withStatus(ready)
            .endCondition()
            .endStatus()
            .build());
  }

  private void pods() {
    for (var name : List.of("ending", "staying")) {
      world.add(
          Resources.PODS,
          new PodBuilder()
              .withNewMetadata()
              .withName(name)
              .endMetadata()
              .withNewSpec()
              .withNodeName("node-1")
              .endSpec()
              .withNewStatus()
              .withPhase("Running")
              .endStatus()
              .build());
    }
    world.letPodsLinger();
    world.delete(Resources.PODS, new ObjectKey("default", "ending"), "");
  }

  /** The pods that are to be deleted without waiting for their agent. */
  private List<String> freed() {
    return world.list(Resources.PODS).stream().filter(this::isFreed).map(this::name).toList();
  }

  private boolean isFreed(Pod pod) {
    var plan = new PodCollector().reconcile(ObjectKey.of(pod), world, world.now());
    return plan.commands().stream()
        .anyMatch(
            command ->
                command instanceof Command.Delete<?> delete
                    && delete.graceSeconds().equals(OptionalLong.of(0)));
  }

  private String name(Pod pod) {
    return pod.getMetadata().getName();
  }

  @Test
  void whoSaysThatANodeIsOffFreesThePodsThatAreToEndThere() {
    node("Unknown", OFF);
    pods();
    assertEquals(List.of("ending"), freed());
  }

  @Test
  void aSilentNodeMayStillRunThem() {
    node("Unknown", "node.kubernetes.io/unreachable");
    pods();
    assertEquals(List.of(), freed());
  }

  @Test
  void aNodeThatServesIsNotOff() {
    node("True", OFF);
    pods();
    assertEquals(List.of(), freed());
  }

  @Test
  void podsOfANodeThatIsGoneGo() {
    pods();
    assertEquals(List.of("ending", "staying"), freed());
  }
}
