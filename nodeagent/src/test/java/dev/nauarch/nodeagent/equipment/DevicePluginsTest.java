package dev.nauarch.nodeagent.equipment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.nodeagent.Awaiting;
import dev.nauarch.nodeagent.device.TestPlugin;
import dev.nauarch.nodeagent.lifecycle.Admission.Refusal;
import dev.nauarch.nodeagent.resource.MachineTopology;
import io.fabric8.kubernetes.api.model.Pod;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins over real sockets, and what pods get of their devices. */
@SuppressWarnings("NullAway.Init") // set before each test
final class DevicePluginsTest {
  private static final String GPU = "example.com/gpu";

  @TempDir Path home;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<String> changes = new CopyOnWriteArrayList<>();
  private volatile Instant now = Instant.parse("2026-11-23T04:00:00Z");
  private LocalResources resources;

  @BeforeEach
  void start() throws IOException {
    resources = agent();
  }

  private LocalResources agent() throws IOException {
    var listener =
        new Equipment.Listener() {
          @Override
          public void nodeChanged() {
            changes.add("node");
          }

          @Override
          public void podChanged(String podUid) {
            changes.add(podUid);
          }
        };
    return new LocalResources(
        EquipmentOptions.below("node", home),
        MachineTopology.plain(4, 1L << 30),
        () -> now,
        listener);
  }

  @AfterEach
  void close() throws Exception {
    resources.close();
    for (var each : open) {
      each.close();
    }
  }

  private TestPlugin plugin(String... devices) throws Exception {
    var plugin = new TestPlugin(home.resolve("device-plugins"), GPU, "gpu", devices);
    open.add(plugin);
    return plugin;
  }

  private TestPlugin registered(String... devices) throws Exception {
    var plugin = plugin(devices);
    plugin.register();
    var distinct = List.of(devices).stream().map(id -> id.replace("!", "")).distinct().count();
    awaitCapacity((int) distinct);
    return plugin;
  }

  private void awaitCapacity(int count) throws InterruptedException {
    Awaiting.await(
        "capacity is " + resources.capacity(),
        () -> resources.capacity().get(GPU).toString().equals(String.valueOf(count)));
  }

  private void awaitAllocatable(int count) throws InterruptedException {
    Awaiting.await(
        "allocatable is " + resources.allocatable(),
        () -> resources.allocatable().get(GPU).toString().equals(String.valueOf(count)));
  }

  private static Pod pod(String name, int gpus) {
    return TestPods.pod(name, TestPods.container("main", GPU + "=" + gpus));
  }

  private String devices(Pod pod) throws IOException {
    return resources
        .gear(pod, pod.getSpec().getContainers().getFirst())
        .environment()
        .getOrDefault("DEVICES", "none");
  }

  private static String message(Optional<Refusal> refusal) {
    return refusal.map(why -> why.reason() + ": " + why.message()).orElse("admitted");
  }

  @Test
  void aContainerGetsAllThatItsPluginSays() throws Exception {
    var plugin = registered("a", "b", "!c");
    assertEquals("3", resources.capacity().get(GPU).toString());
    assertEquals("2", resources.allocatable().get(GPU).toString());
    var pod = pod("train", 2);
    assertEquals("admitted", message(resources.admit(pod)));
    var gear = resources.gear(pod, pod.getSpec().getContainers().getFirst());
    assertEquals("a,b", gear.environment().get("DEVICES"));
    assertEquals("a,b", gear.annotations().get("example.com/devices"));
    assertEquals(List.of("example.com/gpu=a,b"), gear.cdiDevices());
    assertEquals(List.of(new Gear.DeviceFile("/dev/null", "/dev/gpu", "rw")), gear.devices());
    assertEquals("/opt/driver", gear.mounts().getFirst().target());
    assertEquals(List.of("registered0", "allocate a,b", "preStart a,b"), List.copyOf(plugin.calls));
  }

  @Test
  void noDeviceIsGivenTwiceAndThoseOfAPodThatEndsAreFree() throws Exception {
    var plugin = registered("a", "b");
    var first = pod("first", 1);
    var second = pod("second", 2);
    assertEquals("admitted", message(resources.admit(first)));
    assertEquals(
        "UnexpectedAdmissionError: Allocate failed due to requested number of devices unavailable"
            + " for example.com/gpu. Requested: 2, Available: 1, which is unexpected",
        message(resources.admit(second)));
    resources.release(first.getMetadata().getUid());
    assertEquals("admitted", message(resources.admit(second)));
    assertEquals(3, plugin.calls.size(), plugin.calls.toString());
  }

  @Test
  void aPluginIsAskedWhichItWouldRatherGiveAndCanNotNameOthers() throws Exception {
    var plugin = plugin("a", "b", "c", "d");
    plugin.preference = request -> List.of("stranger", "d", "d", "c");
    plugin.register();
    awaitCapacity(4);
    assertEquals("admitted", message(resources.admit(pod("one", 2))));
    assertEquals("c,d", devices(pod("one", 2)));
    // What others have by now is not to be had, however much the plugin would like it.
    assertEquals("admitted", message(resources.admit(pod("two", 1))));
    assertEquals("a", devices(pod("two", 1)));
  }

  @Test
  void devicesOfInitContainersGoOnAndThoseOfSidecarsStay() throws Exception {
    registered("a", "b", "c");
    var pod =
        TestPods.after(
            TestPods.pod("train", TestPods.container("main", GPU + "=2")),
            TestPods.container("first", GPU + "=1"),
            TestPods.sidecar("beside", GPU + "=1"),
            TestPods.container("second", GPU + "=2"));
    assertEquals("admitted", message(resources.admit(pod)));
    var uid = pod.getMetadata().getUid();
    Set<String> beside = resources.holdings(uid, "beside").getFirst().ids();
    Set<String> main = resources.holdings(uid, "main").getFirst().ids();
    assertEquals(1, beside.size());
    assertEquals(2, main.size());
    assertTrue(beside.stream().noneMatch(main::contains), beside + " and " + main);
    assertEquals(main, resources.holdings(uid, "second").getFirst().ids());
  }

