package dev.nauarch.nodeagent.equipment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.nodeagent.Awaiting;
import dev.nauarch.nodeagent.FakeCluster;
import dev.nauarch.nodeagent.claim.PodClaims;
import dev.nauarch.nodeagent.claim.TestDriver;
import dev.nauarch.nodeagent.resource.MachineTopology;
import dev.nauarch.nodeagent.rpc.UnixSockets;
import dev.nauarch.protocols.drahealth.HealthStatus;
import dev.nauarch.protocols.podresources.GetPodResourcesRequest;
import dev.nauarch.protocols.podresources.ListPodResourcesRequest;
import dev.nauarch.protocols.podresources.PodResourcesListerGrpc;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSliceBuilder;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Claims of pods and their drivers, over real sockets. */
@SuppressWarnings("NullAway.Init") // set before each test
final class ClaimsTest {
  private static final String DRIVER = "gpu.example.com";

  @TempDir Path home;
  private final FakeCluster cluster = new FakeCluster();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<Pod> pods = new CopyOnWriteArrayList<>();
  private final List<String> changed = new CopyOnWriteArrayList<>();
  private NodeEquipment equipment;

  @BeforeEach
  void start() throws IOException {
    equipment = agent();
  }

  private NodeEquipment agent() throws IOException {
    Collection<Pod> all = pods;
    var agent =
        NodeEquipment.start(
            EquipmentOptions.below("node", home),
            MachineTopology.plain(4, 1L << 30),
            cluster,
            Map.of(),
            () -> all,
            InstantSource.system());
    agent.onChange(
        new Equipment.Listener() {
          @Override
          public void nodeChanged() {}

          @Override
          public void podChanged(String podUid) {
            changed.add(podUid);
          }
        });
    return agent;
  }

  @AfterEach
  void close() throws Exception {
    for (var each : open) {
      each.close();
    }
    equipment.close();
  }

  private TestDriver driver(String... versions) throws Exception {
    var driver = new TestDriver(home.resolve("plugins_registry"), DRIVER, "gpu.sock", versions);
    open.add(driver);
    Awaiting.await("the driver was not taken", () -> !driver.calls.isEmpty());
    return driver;
  }

  private ResourceClaim claim(String name, Pod user) {
    return cluster.create(
        Resources.RESOURCE_CLAIMS,
        new ResourceClaimBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace("default")
            .withUid("uid-" + name)
            .endMetadata()
            .withNewStatus()
            .withNewAllocation()
            .withNewDevices()
            .addNewResult()
            .withDriver(DRIVER)
            .withPool("pool")
            .withDevice("big-device")
            .withRequest("big")
            .endResult()
            .endDevices()
            .endAllocation()
            .addNewReservedFor()
            .withResource("pods")
            .withName(user.getMetadata().getName())
            .withUid(user.getMetadata().getUid())
            .endReservedFor()
            .endStatus()
            .build());
  }

  /** A pod whose container asks for a request of a claim; for all of it where that is empty. */
  private static Pod pod(String name, String claim, String request) {
    var pod =
        new PodBuilder(TestPods.pod(name, TestPods.container("main")))
            .editSpec()
            .addNewResourceClaim()
            .withName("gpus")
            .withResourceClaimName(claim)
            .endResourceClaim()
            .editFirstContainer()
            .editResources()
            .addNewClaim()
            .withName("gpus")
            .endClaim()
            .endResources()
            .endContainer()
            .endSpec()
            .build();
    var part = pod.getSpec().getContainers().getFirst().getResources().getClaims().getFirst();
    if (!request.isEmpty()) {
      part.setRequest(request);
    }
    return pod;
  }

  private List<String> devices(Pod pod) throws IOException {
    return equipment.of(pod, pod.getSpec().getContainers().getFirst()).cdiDevices();
  }

  private String failure(Pod pod) {
    return String.valueOf(
        assertThrows(IOException.class, () -> equipment.prepare(pod)).getMessage());
  }

  @Test
  void aClaimIsReadyBeforeItsPodAndTakenBackAfterTheLastOne() throws Exception {
    var driver = driver("v1.DRAPlugin", "v1beta1.DRAPlugin");
    var first = pod("first", "shared", "big");
    var second = pod("second", "shared", "");
    var claim = claim("shared", first);
    claim.getStatus().getReservedFor().getFirst().setUid("uid-first");
    equipment.prepare(first);
    equipment.prepare(first);
    assertEquals(List.of("gpu.example.com/gpu=shared-big"), devices(first));
    var both =
        new ResourceClaimBuilder(claim)
            .editStatus()
            .addNewReservedFor()
            .withUid("uid-second")
            .withResource("pods")
            .withName("second")
            .endReservedFor()
            .endStatus()
            .build();
    cluster.update(Resources.RESOURCE_CLAIMS, both);
    equipment.prepare(second);
    assertEquals(2, devices(second).size());
    equipment.release("uid-first");
    equipment.release("uid-first");
    equipment.release("uid-second");
    assertEquals(
        List.of("registered", "prepare shared", "unprepare shared"), List.copyOf(driver.calls));
    assertThrows(IOException.class, () -> devices(first));
  }

  @Test
  void aDriverOfTheOlderVersionIsSpokenWithInIt() throws Exception {
    var driver = driver("v1beta1.DRAPlugin");
    var pod = pod("first", "one", "");
    claim("one", pod);
    equipment.prepare(pod);
    assertEquals(List.of("gpu.example.com/gpu=old"), devices(pod));
    assertEquals("v1beta1 prepare one", driver.calls.getLast());
  }

