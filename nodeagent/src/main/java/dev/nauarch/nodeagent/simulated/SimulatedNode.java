package dev.nauarch.nodeagent.simulated;

import dev.nauarch.api.OwnNames;
import dev.nauarch.api.SimulatedDevices;
import dev.nauarch.nodeagent.simulated.stage.PlayedNode;
import dev.nauarch.nodeagent.simulated.stage.Stages;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddressBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.NodeSystemInfo;
import io.fabric8.kubernetes.api.model.NodeSystemInfoBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts a simulated node into the words of its object; what its owner wrote there stays. */
final class SimulatedNode {
  private SimulatedNode() {}

  /** The object of one of the nodes of {@code --nodes}. */
  static Node ofFleet(int index, Devices devices, String address, Instant now) {
    var name = SimulatedNodes.PREFIX + index;
    var annotations = new TreeMap<String, String>();
    annotations.put(SimulatedNodes.FLEET, "true");
    if (devices.count() > 0) {
      annotations.put(Devices.ANNOTATION, devices.text());
    }
    var node =
        new NodeBuilder()
            .withNewMetadata()
            .withName(name)
            .withAnnotations(annotations)
            .addToLabels(OwnNames.SIMULATED, "true")
            .endMetadata()
            .withNewSpec()
            .endSpec()
            .build();
    node.getMetadata().getLabels().putAll(missingLabels(node, devices));
    // What it says of itself first is written with it: it is ready as soon as it is there.
    var played = new PlayedNode(node, Stages.NONE, now);
    node.setStatus(status(node, played, devices, address, now));
    return node;
  }

  /** The labels that a node's agent would give it and that it has not. */
  static Map<String, String> missingLabels(Node node, Devices devices) {
    var name = node.getMetadata().getName();
    var labels = new TreeMap<String, String>();
    labels.put("kubernetes.io/hostname", name);
    labels.put("kubernetes.io/os", "linux");
    labels.put("kubernetes.io/arch", "amd64");
    if (devices.count() > 0) {
      labels.put("nvidia.com/gpu.present", "true");
      labels.put("nvidia.com/gpu.count", String.valueOf(devices.count()));
      if (!devices.model().isEmpty()) {
        labels.put("nvidia.com/gpu.product", devices.model());
      }
    }
    labels.keySet().removeAll(node.getMetadata().getLabels().keySet());
    return labels;
  }

  /** Whether an object says all that it should. */
  static boolean isComplete(Node node, PlayedNode played) {
    var status = node.getStatus();
    return status != null
        && !status.getCapacity().isEmpty()
        && status.getAllocatable().keySet().containsAll(status.getCapacity().keySet())
        && !address(node).isEmpty()
        && info(status) != null
        && played.isShown();
  }

  /** The address in a node's status; empty where it has none. */
  static String address(Node node) {
    return node.getStatus() == null
        ? ""
        : node.getStatus().getAddresses().stream()
            .filter(each -> "InternalIP".equals(each.getType()))
            .map(each -> each.getAddress())
            .findFirst()
            .orElse("");
  }

  private static @Nullable NodeSystemInfo info(NodeStatus status) {
    var info = status.getNodeInfo();
    return info == null || Objects.requireNonNullElse(info.getKubeletVersion(), "").isEmpty()
        ? null
        : info;
  }

  /** The status that a node is to have. */
  static NodeStatus status(
      Node node, PlayedNode played, Devices devices, String address, Instant now) {
    var present = node.getStatus() == null ? new NodeStatus() : node.getStatus();
    var name = node.getMetadata().getName();
    var capacity = present.getCapacity().isEmpty() ? amounts(devices) : present.getCapacity();
    var info = info(present);
    return new NodeStatusBuilder()
        .withCapacity(capacity)
        .withAllocatable(allocatable(present, capacity))
        .withAddresses(
            address(node).isEmpty()
                ? List.of(
                    new NodeAddressBuilder().withType("InternalIP").withAddress(address).build(),
                    new NodeAddressBuilder().withType("Hostname").withAddress(name).build())
                : present.getAddresses())
        .withConditions(played.conditions(now.truncatedTo(ChronoUnit.SECONDS).toString()))
        .withNodeInfo(info == null ? newInfo(name) : info)
        .build();
  }

  /** All that the node has, but for what somebody has said to be for pods. */
  private static Map<String, Quantity> allocatable(
      NodeStatus present, Map<String, Quantity> capacity) {
    var allocatable = new TreeMap<>(capacity);
    allocatable.putAll(present.getAllocatable());
    return allocatable;
  }

  private static NodeSystemInfo newInfo(String name) {
    return new NodeSystemInfoBuilder()
        .withArchitecture("amd64")
        .withOperatingSystem("linux")
        .withOsImage("simulated")
        .withKernelVersion("simulated")
        .withKubeletVersion("simulated")
        .withKubeProxyVersion("")
        .withContainerRuntimeVersion("simulated://0.1.0")
        .withMachineID(name)
        .withSystemUUID(name)
        .withBootID(name)
        .build();
  }

  private static Map<String, Quantity> amounts(Devices devices) {
    var amounts = new TreeMap<String, Quantity>();
    var hasDevices = devices.count() > 0;
    amounts.put("cpu", new Quantity(hasDevices ? "128" : "32"));
    amounts.put("memory", new Quantity(hasDevices ? "2Ti" : "128Gi"));
    amounts.put("ephemeral-storage", new Quantity("1Ti"));
    amounts.put("pods", new Quantity("110"));
    if (hasDevices) {
      amounts.put(SimulatedDevices.RESOURCE, new Quantity(String.valueOf(devices.count())));
    }
    return amounts;
  }
}
