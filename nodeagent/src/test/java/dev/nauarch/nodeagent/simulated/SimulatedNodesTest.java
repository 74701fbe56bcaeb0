package dev.nauarch.nodeagent.simulated;

import static dev.nauarch.nodeagent.Awaiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.OwnNames;
import dev.nauarch.api.Resources;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Patch;
import dev.nauarch.client.Selection;
import dev.nauarch.nodeagent.simulated.stage.PodWishes;
import dev.nauarch.nodeagent.simulated.stage.StageFile;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SimulatedNodesTest extends SimulatedScene {

  private Optional<Node> node(ObjectKey key) {
    return cluster.get(Resources.NODES, key);
  }

  private List<String> leases() {
    return cluster.list(Resources.LEASES, Selection.ALL).items().stream()
        .map(lease -> lease.getMetadata().getName())
        .toList();
  }

  @Test
  void nodesSayThatTheyAreSimulatedAndHaveGpusAndLeases() throws InterruptedException {
    try (var _ = start(3, new Devices(8, "H100"))) {
      for (var name : List.of("sim-0", "sim-1", "sim-2")) {
        var node = node(new ObjectKey("", name)).orElseThrow();
        assertEquals("true", node.getMetadata().getLabels().get(OwnNames.SIMULATED));
        assertEquals("H100", node.getMetadata().getLabels().get("nvidia.com/gpu.product"));
        assertEquals(new Quantity("8"), node.getStatus().getAllocatable().get("nvidia.com/gpu"));
        assertEquals("Ready", node.getStatus().getConditions().getFirst().getType());
      }
      await("no leases", () -> leases().size() == 3);
    }
  }

  @Test
  void whatSomebodyHasAdvertisedIsThereForPods() throws InterruptedException {
    try (var _ = start(1, Devices.NONE)) {
      var key = new ObjectKey("", "sim-0");
      var body = "{\"status\":{\"capacity\":{\"example.com/dongle\":\"4\"}}}";
      cluster.patch(Resources.NODES, key, Patch.merge("status", body));
      await(
          "it is not for pods",
          () ->
              new Quantity("4")
                  .equals(
                      node(key)
                          .orElseThrow()
                          .getStatus()
                          .getAllocatable()
                          .get("example.com/dongle")));
    }
  }

  @Test
  void nodesOfAnEarlierRunGoAndThoseOfUsersStay() throws InterruptedException {
    cluster.create(Resources.NODES, node("mine").build());
    start(3, Devices.NONE).close();
    start(1, Devices.NONE).close();
    assertEquals(
        List.of("mine", "sim-0"),
        cluster.list(Resources.NODES, Selection.ALL).items().stream()
            .map(node -> node.getMetadata().getName())
            .toList());
  }

  @Test
  void nodesOfAnotherShapeReplaceThoseOfAnEarlierRun() throws InterruptedException {
    start(1, new Devices(2, "A100")).close();
    try (var _ = start(1, new Devices(4, "H100"))) {
      var node = node(new ObjectKey("", "sim-0")).orElseThrow();
      assertEquals(new Quantity("4"), node.getStatus().getCapacity().get("nvidia.com/gpu"));
      await(
          "the former node's devices are there",
          () -> slices().size() == 1 && slices().getFirst().getSpec().getDevices().size() == 4);
    }
  }

  @Test
  void aSilentNodeRenewsNoLeaseAndPlaysNoPods() throws InterruptedException {
    var stages =
        StageFile.parse(
            """
            apiVersion: nauarch.dev/v1alpha1
            kind: Stage
            metadata: {name: silent}
            spec:
              selector: {kind: Node, matchLabels: {kubernetes.io/hostname: sim-0}}
              next: {heartbeat: {goesOn: false}}
            """,
            1);
    var options = new SimulationOptions(2, Devices.NONE, stages, SimulationOptions.LEASE_EVERY);
    try (var _ = SimulatedNodes.start(cluster, options, InstantSource.system())) {
      cluster.create(Resources.PODS, pod("lost", "sim-0").build());
      cluster.create(Resources.PODS, pod("kept", "sim-1").build());
      await("the other's pod does not run", () -> phase("kept").equals("Running"));
      await("the other's lease is not there", () -> leases().equals(List.of("sim-1")));
      assertEquals("none", phase("lost"));
    }
  }

  @Test
  void aNodeThatAUserMakesIsBroughtToLifeAndLetGo() throws InterruptedException {
    var key = new ObjectKey("", "mine");
    try (var _ = start(0, Devices.NONE)) {
      cluster.create(
          Resources.NODES,
          node("mine")
              .editMetadata()
              .addToAnnotations(Devices.ANNOTATION, "4xA100")
              .endMetadata()
              .withNewStatus()
              .addToCapacity("cpu", new Quantity("7"))
              .addToCapacity("pods", new Quantity("7"))
              .endStatus()
              .build());
      await("it is not Ready", () -> isReady(key));
      var status = node(key).orElseThrow().getStatus();
      assertEquals("{cpu=7, pods=7}", status.getAllocatable().toString());
      assertEquals("198.18.0.1", SimulatedNode.address(node(key).orElseThrow()));
      assertEquals(
          "A100", node(key).orElseThrow().getMetadata().getLabels().get("nvidia.com/gpu.product"));
      await("no lease", () -> leases().equals(List.of("mine")));
      cluster.create(Resources.PODS, pod("first", "mine").build());
      await("its pod does not run", () -> phase("first").equals("Running"));

      cluster.delete(Resources.NODES, key, DeleteOptions.DEFAULT);
      await("its lease is left", () -> leases().isEmpty());
      cluster.create(Resources.PODS, pod("second", "mine").build());
      cluster.create(Resources.NODES, node("other").build());
      cluster.create(Resources.PODS, pod("third", "other").build());
      await("the other's pod does not run", () -> phase("third").equals("Running"));
      assertEquals("none", phase("second"));
    }
  }

  @Test
  void aDeletedNodesLeaseAndDevicesGo() throws InterruptedException {
    try (var _ = start(2, new Devices(2, "h100"))) {
      await("no leases", () -> leases().size() == 2);
      await("no devices", () -> slices().size() == 2);
      cluster.delete(Resources.NODES, new ObjectKey("", "sim-0"), DeleteOptions.DEFAULT);
      await("its lease is there", () -> leases().equals(List.of("sim-1")));
      await("its devices are there", () -> slices().size() == 1);
    }
    var slice = slices().getFirst();
    assertEquals("sim-1", slice.getSpec().getNodeName());
    assertEquals("true", slice.getMetadata().getLabels().get(OwnNames.SIMULATED));
    assertEquals("sim-1", slice.getMetadata().getOwnerReferences().getFirst().getName());
    var names = slice.getSpec().getDevices().stream().map(device -> device.getName()).toList();
    assertEquals(List.of("gpu-0", "gpu-1"), names);
    var device = ModelCodec.tree(slice).at("/spec/devices/0");
    assertEquals("80Gi", device.at("/capacity/memory/value").asString());
    assertEquals("NVIDIA H100 80GB HBM3", device.at("/attributes/productName/string").asString());
    assertEquals(DeviceSlice.uuid("sim-1", 0), device.at("/attributes/uuid/string").asString());
  }

  private List<ResourceSlice> slices() {
    return cluster.list(Resources.RESOURCE_SLICES, Selection.ALL).items();
  }

  @Test
  void aNodeOfWrongDevicesIsToldSo() throws InterruptedException {
    try (var _ = start(0, Devices.NONE)) {
      cluster.create(
          Resources.NODES,
          node("bad")
              .editMetadata()
              .addToAnnotations(Devices.ANNOTATION, "many")
              .endMetadata()
              .build());
      await(
          "no event",
          () ->
              cluster.list(Resources.EVENTS, Selection.ALL).items().stream()
                  .anyMatch(event -> event.getNote().contains("expected COUNTxMODEL")));
      assertEquals(false, isReady(new ObjectKey("", "bad")));
    }
  }

  private boolean isReady(ObjectKey key) {
    return node(key)
        .map(Node::getStatus)
        .map(
            status ->
                status.getConditions().stream()
                    .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True")))
        .orElse(false);
  }

  @Test
  void aJobsPodEndsAsItsAnnotationsSayAndAnyOtherRunsUntilItIsDeleted() throws Exception {
    try (var _ = start(1, Devices.NONE)) {
      var job =
          new OwnerReferenceBuilder().withApiVersion("batch/v1").withKind("Job").withName("j");
      var failing =
          pod("failing", "sim-0")
              .editMetadata()
              .withOwnerReferences(job.withUid("u").build())
              .withAnnotations(Map.of(PodWishes.RUN_SECONDS, "0.1", PodWishes.EXIT_CODE, "3"))
              .endMetadata()
              .editSpec()
              .withRestartPolicy("Never")
              .endSpec();
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

  private List<String> devices(String name) {
    return found(name)
        .getStatus()
        .getContainerStatuses()
        .getFirst()
        .getAllocatedResourcesStatus()
        .stream()
        .flatMap(each -> each.getResources().stream())
        .map(each -> each.getResourceID())
        .toList();
  }

  private void runWithDevices(String name, int count) throws InterruptedException {
    var gpu = "nvidia.com/gpu";
    cluster.create(Resources.PODS, asking(pod(name, "sim-0"), gpu, String.valueOf(count)).build());
    await(name + " does not run", () -> phase(name).equals("Running"));
  }

  private static List<String> uuids(int... indices) {
    return Arrays.stream(indices).mapToObj(index -> DeviceSlice.uuid("sim-0", index)).toList();
  }

  @Test
  void aPodKeepsItsDevicesAndLeavesThemToTheNext() throws InterruptedException {
    try (var _ = start(1, new Devices(4, "H100"))) {
      runWithDevices("one", 1);
      runWithDevices("two", 2);
      assertEquals(uuids(0), devices("one"));
      assertEquals(uuids(1, 2), devices("two"));
    }
    try (var _ = start(1, new Devices(4, "H100"))) {
      runWithDevices("a-later", 1);
      assertEquals(uuids(3), devices("a-later"));
      var key = new ObjectKey("default", "one");
      cluster.delete(Resources.PODS, key, DeleteOptions.DEFAULT);
      await("the pod was not removed", () -> cluster.get(Resources.PODS, key).isEmpty());
      runWithDevices("last", 1);
      assertEquals(uuids(0), devices("last"));
      assertEquals(uuids(1, 2), devices("two"));
    }
  }

  private String stagedUsage(String name) {
    var annotations = found(name).getMetadata().getAnnotations();
    return annotations.getOrDefault(OwnNames.STAGED_USAGE, "");
  }

  @Test
  void whatStagesHaveAPodUseIsWrittenAndTakenBack() throws InterruptedException {
    var stages =
        StageFile.parse(
            """
            apiVersion: nauarch.dev/v1alpha1
            kind: Stage
            metadata: {name: busy}
            spec:
              selector: {kind: Pod}
              when: {state: Running}
              next: {usage: {cpu: 500m}}
            """,
            1);
    var options = new SimulationOptions(1, Devices.NONE, stages, SimulationOptions.LEASE_EVERY);
    try (var _ = SimulatedNodes.start(cluster, options, InstantSource.system())) {
      var brief =
          pod("short", "sim-0")
              .editMetadata()
              .addToAnnotations(PodWishes.RUN_SECONDS, "1")
              .endMetadata()
              .editSpec()
              .withRestartPolicy("Never")
              .endSpec();
      cluster.create(Resources.PODS, brief.build());
      await("nothing is said", () -> stagedUsage("short").equals("{\"main\":{\"cpu\":\"500m\"}}"));
      assertEquals("Running", phase("short"));
      await("it does not end", () -> phase("short").equals("Succeeded"));
      assertEquals("", stagedUsage("short"));
    }
  }

  private void resize(String name, long generation, String cpu) {
    cluster.patch(
        Resources.PODS,
        new ObjectKey("default", name),
        Patch.merge(
            "resize",
            """
            {"metadata":{"generation":%d},"spec":{"containers":[{"name":"main","image":"any:1",
             "resources":{"requests":{"cpu":"%s"}}}]}}
            """
                .formatted(generation, cpu)));
  }

  private String given(String name) {
    var pod = cluster.get(Resources.PODS, new ObjectKey("default", name)).orElseThrow();
    var pending =
        pod.getStatus().getConditions().stream()
            .filter(each -> each.getType().equals("PodResizePending"))
            .map(PodCondition::getReason)
            .findFirst()
            .orElse("");
    var set = pod.getStatus().getContainerStatuses().getFirst().getAllocatedResources();
    return (set == null ? "" : set.getOrDefault("cpu", new Quantity("0"))) + " " + pending;
  }

  @Test
  void aResizeWaitsForRoomAndIsGrantedOnceOthersLeave() throws InterruptedException {
    try (var _ = start(1, Devices.NONE)) {
      for (var name : List.of("first", "second")) {
        cluster.create(Resources.PODS, pod(name, "sim-0").build());
        await("it does not run", () -> phase(name).equals("Running"));
        resize(name, 2, "20");
      }
      await("the first has not got it", () -> given("first").equals("20 "));
      await("the second does not wait", () -> given("second").equals("0 Deferred"));
      resize("second", 3, "200");
      await("it may go on", () -> given("second").equals("0 Infeasible"));
      resize("second", 4, "15");
      await("it does not wait", () -> given("second").equals("0 Deferred"));
      resize("first", 3, "10");
      await("it has not got it", () -> given("second").equals("15 "));
      resize("first", 4, "20");
      await("it does not wait", () -> given("first").equals("10 Deferred"));
      cluster.delete(Resources.PODS, new ObjectKey("default", "second"), DeleteOptions.DEFAULT);
      await("it has not got it", () -> given("first").equals("20 "));
    }
  }
}
