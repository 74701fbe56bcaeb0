package dev.nauarch.nodeagent.equipment;

import dev.nauarch.nodeagent.runtime.ContainerConfig.Mount;
import dev.nauarch.protocols.deviceplugin.ContainerAllocateResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts together what drivers say that a container needs; where two differ, the first counts. */
final class GearBuilder {
  private static final Logger LOG = LoggerFactory.getLogger(GearBuilder.class);

  private final Map<String, Gear.DeviceFile> devices = new LinkedHashMap<>();
  private final Map<String, Mount> mounts = new LinkedHashMap<>();
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final Map<String, String> annotations = new LinkedHashMap<>();
  private final Set<String> cdiDevices = new LinkedHashSet<>();
  private String cpus = "";

  /** Adds what a device plugin said. */
  void add(ContainerAllocateResponse answer) {
    answer.getEnvsMap().forEach((name, value) -> put("variable", environment, name, value));
    for (var each : answer.getDevicesList()) {
      var file =
          new Gear.DeviceFile(each.getHostPath(), each.getContainerPath(), each.getPermissions());
      put("device", devices, file.path(), file);
    }
    for (var each : answer.getMountsList()) {
      var mount =
          new Mount(Path.of(each.getHostPath()), each.getContainerPath(), each.getReadOnly());
      put("mount", mounts, mount.target(), mount);
    }
    answer
        .getAnnotationsMap()
        .forEach((name, value) -> put("annotation", annotations, name, value));
    answer.getCdiDevicesList().forEach(each -> cdiDevices.add(each.getName()));
  }

  /** Lets the container run on these processors alone. */
  void runOn(String list) {
    cpus = list;
  }

  private static <T> void put(String what, Map<String, T> all, String name, T value) {
    var before = all.putIfAbsent(name, value);
    if (before != null && !before.equals(value)) {
      LOG.warn("Two devices give the {} {}: {} stays, {} is left out", what, name, before, value);
    }
  }

  Gear build() {
    return new Gear(
        cpus,
        "",
        List.copyOf(devices.values()),
        new ArrayList<>(mounts.values()),
        environment,
        annotations,
        List.copyOf(cdiDevices),
        List.of());
  }
}
