package dev.nauarch.nodeagent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.nodeagent.device.TestPlugin;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods with devices through a whole agent. */
final class DevicesIT {
  private static final String GPU = "example.com/gpu";

  private static Pod pod(String name, String script) {
    var limits = Map.of(GPU, new Quantity("1"));
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace("default")
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withNodeName(TestAgent.NODE)
        .withRestartPolicy("Never")
        .addNewContainer()
        .withName("main")
        .withImage("host")
        .withCommand("sh", "-c", script)
        .withNewResources()
        .withLimits(limits)
        .withRequests(limits)
        .endResources()
        .endContainer()
        .endSpec()
        .build();
  }

  private static void awaitAllocatable(TestAgent agent, String count) throws Exception {
    var key = new ObjectKey("", TestAgent.NODE);
    Awaiting.await(
        "the node does not have " + count + " devices",
        () ->
            agent
                .cluster()
                .get(Resources.NODES, key)
                .map(node -> node.getStatus().getAllocatable().get(GPU))
                .filter(found -> found.equals(new Quantity(count)))
                .isPresent());
  }

  private static boolean isPhase(Pod pod, String phase) {
    return phase.equals(pod.getStatus().getPhase());
  }

  @Test
  void aPodSeesItsDeviceTellsItsHealthAndLeavesItToTheNext(@TempDir Path folder) throws Exception {
    Files.createDirectories(folder.resolve("agent/device-plugins"));
    try (var agent = TestAgent.start(folder);
        var plugin =
            new TestPlugin(folder.resolve("agent/device-plugins"), GPU, "gpu", "a", "!b")) {
      plugin.namesDevices = false;
      plugin.register();
      awaitAllocatable(agent, "1");
      var script = "test \"$DEVICES\" = a && test -c /dev/gpu && exec sleep 600";
      agent.cluster().create(Resources.PODS, pod("first", script));
      agent.await("first", pod -> isPhase(pod, "Running"));
      agent.cluster().create(Resources.PODS, pod("second", "true"));
      var second = agent.await("second", pod -> isPhase(pod, "Failed"));
      assertEquals("OutOf" + GPU, second.getStatus().getReason());
      plugin.list("!a", "b");
      agent.await(
          "first",
          pod ->
              pod
                  .getStatus()
                  .getContainerStatuses()
                  .getFirst()
                  .getAllocatedResourcesStatus()
                  .stream()
                  .flatMap(status -> status.getResources().stream())
                  .anyMatch(health -> health.getHealth().equals("Unhealthy")));
      plugin.list("a", "!b");
      awaitAllocatable(agent, "1");
      agent
          .cluster()
          .delete(
              Resources.PODS,
              new ObjectKey("default", "first"),
              new DeleteOptions(OptionalLong.of(1), "", "", ""));
      Awaiting.await(
          "the first pod is still there",
          () -> agent.cluster().get(Resources.PODS, new ObjectKey("default", "first")).isEmpty());
      agent.cluster().create(Resources.PODS, pod("third", "test \"$DEVICES\" = a"));
      agent.await("third", pod -> isPhase(pod, "Succeeded"));
    }
  }
}
