package dev.nauarch.nodeagent.pod;

import dev.nauarch.api.StopSignal;
import dev.nauarch.nodeagent.equipment.Gear;
import dev.nauarch.nodeagent.runtime.ContainerConfig;
import dev.nauarch.nodeagent.runtime.ContainerConfig.DeviceNode;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Devices;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Interaction;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Mount;
import dev.nauarch.nodeagent.runtime.ContainerImage;
import dev.nauarch.nodeagent.runtime.ImageService.ImageInfo;
import dev.nauarch.nodeagent.runtime.ResourceLimits;
import dev.nauarch.nodeagent.spec.ContainerResources;
import dev.nauarch.nodeagent.spec.PodSecurity;
import dev.nauarch.nodeagent.spec.VariableExpansion;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes up what the runtime needs to know of one container of a pod. */
final class ContainerConfigs {
  private static final String DEFAULT_MESSAGE_PATH = "/dev/termination-log";
  private static final long PIDS_LIMIT = 32_768;

  private final NodeContext node;
  private final Pod pod;
  private final Path home;

  /**
   * For the containers of one pod.
   *
   * @param pod with the addresses in its status that it has now
   */
  ContainerConfigs(NodeContext node, Pod pod) {
    this.node = node;
    this.pod = pod;
    this.home = node.volumes().home(pod.getMetadata().getUid());
  }

  /** Where the logs of a pod's containers are. */
  static Path logs(Path logs, Pod pod) {
    var metadata = pod.getMetadata();
    return logs.resolve(
        metadata.getNamespace() + "_" + metadata.getName() + "_" + metadata.getUid());
  }

  /** Where a container's log is. */
  static Path log(Path logs, Pod pod, String container, int attempt) {
    return logs(logs, pod).resolve(container).resolve(attempt + ".log");
  }

  /** The file in which a container may leave its last words. */
  Path lastWords(String container, int attempt) {
    return home.resolve("last-words").resolve(container + "." + attempt);
  }

  /**
   * What the runtime needs to know.
   *
   * @param image what the container is made of
   * @param volumes where the pod's volumes are, by name
   * @param gear what the container gets of the machine
   */
  ContainerConfig of(
      Container container, int attempt, ImageInfo image, Map<String, Path> volumes, Gear gear)
      throws ConfigFault, IOException {
    Map<String, String> variables = new LinkedHashMap<>(gear.environment());
    variables.putAll(new Environment(node.client()).of(pod, container));
    if (isTrue(container.getTty()) && !variables.containsKey("TERM")) {
      variables = new LinkedHashMap<>(variables);
      variables.put("TERM", "xterm");
    }
    try {
      return new ContainerConfig(
          container.getName(),
          attempt,
          new ContainerImage(container.getImage(), image.id()),
          expanded(container.getCommand(), variables),
          expanded(container.getArgs(), variables),
          variables,
          container.getWorkingDir() == null ? "" : container.getWorkingDir(),
          mounts(container, attempt, variables, volumes, gear),
          devices(gear),
          limits(container, gear),
          PodSecurity.of(pod, container, image).withGroups(gear.groups()),
          log(node.logs(), pod, container.getName(), attempt),
          stopSignal(container),
          new Interaction(
              isTrue(container.getStdin()),
              isTrue(container.getStdinOnce()),
              isTrue(container.getTty())),
          Optional.empty());
    } catch (IllegalArgumentException e) {
      throw new ConfigFault(String.valueOf(e.getMessage()), e);
    }
  }

  private static boolean isTrue(@Nullable Boolean value) {
    return Boolean.TRUE.equals(value);
  }

  private static Devices devices(Gear gear) {
    var nodes =
        gear.devices().stream()
            .map(each -> new DeviceNode(each.hostPath(), each.path(), each.permissions()))
            .toList();
    return new Devices(nodes, gear.cdiDevices(), gear.annotations());
  }

  private ResourceLimits limits(Container container, Gear gear) {
    var limits = ContainerResources.limits(container.getResources(), PIDS_LIMIT);
    var tuning = limits.tuning();
    return limits.with(
        new ResourceLimits.Tuning(
            ContainerResources.oomScoreAdjust(pod, container, node.memoryBytes()),
            tuning.hugePages(),
            gear.cpus().isEmpty() ? tuning.cpus() : gear.cpus(),
            tuning.memoryNodes(),
            tuning.unified()));
  }

  private static int stopSignal(Container container) {
    var lifecycle = container.getLifecycle();
    return lifecycle == null || lifecycle.getStopSignal() == null
        ? 0
        : StopSignal.number(lifecycle.getStopSignal());
  }

  private static List<String> expanded(List<String> words, Map<String, String> variables) {
    return words.stream().map(word -> VariableExpansion.expand(word, variables)).toList();
  }

  private List<Mount> mounts(
      Container container,
      int attempt,
      Map<String, String> variables,
      Map<String, Path> volumes,
      Gear gear)
      throws ConfigFault, IOException {
    var mounts = new ArrayList<>(new PodFiles(home.resolve("etc")).mounts());
    mounts.addAll(gear.mounts());
    for (var mount : container.getVolumeMounts()) {
      var volume = volumes.get(mount.getName());
      if (volume == null) {
        throw new ConfigFault("there is no volume \"" + mount.getName() + "\"");
      }
      if (mount.getMountPropagation() != null && !mount.getMountPropagation().equals("None")) {
        throw new ConfigFault(
            "mount propagation " + mount.getMountPropagation() + " is not supported");
      }
      var source = within(volume, mount, variables);
      mounts.removeIf(each -> each.target().equals(mount.getMountPath()));
      mounts.add(new Mount(source, mount.getMountPath(), isReadOnly(mount)));
    }
    var words = lastWords(container.getName(), attempt);
    Files.createDirectories(words.getParent());
    if (!Files.exists(words)) {
      Files.createFile(words);
      Files.setPosixFilePermissions(words, PosixFilePermissions.fromString("rw-rw-rw-"));
    }
    var path = container.getTerminationMessagePath();
    mounts.add(
        new Mount(words, path == null || path.isEmpty() ? DEFAULT_MESSAGE_PATH : path, false));
    return mounts;
  }

  /** Whether a container or its pod takes a volume without writing to it. */
  private boolean isReadOnly(VolumeMount mount) {
    return Boolean.TRUE.equals(mount.getReadOnly())
        || pod.getSpec().getVolumes().stream()
            .filter(volume -> volume.getName().equals(mount.getName()))
            .map(Volume::getPersistentVolumeClaim)
            .anyMatch(claim -> claim != null && Boolean.TRUE.equals(claim.getReadOnly()));
  }

  /** The part of a volume that a container sees; it is made where it is not there. */
  private static Path within(Path volume, VolumeMount mount, Map<String, String> variables)
      throws ConfigFault, IOException {
    var asked =
        mount.getSubPathExpr() != null
            ? VariableExpansion.expand(mount.getSubPathExpr(), variables)
            : mount.getSubPath() == null ? "" : mount.getSubPath();
    if (asked.isEmpty()) {
      return volume;
    }
    var relative = Path.of(asked).normalize();
    if (relative.isAbsolute() || relative.startsWith("..")) {
      throw new ConfigFault("the subPath " + asked + " leads out of the volume");
    }
    var inside = volume.resolve(relative);
    if (!Files.exists(inside)) {
      Files.createDirectories(inside);
    }
    // A link that the pod itself may have made must not lead the mount elsewhere.
    var real = inside.toRealPath();
    if (!real.startsWith(volume.toRealPath())) {
      throw new ConfigFault("the subPath " + asked + " leads out of the volume");
    }
    return real;
  }
}
