package dev.nauarch.nodeagent.simulated;

import static dev.nauarch.nodeagent.Awaiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.OwnNames;
import dev.nauarch.api.Resources;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Selection;
import dev.nauarch.nodeagent.FakeCluster;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SimulatedNodesTest {
  private final FakeCluster cluster = new FakeCluster();

  private static PodBuilder pod(String name, String node) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace("default")
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withNodeName(node)
        .addNewContainer()
        .withName("main")
        .withImage("anything:1")
        .endContainer()
        .endSpec();
  }

  private String phase(String name) {
    return cluster
        .get(Resources.PODS, new ObjectKey("default", name))
        .map(Pod::getStatus)
        .map(status -> status.getPhase())
        .orElse("none");
  }

  @Test
  void nodesSayThatTheyAreSimulatedAndHaveGpusAndLeases() throws InterruptedException {
    try (var nodes = SimulatedNodes.start(cluster, 3, 8, "H100", InstantSource.system())) {
      for (var name : nodes.names()) {
        var node = cluster.get(Resources.NODES, new ObjectKey("", name)).orElseThrow();
        assertEquals("true", node.getMetadata().getLabels().get(OwnNames.SIMULATED));
        assertEquals("H100", node.getMetadata().getLabels().get("nvidia.com/gpu.product"));
        assertEquals(new Quantity("8"), node.getStatus().getAllocatable().get("nvidia.com/gpu"));
      }
      await("no leases", () -> cluster.list(Resources.LEASES, Selection.ALL).items().size() == 3);
    }
  }

  @Test
  void nodesOfAnEarlierRunGo() {
    SimulatedNodes.start(cluster, 3, 0, "", InstantSource.system()).close();
    SimulatedNodes.removeBeyond(cluster, 1);
    assertEquals(
        List.of("sim-0"),
        cluster.list(Resources.NODES, Selection.ALL).items().stream()
            .map(node -> node.getMetadata().getName())
            .toList());
  }

  @Test
  void aJobsPodEndsAsItsAnnotationsSayAndAnyOtherRunsUntilItIsDeleted() throws Exception {
    try (var nodes = SimulatedNodes.start(cluster, 1, 0, "", InstantSource.system())) {
      assertEquals("sim-0", nodes.names().iterator().next());
      var job =
          new OwnerReferenceBuilder().withApiVersion("batch/v1").withKind("Job").withName("j");
      var failing =
          pod("failing", "sim-0")
              .editMetadata()
              .withOwnerReferences(job.withUid("u").build())
              .withAnnotations(Map.of(PodStages.RUN_SECONDS, "0.1", PodStages.EXIT_CODE, "3"))
              .endMetadata();
      cluster.create(Resources.PODS, failing.build());
      cluster.create(Resources.PODS, pod("serving", "sim-0").build());
      cluster.create(Resources.PODS, pod("elsewhere", "real-1").build());
      await("the job's pod did not fail", () -> phase("failing").equals("Failed"));
      var ended = cluster.get(Resources.PODS, new ObjectKey("default", "failing")).orElseThrow();
      var state = ended.getStatus().getContainerStatuses().getFirst().getState().getTerminated();
      assertEquals(3, state.getExitCode());
      await("the other pod does not run", () -> phase("serving").equals("Running"));
      assertEquals("none", phase("elsewhere"));
      var key = new ObjectKey("default", "serving");
      cluster.delete(Resources.PODS, key, DeleteOptions.DEFAULT);
      await("the pod was not removed", () -> cluster.get(Resources.PODS, key).isEmpty());
    }
  }
}