  @Test
  void aDriverOfAnUnknownVersionIsToldWhyItIsRefused() throws Exception {
    var driver = driver("v7.DRAPlugin");
    assertTrue(
        driver.calls.getFirst().contains("none of services supported"), driver.calls.toString());
  }

  @Test
  void podsThatMayNotUseAClaimAreToldSo() throws Exception {
    driver("v1.DRAPlugin");
    var pod = pod("first", "missing", "");
    assertTrue(failure(pod).contains("fetch ResourceClaim missing: not found"));
    claim("others", pod("other", "others", ""));
    assertEquals(
        "Failed to prepare dynamic resources: prepare dynamic resources: pod first (uid-first) is"
            + " not allowed to use ResourceClaim others (uid-others)",
        failure(pod("first", "others", "")));
    var bare = claim("bare", pod);
    bare.getStatus().setAllocation(null);
    cluster.update(Resources.RESOURCE_CLAIMS, bare);
    assertTrue(failure(pod("first", "bare", "")).endsWith("ResourceClaim bare: not allocated"));
    equipment.release("uid-first");
  }

  @Test
  void whatADriverDoesNotDoIsSaidAndTriedAgain() throws Exception {
    var pod = pod("first", "one", "");
    claim("one", pod);
    assertTrue(failure(pod).endsWith("DRA driver gpu.example.com is not registered"));
    var driver = driver("v1.DRAPlugin");
    driver.error = "the link is down";
    assertTrue(
        failure(pod)
            .endsWith("NodePrepareResources failed for ResourceClaim one: the link is down"));
    driver.error = "";
    driver.forgetful = true;
    assertTrue(failure(pod).endsWith("NodePrepareResources skipped 1 ResourceClaims"));
    driver.forgetful = false;
    equipment.prepare(pod);
    assertEquals(2, devices(pod).size());
  }

  @Test
  void anAgentThatIsKilledTakesBackWhatPodsHadThatAreGone() throws Exception {
    var driver = driver("v1.DRAPlugin");
    var gone = pod("gone", "old", "");
    var here = pod("here", "new", "");
    claim("old", gone);
    claim("new", here);
    equipment.prepare(gone);
    equipment.prepare(here);
    // Nothing is released: what a killed agent leaves is what is on disk.
    equipment.close();
    equipment = agent();
    assertEquals(2, devices(here).size());
    equipment.retain(() -> Set.of("uid-here"));
    Awaiting.await(
        "the claim was not taken back: " + driver.calls,
        () -> driver.calls.contains("unprepare old"));
    assertTrue(driver.calls.stream().noneMatch("unprepare new"::equals));
  }

  @Test
  void healthOfClaimedDevicesReachesThePod() throws Exception {
    var driver = driver("v1.DRAPlugin", "v1alpha1.DRAResourceHealth");
    var pod = pod("first", "one", "big");
    claim("one", pod);
    equipment.prepare(pod);
    var container = pod.getSpec().getContainers().getFirst();
    var before = equipment.health(pod, container).getFirst();
    assertEquals("claim:gpus/big", before.getName());
    assertEquals("Unknown", before.getResources().getFirst().getHealth());
    Awaiting.await(
        "nobody listens", () -> driver.say("pool", "big-device", HealthStatus.UNHEALTHY));
    Awaiting.await("the pod was not told", () -> changed.contains("uid-first"));
    var after = equipment.health(pod, container).getFirst().getResources().getFirst();
    assertEquals("Unhealthy", after.getHealth());
    assertEquals("gpu.example.com/gpu=one-big", after.getResourceID());
  }

  @Test
  void monitorsSeeWhoHasWhat() throws Exception {
    driver("v1.DRAPlugin");
    var pod = pod("first", "one", "");
    pods.add(pod);
    claim("one", pod);
    equipment.prepare(pod);
    var channel = UnixSockets.channel(home.resolve("pod-resources/kubelet.sock"));
    open.add(() -> UnixSockets.close(channel));
    var stub = PodResourcesListerGrpc.newBlockingStub(channel);
    var all = stub.list(ListPodResourcesRequest.getDefaultInstance());
    var claimed = all.getPodResources(0).getContainers(0).getDynamicResources(0);
    assertEquals("one", claimed.getClaimName());
    assertEquals("big-device", claimed.getClaimResources(0).getDeviceName());
    var absent =
        GetPodResourcesRequest.newBuilder().setPodName("x").setPodNamespace("default").build();
    assertThrows(StatusRuntimeException.class, () -> stub.get(absent));
  }

  @Test
  void whatADriverOffersIsDeletedWhenItIsAwayForLong() throws Exception {
    var key = new ObjectKey("", "node-slice");
    cluster.create(
        Resources.RESOURCE_SLICES,
        new ResourceSliceBuilder()
            .withNewMetadata()
            .withName("node-slice")
            .endMetadata()
            .withNewSpec()
            .withNodeName("node")
            .withDriver(DRIVER)
            .endSpec()
            .build());
    var store =
        new PodClaims.Store() {
          @Override
          public List<dev.nauarch.nodeagent.claim.ClaimState> read() {
            return List.of();
          }

          @Override
          public void write(List<dev.nauarch.nodeagent.claim.ClaimState> claims) {}
        };
    var claims =
        new PodClaims(
            cluster, "node", Duration.ofMillis(1), InstantSource.system(), store, changed::add);
    open.add(claims);
    Awaiting.await(
        "the slice is still there", () -> cluster.get(Resources.RESOURCE_SLICES, key).isEmpty());
  }
}
