package dev.nauarch.nodeagent.equipment;

import dev.nauarch.nodeagent.cdi.CdiFiles;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Mount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Looks up the devices that are known by name, for a runtime that does not. */
public final class DescribedGear {

  private DescribedGear() {}

  /**
   * What a container gets, with what the files of its devices say in place of their names.
   *
   * @throws IOException where a device is not described, or wants a program to be run while the
   *     container is made, which is refused
   */
  public static Gear of(Gear gear, CdiFiles files) throws IOException {
    var edits = files.edits(gear.cdiDevices());
    if (!edits.hooks().isEmpty()) {
      throw new IOException(
          "the devices "
              + gear.cdiDevices()
              + " want hooks to be run, which this node's runtime does not: "
              + String.join(", ", edits.hooks()));
    }
    var devices = new ArrayList<>(gear.devices());
    for (var node : edits.nodes()) {
      if (devices.stream().noneMatch(each -> each.path().equals(node.path()))) {
        devices.add(new Gear.DeviceFile(node.hostPath(), node.path(), node.permissions()));
      }
    }
    var mounts = new ArrayList<>(gear.mounts());
    for (var mount : edits.mounts()) {
      mounts.removeIf(each -> each.target().equals(mount.path()));
      mounts.add(new Mount(Path.of(mount.hostPath()), mount.path(), mount.readOnly()));
    }
    var environment = new TreeMap<>(gear.environment());
    environment.putAll(edits.environment());
    var groups = new ArrayList<>(gear.groups());
    groups.addAll(edits.groups());
    // A container's processes may open what they see: the file of a device is bound like others.
    devices.forEach(each -> mounts.add(new Mount(Path.of(each.hostPath()), each.path(), false)));
    return gear.described(List.of(), mounts, environment, groups);
  }
}
