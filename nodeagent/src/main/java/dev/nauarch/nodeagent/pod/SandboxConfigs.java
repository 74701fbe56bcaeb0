package dev.nauarch.nodeagent.pod;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.nodeagent.PodIdentity;
import dev.nauarch.nodeagent.lifecycle.QosClass;
import dev.nauarch.nodeagent.runtime.SandboxConfig;
import dev.nauarch.nodeagent.runtime.SandboxConfig.Labels;
import dev.nauarch.nodeagent.runtime.SandboxConfig.Port;
import dev.nauarch.nodeagent.runtime.SandboxConfig.Sharing;
import dev.nauarch.nodeagent.spec.ContainerResources;
import dev.nauarch.nodeagent.spec.PodSecurity;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes up what the runtime needs to know of a pod's surroundings. */
final class SandboxConfigs {
  private final NodeContext node;

  SandboxConfigs(NodeContext node) {
    this.node = node;
  }

  /**
   * What the runtime needs to know.
   *
   * @param attempt which of the pod's sandboxes it is for
   */
  SandboxConfig of(Pod pod, int attempt) throws ConfigFault, IOException {
    var metadata = pod.getMetadata();
    var spec = pod.getSpec();
    var sharing =
        new Sharing(
            Boolean.TRUE.equals(spec.getHostNetwork()),
            Boolean.TRUE.equals(spec.getHostPID()),
            Boolean.TRUE.equals(spec.getHostIPC()),
            Boolean.TRUE.equals(spec.getShareProcessNamespace()),
            Optional.empty());
    return new SandboxConfig(
        new PodIdentity(metadata.getNamespace(), metadata.getName(), metadata.getUid()),
        attempt,
        handler(pod),
        PodFiles.kernelName(pod, node.dns()),
        PodFiles.resolver(pod, node.dns()),
        sharing.hostNetwork() ? List.of() : ports(pod),
        new Labels(known(metadata.getLabels()), known(metadata.getAnnotations())),
        ContainerConfigs.logs(node.logs(), pod),
        sharing,
        node.cgroups().map(groups -> groups.fromRoot(group(pod))).orElse(""),
        ContainerResources.podLimits(pod),
        PodSecurity.ofSandbox(pod),
        sysctls(pod));
  }

  /** The control group of a pod, below the agent's. */
  static String group(Pod pod) {
    var name = "pod" + pod.getMetadata().getUid();
    return switch (QosClass.of(pod)) {
      case GUARANTEED -> name;
      case BURSTABLE -> "burstable/" + name;
      case BEST_EFFORT -> "besteffort/" + name;
    };
  }

  /** To run a pod with less isolation than it asks for would be worse than not to run it. */
  private String handler(Pod pod) throws ConfigFault {
    var name = pod.getSpec().getRuntimeClassName();
    if (name == null || name.isEmpty()) {
      return "";
    }
    try {
      return node.client()
          .get(Resources.RUNTIME_CLASSES, new ObjectKey("", name))
          .orElseThrow(() -> new ConfigFault("RuntimeClass \"" + name + "\" not found"))
          .getHandler();
    } catch (ApiException e) {
      throw new ConfigFault("RuntimeClass \"" + name + "\" can't be read: " + e.getMessage());
    }
  }

  private static List<Port> ports(Pod pod) {
    var ports = new ArrayList<Port>();
    var spec = pod.getSpec();
    Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream())
        .flatMap(container -> container.getPorts().stream())
        .filter(port -> port.getHostPort() != null && port.getHostPort() > 0)
        .map(SandboxConfigs::port)
        .forEach(ports::add);
    return ports;
  }

  private static Port port(ContainerPort port) {
    return new Port(
        Objects.requireNonNullElse(port.getProtocol(), "TCP"),
        port.getContainerPort(),
        port.getHostPort(),
        Objects.requireNonNullElse(port.getHostIP(), ""));
  }

  private static Map<String, String> sysctls(Pod pod) {
    var all = new TreeMap<String, String>();
    var security = pod.getSpec().getSecurityContext();
    if (security != null) {
      security.getSysctls().forEach(each -> all.put(each.getName(), each.getValue()));
    }
    return all;
  }

  private static Map<String, String> known(@Nullable Map<String, String> words) {
    return words == null ? Map.of() : words;
  }
}
