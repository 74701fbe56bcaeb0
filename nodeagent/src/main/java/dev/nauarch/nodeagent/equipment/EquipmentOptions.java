package dev.nauarch.nodeagent.equipment;

import dev.nauarch.nodeagent.resource.CpuOptions;
import dev.nauarch.nodeagent.resource.TopologyOptions;
import dev.nauarch.nodeagent.rpc.UnixSockets;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * How an agent looks after devices.
 *
 * @param nodeName the node's name
 * @param home where what pods have is kept
 * @param devicePlugins where device plugins register
 * @param registry where drivers put their sockets
 * @param podResources where monitors ask who has what
 * @param cpus how processors are given to containers for themselves
 * @param topology how near to each other a pod's parts have to be
 */
public record EquipmentOptions(
    String nodeName,
    Path home,
    Path devicePlugins,
    Path registry,
    Path podResources,
    CpuOptions cpus,
    TopologyOptions topology) {

  /** Whether the kernel takes the paths of the sockets; a home may be too deep in its folders. */
  public boolean haveRoom() {
    return Stream.of(devicePlugins, registry, podResources)
        .map(folder -> folder.resolve("kubelet.sock").toAbsolutePath().toString())
        .allMatch(
            path -> path.getBytes(StandardCharsets.UTF_8).length <= UnixSockets.PATH_BYTES_MAX);
  }

  /**
   * The folders that are below an agent's own one, named like those of {@code /var/lib/kubelet}.
   */
  public static EquipmentOptions below(String nodeName, Path home) {
    return new EquipmentOptions(
        nodeName,
        home.resolve("equipment"),
        home.resolve("device-plugins"),
        home.resolve("plugins_registry"),
        home.resolve("pod-resources"),
        CpuOptions.NONE,
        TopologyOptions.NONE);
  }
}