  @Test
  void anAgentThatIsKilledKnowsAgainWhoHasWhat() throws Exception {
    registered("a", "b");
    assertEquals("admitted", message(resources.admit(pod("first", 1))));
    // Nothing is closed: what a killed agent leaves is what is on disk.
    open.add(resources);
    resources = agent();
    assertEquals("0", resources.capacity().get(GPU).toString());
    assertEquals(
        "UnexpectedAdmissionError: Allocate failed due to no healthy devices present; cannot"
            + " allocate unhealthy devices example.com/gpu, which is unexpected",
        message(resources.admit(pod("second", 1))));
    assertEquals("a", devices(pod("first", 1)));
    var again = new TestPlugin(home.resolve("device-plugins"), GPU, "again", "a", "b");
    open.add(again);
    again.register();
    awaitAllocatable(2);
    assertEquals("admitted", message(resources.admit(pod("first", 1))));
    assertEquals("admitted", message(resources.admit(pod("second", 1))));
    assertEquals("b", devices(pod("second", 1)));
    assertEquals(List.of("registered0", "allocate b", "preStart b"), List.copyOf(again.calls));
  }

  @Test
  void aStateThatIsNotAsItWasWrittenIsRefusedByName() throws Exception {
    registered("a");
    assertEquals("admitted", message(resources.admit(pod("first", 1))));
    var file = home.resolve("equipment/resources.json");
    Files.writeString(file, Files.readString(file).replace("uid-first", "uid-other"));
    var damaged = assertThrows(IOException.class, this::agent);
    assertTrue(String.valueOf(damaged.getMessage()).contains(file.toString()), damaged.toString());
    Files.writeString(file, "{");
    assertThrows(IOException.class, this::agent);
  }

  @Test
  void theDevicesOfAPluginThatGoesAreUnhealthyAndGoneAfterFiveMinutes() throws Exception {
    var plugin = registered("a", "b");
    var pod = pod("train", 1);
    assertEquals("admitted", message(resources.admit(pod)));
    plugin.close();
    awaitAllocatable(0);
    assertEquals("2", resources.capacity().get(GPU).toString());
    Awaiting.await("the pod was not told", () -> changes.contains("uid-train"));
    var health =
        resources.health(pod, pod.getSpec().getContainers().getFirst()).getFirst().getResources();
    assertEquals(
        "a Unhealthy", health.getFirst().getResourceID() + " " + health.getFirst().getHealth());
    now = now.plus(Duration.ofMinutes(5));
    awaitCapacity(0);
    var back = new TestPlugin(home.resolve("device-plugins"), GPU, "gpu", "a", "b");
    open.add(back);
    back.register();
    awaitAllocatable(2);
    assertEquals("a", devices(pod));
  }

  @Test
  void aPluginThatRefusesGivesNothingAway() throws Exception {
    var plugin = registered("a");
    plugin.refusal = Status.INTERNAL.withDescription("the device fell off the bus");
    assertEquals(
        "UnexpectedAdmissionError: Allocate failed due to rpc error of plugin example.com/gpu:"
            + " INTERNAL: the device fell off the bus, which is unexpected",
        message(resources.admit(pod("first", 1))));
    plugin.refusal = null;
    assertEquals("admitted", message(resources.admit(pod("second", 1))));
  }

  @Test
  void aPluginThatNamesADeviceTwiceHasItOnce() throws Exception {
    registered("a", "a", "a");
    assertEquals("admitted", message(resources.admit(pod("first", 1))));
    assertTrue(message(resources.admit(pod("second", 1))).contains("Available: 0"));
  }

  @Test
  void registrationsInOtherWordsAreRefused() throws Exception {
    var plugin = plugin("a");
    assertThrows(StatusRuntimeException.class, () -> plugin.register("v1alpha", GPU, "gpu.sock"));
    assertThrows(StatusRuntimeException.class, () -> plugin.register("v1beta1", "cpu", "gpu.sock"));
    assertThrows(
        StatusRuntimeException.class,
        () -> plugin.register("v1beta1", "kubernetes.io/gpu", "gpu.sock"));
    assertThrows(
        StatusRuntimeException.class, () -> plugin.register("v1beta1", GPU, "../../gpu.sock"));
  }

  @Test
  void healthReachesThePodsThatHaveTheDevice() throws Exception {
    var plugin = registered("a", "b");
    var pod = pod("train", 1);
    assertEquals("admitted", message(resources.admit(pod)));
    changes.clear();
    plugin.list("a", "!b");
    awaitAllocatable(1);
    assertTrue(changes.stream().noneMatch("uid-train"::equals), changes.toString());
    plugin.list("!a", "b");
    Awaiting.await("the pod was not told", () -> changes.contains("uid-train"));
  }

  @Test
  void aProgramThatIsKilledLosesItsResource() throws Exception {
    var program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                TestPlugin.class.getName(),
                home.resolve("device-plugins").toString(),
                GPU,
                "a",
                "b")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      awaitAllocatable(2);
      assertEquals("admitted", message(resources.admit(pod("first", 1))));
    } finally {
      program.destroyForcibly().waitFor();
    }
    awaitAllocatable(0);
    assertEquals("a", devices(pod("first", 1)));
  }
}
