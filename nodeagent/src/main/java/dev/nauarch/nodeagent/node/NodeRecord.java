package dev.nauarch.nodeagent.node;

import dev.nauarch.api.quota.NativeResources;
import dev.nauarch.nodeagent.NodeAgentOptions;
import dev.nauarch.nodeagent.equipment.Equipment;
import dev.nauarch.nodeagent.runtime.RuntimeFacts;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts a node into the words of its object.
 *
 * @param options how the agent is set up
 * @param machine what the machine has
 * @param runtime what runs its containers
 * @param port where the agent listens
 * @param equipment what the node has besides
 */
public record NodeRecord(
    NodeAgentOptions options,
    Machine machine,
    RuntimeFacts runtime,
    int port,
    Equipment equipment) {
  private static final int PODS_MAX = 110;

  /** The labels that the agent keeps on its node. */
  public Map<String, String> labels() {
    var labels = new TreeMap<>(options.labels());
    labels.put("kubernetes.io/hostname", options.nodeName());
    labels.put("kubernetes.io/os", "linux");
    labels.put("kubernetes.io/arch", machine.architecture());
    return labels;
  }

  /** The object of a node that is not registered yet. */
  public Node node(Instant now) {
    var node =
        new NodeBuilder()
            .withNewMetadata()
            .withName(options.nodeName())
            .withLabels(labels())
            .endMetadata()
            .withNewSpec()
            .endSpec()
            .withStatus(status(new NodeStatus(), now))
            .build();
    if (!options.podCidr().isEmpty()) {
      node.getSpec().setPodCIDR(options.podCidr());
      node.getSpec().setPodCIDRs(List.of(options.podCidr()));
    }
    return node;
  }

  /**
   * What the agent says about its node now; conditions keep the instant of their last change. An
   * extended resource that somebody has written into the capacity is there for pods.
   */
  public NodeStatus status(NodeStatus before, Instant now) {
    var amounts = amounts(machine);
    before
        .getCapacity()
        .forEach(
            (name, amount) -> {
              if (!NativeResources.has(name)) {
                amounts.put(name, amount);
              }
            });
    var allocatable = new TreeMap<>(amounts);
    amounts.putAll(equipment.capacity().quantities());
    allocatable.putAll(equipment.allocatable().quantities());
    return new NodeStatusBuilder()
        .withCapacity(amounts)
        .withAllocatable(allocatable)
        .withConditions(conditions(before.getConditions(), now))
        .addNewAddress(options.nodeIp(), "InternalIP")
        .addNewAddress(options.nodeName(), "Hostname")
        .withNewDaemonEndpoints()
        .withNewKubeletEndpoint(port)
        .endDaemonEndpoints()
        .withNewNodeInfo()
        .withArchitecture(machine.architecture())
        .withBootID(machine.bootId())
        .withContainerRuntimeVersion(runtime.name() + "://" + runtime.version())
        .withKernelVersion(machine.kernel())
        .withKubeletVersion(options.version())
        .withKubeProxyVersion("")
        .withMachineID(machine.machineId())
        .withOperatingSystem("linux")
        .withOsImage(machine.osImage())
        .withSystemUUID(machine.machineId())
        .endNodeInfo()
        .addNewImage()
        .withNames("host")
        .withSizeBytes(0L)
        .endImage()
        .build();
  }

  /** What a machine has for pods. */
  public static Map<String, Quantity> amounts(Machine machine) {
    var amounts = new TreeMap<String, Quantity>();
    amounts.put("cpu", new Quantity(String.valueOf(machine.cpus())));
    amounts.put("memory", new Quantity(machine.memoryBytes() / 1024 + "Ki"));
    amounts.put("ephemeral-storage", new Quantity(machine.storageBytes() / 1024 + "Ki"));
    amounts.put("pods", new Quantity(String.valueOf(PODS_MAX)));
    return amounts;
  }

  /** Whether a status says that its node is ready. */
  static boolean isReady(NodeStatus status) {
    return status.getConditions().stream()
        .anyMatch(each -> "Ready".equals(each.getType()) && "True".equals(each.getStatus()));
  }

  private static List<NodeCondition> conditions(List<NodeCondition> before, Instant now) {
    return List.of(
        condition("MemoryPressure", "False", "KubeletHasSufficientMemory", before, now),
        condition("DiskPressure", "False", "KubeletHasNoDiskPressure", before, now),
        condition("PIDPressure", "False", "KubeletHasSufficientPID", before, now),
        condition("Ready", "True", "KubeletReady", before, now));
  }

  private static NodeCondition condition(
      String type, String status, String reason, List<NodeCondition> before, Instant now) {
    var stamp = now.truncatedTo(ChronoUnit.SECONDS).toString();
    var since =
        before.stream()
            .filter(known -> type.equals(known.getType()) && status.equals(known.getStatus()))
            .map(NodeCondition::getLastTransitionTime)
            .findFirst()
            .orElse(stamp);
    return new NodeConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withReason(reason)
        .withMessage(type.equals("Ready") ? "the agent is posting ready status" : "")
        .withLastHeartbeatTime(stamp)
        .withLastTransitionTime(since)
        .build();
  }
}
