package dev.nauarch.nodeagent.equipment;

import dev.nauarch.nodeagent.runtime.ContainerConfig.Mount;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * What a container gets of its machine.
 *
 * @param cpus the processors that it may run on, as the kernel writes lists; empty for all
 * @param memoryNodes the NUMA nodes that its memory comes from, likewise
 * @param devices files of devices that it sees
 * @param mounts what it sees besides its volumes
 * @param environment variables besides its own, which its own stand before
 * @param annotations for the runtime
 * @param cdiDevices full names of devices whose specifications the runtime has to find, for example
 *     {@code example.com/gpu=gpu-0}
 * @param groups further groups of its processes
 */
public record Gear(
    String cpus,
    String memoryNodes,
    List<DeviceFile> devices,
    List<Mount> mounts,
    Map<String, String> environment,
    Map<String, String> annotations,
    List<String> cdiDevices,
    List<Long> groups) {

  /** Nothing that others do not have. */
  public static final Gear NONE =
      new Gear("", "", List.of(), List.of(), Map.of(), Map.of(), List.of(), List.of());

  /** Keeps copies. */
  public Gear {
    devices = List.copyOf(devices);
    mounts = List.copyOf(mounts);
    cdiDevices = List.copyOf(cdiDevices);
    groups = List.copyOf(groups);
  }

  /** This, with further devices that are known by name. */
  Gear with(List<String> names) {
    var all = new LinkedHashSet<>(cdiDevices);
    all.addAll(names);
    return new Gear(
        cpus, memoryNodes, devices, mounts, environment, annotations, List.copyOf(all), groups);
  }

  /** This, with what files say of its devices in place of their names. */
  Gear described(
      List<DeviceFile> files, List<Mount> mounted, Map<String, String> variables, List<Long> all) {
    return new Gear(cpus, memoryNodes, files, mounted, variables, annotations, List.of(), all);
  }

  /**
   * The file of a device.
   *
   * @param hostPath where the host has it
   * @param path where the container sees it
   * @param permissions some of r, w and m, of the control group
   */
  public record DeviceFile(String hostPath, String path, String permissions) {}
}
