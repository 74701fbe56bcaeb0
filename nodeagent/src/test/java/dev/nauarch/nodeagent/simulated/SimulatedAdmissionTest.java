package dev.nauarch.nodeagent.simulated;

import static dev.nauarch.nodeagent.Awaiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Patch;
import dev.nauarch.client.Selection;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;

/** Whom simulated nodes do not take. */
class SimulatedAdmissionTest extends SimulatedScene {

  private static PodBuilder listening(PodBuilder pod, int port) {
    return pod.editSpec()
        .editFirstContainer()
        .addNewPort()
        .withContainerPort(port)
        .withHostPort(port)
        .endPort()
        .endContainer()
        .endSpec();
  }

  @Test
  void aNodeRefusesWhatDoesNotFit() throws InterruptedException {
    try (var _ = start(1, Devices.NONE)) {
      cluster.create(Resources.PODS, listening(pod("first", "sim-0"), 8080).build());
      await("it does not run", () -> phase("first").equals("Running"));
      cluster.create(Resources.PODS, listening(pod("second", "sim-0"), 8080).build());
      await("it is not refused", () -> phase("second").equals("Failed"));
      assertEquals("NodePorts", found("second").getStatus().getReason());
      cluster.create(Resources.PODS, asking(pod("large", "sim-0"), "cpu", "33").build());
      await("it is not refused", () -> phase("large").equals("Failed"));
      assertEquals("OutOfcpu", found("large").getStatus().getReason());
      assertEquals(
          "Pod was rejected: Node didn't have enough resource: cpu, requested: 33000, used: 0,"
              + " capacity: 32000",
          found("large").getStatus().getMessage());
      await(
          "no event",
          () ->
              cluster.list(Resources.EVENTS, Selection.ALL).items().stream()
                  .anyMatch(event -> "NodePorts".equals(event.getReason())));
    }
    // The next simulator knows what ran before.
    try (var _ = start(1, Devices.NONE)) {
      cluster.create(Resources.PODS, listening(pod("a-third", "sim-0"), 8080).build());
      await("it is not refused", () -> phase("a-third").equals("Failed"));
      var key = new ObjectKey("default", "first");
      cluster.delete(Resources.PODS, key, DeleteOptions.DEFAULT);
      await("the pod was not removed", () -> cluster.get(Resources.PODS, key).isEmpty());
      cluster.create(Resources.PODS, listening(pod("fourth", "sim-0"), 8080).build());
      await("it does not run", () -> phase("fourth").equals("Running"));
    }
  }

  @Test
  void aNodeRefusesWhoeverItsLabelsOrTaintsKeepAway() throws InterruptedException {
    try (var _ = start(1, Devices.NONE)) {
      await("no node", () -> cluster.get(Resources.NODES, new ObjectKey("", "sim-0")).isPresent());
      label("zone", "\"a\"");
      cluster.create(Resources.PODS, in("here", "a").build());
      await("it does not run", () -> phase("here").equals("Running"));
      label("zone", "null");
      cluster.create(Resources.PODS, in("late", "a").build());
      await("it is not refused", () -> phase("late").equals("Failed"));
      assertEquals("NodeAffinity", found("late").getStatus().getReason());
      var broken =
          node("broken").editSpec().addNewTaint("NoExecute", "broken", null, "yes").endSpec();
      cluster.create(Resources.NODES, broken.build());
      cluster.create(Resources.PODS, pod("wary", "broken").build());
      await("it is not refused", () -> phase("wary").equals("Failed"));
      assertEquals("TaintToleration", found("wary").getStatus().getReason());
      assertEquals("Running", phase("here"));
    }
    // Who was taken stays so, also where another simulator finds it.
    try (var _ = start(1, Devices.NONE)) {
      cluster.create(Resources.PODS, pod("next", "sim-0").build());
      await("it does not run", () -> phase("next").equals("Running"));
      assertEquals("Running", phase("here"));
    }
  }

  private void label(String name, String value) {
    var body = "{\"metadata\":{\"labels\":{\"%s\":%s}}}".formatted(name, value);
    cluster.patch(Resources.NODES, new ObjectKey("", "sim-0"), Patch.merge(body));
  }

  private static PodBuilder in(String name, String zone) {
    return pod(name, "sim-0").editSpec().addToNodeSelector("zone", zone).endSpec();
  }
}
