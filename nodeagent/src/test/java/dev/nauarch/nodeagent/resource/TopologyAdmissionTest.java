package dev.nauarch.nodeagent.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.nodeagent.device.Device;
import dev.nauarch.nodeagent.device.DeviceLedger;
import dev.nauarch.nodeagent.equipment.TestPods;
import dev.nauarch.nodeagent.resource.CpuOptions.Option;
import dev.nauarch.nodeagent.resource.TopologyOptions.Policy;
import dev.nauarch.nodeagent.resource.TopologyOptions.Scope;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pods that get processors and devices of one machine, near to each other or not. */
final class TopologyAdmissionTest {
  private static final String GPU = "example.com/gpu";
  private static final String FAR =
      "TopologyAffinityError: Resources cannot be allocated with Topology locality";

  /** Two nodes with four cores each; cores 0 and 4 are reserved. */
  private static final MachineTopology TWO = Machines.of(2, 2, 4, 1, 1);

  private final DeviceLedger devices = new DeviceLedger(TWO.nodes(), List.of(), Set.of());
  private final CpuLedger cpus =
      new CpuLedger(TWO, new CpuOptions(true, CpuSet.parse("0,4"), Set.of()), Map.of());

  private TopologyAdmission manager(Policy policy, Scope scope) {
    return new TopologyAdmission(
        TWO, new TopologyOptions(policy, scope, false, 8), List.of(devices, cpus));
  }

  private void gpus(String... placed) {
    var all = new ArrayList<Device>();
    for (var each : placed) {
      var sides = each.split("@", 2);
      all.add(new Device(sides[0], true, NumaNodes.of(List.of(Integer.valueOf(sides[1])))));
    }
    devices.list(GPU, all);
  }

  private static Container container(String name, int cpus, int gpus) {
    var limits = new ArrayList<>(List.of("cpu=" + cpus, "memory=1Mi"));
    if (gpus > 0) {
      limits.add(GPU + "=" + gpus);
    }
    return TestPods.container(name, limits.toArray(String[]::new));
  }

  private static String said(TopologyAdmission manager, Pod pod) {
    return manager.admit(pod).map(why -> why.reason() + ": " + why.message()).orElse("admitted");
  }

  private String has(Pod pod, String container) {
    var uid = pod.getMetadata().getUid();
    var gpus = new ArrayList<String>();
    devices.holdings(uid, container).forEach(each -> gpus.addAll(each.ids()));
    return cpus.of(uid, container).map(CpuSet::toString).orElse("none") + " " + gpus;
  }

  @Test
  void onOneNodeAPodGetsProcessorsWhereItsDeviceIs() {
    gpus("a@1", "b@1", "c@0");
    var manager = manager(Policy.SINGLE_NUMA_NODE, Scope.CONTAINER);
    var pod = TestPods.pod("train", container("main", 2, 2));
    assertEquals("admitted", said(manager, pod));
    assertEquals("5-6 [a, b]", has(pod, "main"));
    var second = TestPods.pod("second", container("main", 3, 1));
    assertEquals("admitted", said(manager, second));
    assertEquals("1-3 [c]", has(second, "main"));
    assertEquals(CpuSet.parse("0,4,7"), cpus.shared());
  }

  @Test
  void whatCanNotBeNearIsRefusedByTheStrictPoliciesAndNothingOfItStays() {
    gpus("a@0", "b@1");
    var pod = TestPods.pod("train", container("main", 1, 2));
    assertEquals(FAR, said(manager(Policy.SINGLE_NUMA_NODE, Scope.CONTAINER), pod));
    assertTrue(devices.holders().isEmpty());
    assertTrue(cpus.holders().isEmpty());
    // No single node has two devices, so that two nodes are as near as can be for devices, but
    // not for one processor.
    assertEquals(FAR, said(manager(Policy.RESTRICTED, Scope.CONTAINER), pod));
    assertEquals("admitted", said(manager(Policy.BEST_EFFORT, Scope.CONTAINER), pod));
    assertEquals("admitted", said(manager(Policy.NONE, Scope.CONTAINER), pod));
  }

  @Test
  void restrictedTakesWhatCouldNeverBeNearer() {
    gpus("a@0", "b@1");
    var pod = TestPods.pod("train", TestPods.container("main", GPU + "=2"));
    assertEquals("admitted", said(manager(Policy.RESTRICTED, Scope.CONTAINER), pod));
  }

  @Test
  void byPodAllContainersAreOnTheSameNode() {
    gpus("a@0", "b@1");
    var pod = TestPods.pod("train", container("one", 2, 0), container("two", 1, 1));
    var manager = manager(Policy.SINGLE_NUMA_NODE, Scope.POD);
    assertEquals("admitted", said(manager, pod));
    assertEquals("1-2 []", has(pod, "one"));
    assertEquals("3 [a]", has(pod, "two"));
    var large = TestPods.pod("large", container("one", 3, 0), container("two", 1, 0));
    assertEquals(FAR, said(manager, large));
  }

  @Test
  void processorsOfInitContainersGoOn() {
    var pod =
        TestPods.after(
            TestPods.pod("train", container("main", 3, 0)),
            container("first", 2, 0),
            TestPods.sidecar("beside", "cpu=1", "memory=1Mi"));
    assertEquals("admitted", said(manager(Policy.NONE, Scope.CONTAINER), pod));
    assertEquals("1-2 []", has(pod, "first"));
    assertEquals("1 []", has(pod, "beside"));
    assertEquals(3, cpus.of("uid-train", "main").orElseThrow().size());
    assertTrue(!cpus.of("uid-train", "main").orElseThrow().has(1));
  }

