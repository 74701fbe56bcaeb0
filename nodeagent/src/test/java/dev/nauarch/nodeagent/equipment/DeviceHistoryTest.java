package dev.nauarch.nodeagent.equipment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.nodeagent.Awaiting;
import dev.nauarch.nodeagent.device.TestPlugin;
import dev.nauarch.nodeagent.resource.CpuOptions;
import dev.nauarch.nodeagent.resource.CpuSet;
import dev.nauarch.nodeagent.resource.MachineTopology;
import dev.nauarch.nodeagent.resource.TopologyOptions;
import io.fabric8.kubernetes.api.model.Pod;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pods come and go while agents are killed and plugins refuse, change their minds and start again:
 * no device and no processor is ever with two pods, and no pod gets others than it had.
 */
@SuppressWarnings("NullAway.Init") // set before each history
final class DeviceHistoryTest {
  private static final String GPU = "example.com/gpu";
  private static final String[] DEVICES = {"a@0", "b@0", "c@1", "d@1", "e@1", "f"};
  private static final Equipment.Listener NOBODY =
      new Equipment.Listener() {
        @Override
        public void nodeChanged() {}

        @Override
        public void podChanged(String podUid) {}
      };

  @TempDir Path home;
  private LocalResources agent;
  private TestPlugin plugin;
  private int plugins;
  private final Map<String, String> gearByPod = new HashMap<>();
  private final List<Pod> admitted = new ArrayList<>();
  private final List<AutoCloseable> killed = new ArrayList<>();

  private void startAgent() throws IOException {
    var below = EquipmentOptions.below("node", home);
    var cpus = new CpuOptions(true, CpuSet.of(0), Set.of());
    agent =
        new LocalResources(
            new EquipmentOptions(
                "node",
                below.home(),
                below.devicePlugins(),
                below.registry(),
                below.podResources(),
                cpus,
                TopologyOptions.NONE),
            MachineTopology.plain(16, 1L << 30),
            InstantSource.system(),
            NOBODY);
  }

  private void startPlugin(Random random) throws Exception {
    plugin = new TestPlugin(home.resolve("device-plugins"), GPU, "gpu" + plugins++, DEVICES);
    if (random.nextBoolean()) {
      // Wishes for what it may not have, too.
      plugin.preference =
          request -> List.of("x", "f", "f", "c", "a", "b").subList(random.nextInt(3), 6);
    }
    plugin.register();
    Awaiting.await(
        "the plugin's devices are not there",
        () -> agent.allocatable().get(GPU).toString().equals("6"));
  }

  private String gear(Pod pod) throws IOException {
    var gear = agent.gear(pod, pod.getSpec().getContainers().getFirst());
    return gear.environment().getOrDefault("DEVICES", "") + " cpus " + gear.cpus();
  }

  private void admit(Random random, int number) throws IOException {
    var limits = new ArrayList<>(List.of(GPU + "=" + (1 + random.nextInt(3))));
    if (random.nextBoolean()) {
      limits.addAll(List.of("cpu=" + (1 + random.nextInt(4)), "memory=1Mi"));
    }
    var main = TestPods.container("main", limits.toArray(String[]::new));
    var pod = TestPods.pod("pod" + number, main);
    if (random.nextBoolean()) {
      pod = TestPods.after(pod, TestPods.container("init", GPU + "=1"));
    }
    plugin.refusal = random.nextInt(5) == 0 ? Status.INTERNAL : null;
    if (agent.admit(pod).isEmpty()) {
      admitted.add(pod);
      gearByPod.put(pod.getMetadata().getUid(), gear(pod));
    } else {
      assertTrue(agent.holdings(pod.getMetadata().getUid(), "main").isEmpty());
    }
    plugin.refusal = null;
  }

  private void check() throws IOException {
    var owners = new TreeMap<String, String>();
    for (var pod : admitted) {
      var uid = pod.getMetadata().getUid();
      assertEquals(gearByPod.get(uid), gear(pod), "the gear of " + uid);
      for (var container : List.of("init", "main")) {
        for (var holding : agent.holdings(uid, container)) {
          holding.ids().forEach(id -> own(owners, "device " + id, uid));
        }
        agent
            .cpus(uid, container)
            .ifPresent(cpus -> cpus.numbers().forEach(cpu -> own(owners, "cpu " + cpu, uid)));
      }
    }
  }

  private static void own(Map<String, String> owners, String part, String uid) {
    var other = owners.put(part, uid);
    assertTrue(other == null || other.equals(uid), part + " is with " + other + " and " + uid);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void nothingIsGivenTwice(long seed) throws Exception {
    var random = new Random(seed);
    startAgent();
    startPlugin(random);
    for (var step = 0; step < 60; step++) {
      switch (random.nextInt(6)) {
        case 0, 1, 2 -> admit(random, step);
        case 3 -> {
          if (!admitted.isEmpty()) {
            agent.release(admitted.remove(random.nextInt(admitted.size())).getMetadata().getUid());
          }
        }
        case 4 -> plugin.list(DEVICES);
        default -> {
          // A killed agent closes nothing; what it knew is what is on disk.
          killed.add(agent);
          killed.add(plugin);
          startAgent();
          check();
          startPlugin(random);
        }
      }
      check();
    }
    killed.add(agent);
    killed.add(plugin);
    for (var each : killed) {
      each.close();
    }
  }
}
