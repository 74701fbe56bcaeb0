package dev.nauarch.nodeagent.simulated;

import dev.nauarch.api.OwnNames;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;

/**
 * What every simulated node of a kind has.
 *
 * @param gpus how many GPUs; 0 for none
 * @param model what they are called; may be empty
 */
record SimulatedNode(int gpus, String model) {
  private static final String GPU = "nvidia.com/gpu";

  Node node(int index, Instant now) {
    var at = now.truncatedTo(ChronoUnit.SECONDS).toString();
    var name = SimulatedNodes.PREFIX + index;
    var amounts = amounts();
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .withLabels(labels(name))
        .endMetadata()
        .withNewSpec()
        .endSpec()
        .withNewStatus()
        .withCapacity(amounts)
        .withAllocatable(amounts)
        .addNewAddress(name, "Hostname")
        .addNewCondition()
        .withType("Ready")
        .withStatus("True")
        .withReason("Simulated")
        .withMessage("this node is simulated: its pods run nothing")
        .withLastHeartbeatTime(at)
        .withLastTransitionTime(at)
        .endCondition()
        .withNewNodeInfo()
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
        .endNodeInfo()
        .endStatus()
        .build();
  }

  private Map<String, Quantity> amounts() {
    var amounts = new TreeMap<String, Quantity>();
    amounts.put("cpu", new Quantity(gpus > 0 ? "128" : "32"));
    amounts.put("memory", new Quantity(gpus > 0 ? "2Ti" : "128Gi"));
    amounts.put("ephemeral-storage", new Quantity("1Ti"));
    amounts.put("pods", new Quantity("110"));
    if (gpus > 0) {
      amounts.put(GPU, new Quantity(String.valueOf(gpus)));
    }
    return amounts;
  }

  private Map<String, String> labels(String name) {
    var labels = new TreeMap<String, String>();
    labels.put(OwnNames.SIMULATED, "true");
    labels.put("kubernetes.io/hostname", name);
    labels.put("kubernetes.io/os", "linux");
    labels.put("kubernetes.io/arch", "amd64");
    if (gpus > 0) {
      labels.put("nvidia.com/gpu.present", "true");
      labels.put("nvidia.com/gpu.count", String.valueOf(gpus));
      if (!model.isEmpty()) {
        labels.put("nvidia.com/gpu.product", model);
      }
    }
    return labels;
  }
}