  @Test
  void onlyWholeProcessorsOfGuaranteedPodsAreGivenAlone() {
    var manager = manager(Policy.NONE, Scope.CONTAINER);
    var half = TestPods.pod("half", TestPods.container("main", "cpu=1500m", "memory=1Mi"));
    var burst = TestPods.pod("burst", TestPods.container("main", "cpu=1"));
    assertEquals("admitted", said(manager, half));
    assertEquals("admitted", said(manager, burst));
    assertTrue(cpus.holders().isEmpty());
    var large = TestPods.pod("large", container("main", 7, 0));
    assertEquals(
        "UnexpectedAdmissionError: Allocate failed due to not enough cpus available to satisfy"
            + " request: requested=7, available=6, which is unexpected",
        said(manager, large));
  }

  @Test
  void wholeCoresOnly() {
    var machine = Machines.of(1, 1, 4, 2, 1);
    var options = new CpuOptions(true, CpuSet.of(0), Set.of(Option.FULL_PCPUS_ONLY));
    var ledger = new CpuLedger(machine, options, Map.of());
    var manager = new TopologyAdmission(machine, TopologyOptions.NONE, List.of(ledger));
    assertEquals(
        "SMTAlignmentError: SMT Alignment Error: requested 3 cpus not multiple cpus per core = 2",
        said(manager, TestPods.pod("odd", container("main", 3, 0))));
    assertEquals("admitted", said(manager, TestPods.pod("even", container("main", 4, 0))));
    assertEquals(
        "SMTAlignmentError: SMT Alignment Error: not enough free physical CPUs: available physical"
            + " CPUs = 2, requested CPUs = 4, CPUs per core = 2",
        said(manager, TestPods.pod("more", container("main", 4, 0))));
  }

  @Test
  void whatDoesNotFitThePolicyIsNotTakenFromAnAgentOfBefore() {
    var options = new CpuOptions(true, CpuSet.of(0), Set.of());
    Map<String, Map<String, CpuSet>> twice =
        new TreeMap<>(
            Map.of("p", Map.of("main", CpuSet.of(1)), "q", Map.of("main", CpuSet.of(1, 2))));
    assertThrows(IllegalArgumentException.class, () -> new CpuLedger(TWO, options, twice));
    Map<String, Map<String, CpuSet>> one = Map.of("p", Map.of("main", CpuSet.of(1)));
    assertThrows(IllegalArgumentException.class, () -> new CpuLedger(TWO, CpuOptions.NONE, one));
    Map<String, Map<String, CpuSet>> reserved = Map.of("p", Map.of("main", CpuSet.of(0)));
    assertThrows(IllegalArgumentException.class, () -> new CpuLedger(TWO, options, reserved));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void onMachinesOfAnySizeAPodThatFitsANodeIsOnOne(int nodes) {
    var machine = Machines.of(1, nodes, 4, 2, 2);
    var ledger = new CpuLedger(machine, new CpuOptions(true, CpuSet.of(0), Set.of()), Map.of());
    var options = new TopologyOptions(Policy.SINGLE_NUMA_NODE, Scope.CONTAINER, true, 8);
    var manager = new TopologyAdmission(machine, options, List.of(ledger));
    for (var pod = 0; pod < nodes; pod++) {
      var each = TestPods.pod("pod" + pod, container("main", 7, 0));
      assertEquals("admitted", said(manager, each));
      var own = ledger.of("uid-pod" + pod, "main").orElseThrow();
      var used =
          machine.cpus().stream().filter(cpu -> own.has(cpu.number())).map(cpu -> cpu.node());
      assertEquals(1, used.distinct().count());
    }
    assertEquals(FAR, said(manager, TestPods.pod("last", container("main", 7, 0))));
  }

  @Test
  void machinesOfMoreNodesThanAllowedAreRefused() {
    var machine = Machines.of(1, 16, 1, 1, 1);
    var options = new TopologyOptions(Policy.BEST_EFFORT, Scope.POD, false, 8);
    assertThrows(
        IllegalArgumentException.class, () -> new TopologyAdmission(machine, options, List.of()));
  }

  @Test
  void closestNodesAreTakenWhereThatIsWished() {
    var machine = Machines.of(1, 4, 2, 1, 1);
    var near = NumaNodes.of(List.of(1, 2));
    var far = NumaNodes.of(List.of(0, 3));
    var hints = List.of(List.of(hint(far), hint(near)));
    var closest = new TopologyOptions(Policy.BEST_EFFORT, Scope.POD, true, 8);
    assertEquals(hint(near), new HintMerge(machine, closest).best(hints));
    var narrowest = new TopologyOptions(Policy.BEST_EFFORT, Scope.POD, false, 8);
    assertEquals(hint(near), new HintMerge(machine, narrowest).best(hints));
    var equal = List.of(List.of(hint(NumaNodes.of(List.of(0, 2))), hint(near)));
    assertEquals(hint(near), new HintMerge(machine, closest).best(equal));
    assertEquals(hint(NumaNodes.of(List.of(0, 2))), new HintMerge(machine, narrowest).best(equal));
  }

  private static Hint hint(NumaNodes nodes) {
    return new Hint(Optional.of(nodes), true);
  }
}
