package dev.nauarch.nodeagent.volume;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.nodeagent.ServiceAccountTokens;
import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The volumes of all pods of a node. What belongs to a pod is below a directory of that pod's and
 * goes with it; a persistent volume stays.
 */
public final class PodVolumes {
  private final Path directory;
  private final boolean root;
  private final ClusterClient client;
  private final Projections projections;

  /**
   * The volumes of a node.
   *
   * @param directory below which each pod has a directory named after its uid
   */
  public PodVolumes(
      Path directory, ClusterClient client, ServiceAccountTokens tokens, InstantSource clock)
      throws IOException {
    this.directory = Files.createDirectories(directory);
    this.root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    this.client = client;
    this.projections = new Projections(client, tokens, clock);
  }

  /** The directory of one pod, which is gone once the pod is. */
  public Path home(String podUid) {
    return directory.resolve(podUid);
  }

  /**
   * Makes all volumes of a pod, or finds them made.
   *
   * @return where each is, by name
   * @throws VolumeFault where one can't be made now
   */
  public Map<String, Path> prepare(Pod pod) throws IOException, InterruptedException {
    var paths = new LinkedHashMap<String, Path>();
    for (var volume : pod.getSpec().getVolumes()) {
      try {
        paths.put(volume.getName(), prepare(pod, volume));
      } catch (ApiException e) {
        throw new VolumeFault(volume.getName(), String.valueOf(e.getMessage()), e);
      }
    }
    return paths;
  }

  private Path prepare(Pod pod, Volume volume) throws IOException, InterruptedException {
    var own = home(pod.getMetadata().getUid()).resolve("volumes").resolve(volume.getName());
    if (Projections.isProjected(volume)) {
      new AtomicDirectory(own).write(projections.files(pod, volume));
      giveToGroup(pod, own);
      return own;
    }
    if (volume.getEmptyDir() != null) {
      return emptyDir(pod, volume, own);
    }
    if (volume.getHostPath() != null) {
      return hostPath(volume.getName(), volume.getHostPath());
    }
    if (volume.getPersistentVolumeClaim() != null || volume.getEphemeral() != null) {
      var path = claim(pod, volume);
      giveToGroup(pod, path);
      return path;
    }
    throw new VolumeFault(volume.getName(), "this agent does not support volumes of its kind");
  }

  private Path emptyDir(Pod pod, Volume volume, Path own) throws IOException, InterruptedException {
    var inMemory = "Memory".equals(volume.getEmptyDir().getMedium());
    if (Files.exists(own)) {
      return own;
    }
    Files.createDirectories(own);
    if (inMemory) {
      if (!root) {
        throw new VolumeFault(volume.getName(), "medium Memory needs an agent that runs as root");
      }
      mountMemory(volume.getName(), own, volume.getEmptyDir().getSizeLimit());
    }
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxrwxrwx"));
    giveToGroup(pod, own);
    return own;
  }

  private static void mountMemory(String volume, Path own, @Nullable Quantity limit)
      throws IOException, InterruptedException {
    var options =
        limit == null
            ? "mode=777"
            : "mode=777,size=" + Quantity.getAmountInBytes(limit).longValue();
    run(volume, List.of("mount", "-t", "tmpfs", "-o", options, "nauarch-memory", own.toString()));
  }

  private static void run(String volume, List<String> command)
      throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new VolumeFault(volume, String.join(" ", command) + " failed: " + output.strip());
    }
  }

  private static Path hostPath(String volume, HostPathVolumeSource source) throws IOException {
    var path = Path.of(source.getPath());
    var type = source.getType() == null ? "" : source.getType();
    switch (type) {
      case "DirectoryOrCreate" -> Files.createDirectories(path);
      case "FileOrCreate" -> {
        if (!Files.exists(path)) {
          Files.createFile(path);
        }
      }
      default -> {
        // The other types make nothing; what must be there is looked at below.
      }
    }
    var mode = Files.exists(path) ? Files.getAttribute(path, "unix:mode") : 0;
    var kind = ((Integer) mode) & 0170000;
    var fits =
        switch (type) {
          case "" -> kind != 0;
          case "Directory", "DirectoryOrCreate" -> kind == 0040000;
          case "File", "FileOrCreate" -> kind == 0100000;
          case "Socket" -> kind == 0140000;
          case "CharDevice" -> kind == 0020000;
          case "BlockDevice" -> kind == 0060000;
          default -> false;
        };
    if (!fits) {
      throw new VolumeFault(
          volume, "hostPath " + path + " is not " + (type.isEmpty() ? "there" : "a " + type));
    }
    return path;
  }

  private Path claim(Pod pod, Volume volume) throws IOException {
    var namespace = pod.getMetadata().getNamespace();
    var isOwn = volume.getEphemeral() != null;
    var name =
        isOwn
            ? pod.getMetadata().getName() + "-" + volume.getName()
            : volume.getPersistentVolumeClaim().getClaimName();
    var claim =
        client
            .get(Resources.PERSISTENT_VOLUME_CLAIMS, new ObjectKey(namespace, name))
            .orElseThrow(
                () ->
                    new VolumeFault(
                        volume.getName(), "persistentvolumeclaim \"" + name + "\" not found"));
    if (isOwn && !isControlledBy(claim, pod)) {
      throw new VolumeFault(
          volume.getName(), "persistentvolumeclaim \"" + name + "\" was not created for the pod");
    }
    var bound = claim.getSpec().getVolumeName();
    if (bound == null || bound.isEmpty()) {
      throw new VolumeFault(
          volume.getName(), "persistentvolumeclaim \"" + name + "\" is not bound yet");
    }
    var persistent =
        client
            .get(Resources.PERSISTENT_VOLUMES, new ObjectKey("", bound))
            .orElseThrow(
                () ->
                    new VolumeFault(
                        volume.getName(), "persistentvolume \"" + bound + "\" not found"));
    return local(volume.getName(), persistent);
  }

  private static boolean isControlledBy(PersistentVolumeClaim claim, Pod pod) {
    return claim.getMetadata().getOwnerReferences().stream()
        .anyMatch(
            owner ->
                Boolean.TRUE.equals(owner.getController())
                    && pod.getMetadata().getUid().equals(owner.getUid()));
  }

  private static Path local(String volume, PersistentVolume persistent) throws IOException {
    var spec = persistent.getSpec();
    if (spec.getLocal() != null) {
      var path = Path.of(spec.getLocal().getPath());
      if (!Files.isDirectory(path)) {
        throw new VolumeFault(volume, "the local path " + path + " is not a directory");
      }
      return path;
    }
    if (spec.getHostPath() != null) {
      var path = Path.of(spec.getHostPath().getPath());
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        // A provisioner names the place, and the node on which it lies makes it.
        Files.createDirectories(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
      }
      return hostPath(volume, spec.getHostPath());
    }
    throw new VolumeFault(
        volume,
        "persistentvolume \""
            + persistent.getMetadata().getName()
            + "\" is neither local nor hostPath, the kinds that this agent mounts");
  }

  /** Lets the pod's group of files read and write a volume. */
  private void giveToGroup(Pod pod, Path path) throws IOException {
    var security = pod.getSpec().getSecurityContext();
    if (security == null || security.getFsGroup() == null || !root) {
      return;
    }
    var group = security.getFsGroup().intValue();
    if ("OnRootMismatch".equals(security.getFsGroupChangePolicy())
        && Files.getAttribute(path, "unix:gid").equals(group)) {
      return;
    }
    try (var tree = Files.walk(path)) {
      for (var each : tree.toList()) {
        Files.setAttribute(each, "unix:gid", group, LinkOption.NOFOLLOW_LINKS);
        if (!Files.isSymbolicLink(each)) {
          var permissions = Files.getPosixFilePermissions(each);
          permissions.addAll(AtomicDirectory.bits(Files.isDirectory(each) ? 0070 : 0060));
          Files.setPosixFilePermissions(each, permissions);
        }
      }
    }
  }

  /** Writes what has changed in the API since into a running pod's volumes. */
  public void refresh(Pod pod) throws IOException {
    for (var volume : pod.getSpec().getVolumes()) {
      var own = home(pod.getMetadata().getUid()).resolve("volumes").resolve(volume.getName());
      if (Projections.isProjected(volume)
          && Files.exists(own)
          && new AtomicDirectory(own).write(projections.files(pod, volume))) {
        giveToGroup(pod, own);
      }
    }
  }

  /** Unmounts and deletes what belongs to a pod alone. */
  public void tearDown(String podUid) throws IOException, InterruptedException {
    projections.forget(podUid);
    var volumes = home(podUid).resolve("volumes");
    if (!Files.isDirectory(volumes)) {
      return;
    }
    for (var line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      var target = line.split(" ", -1)[4];
      if (target.startsWith(volumes + "/")) {
        run(volumes.relativize(Path.of(target)).toString(), List.of("umount", target));
      }
    }
    AtomicDirectory.delete(volumes);
  }

  /** Deletes everything of a pod. */
  public void remove(String podUid) throws IOException, InterruptedException {
    tearDown(podUid);
    AtomicDirectory.delete(home(podUid));
  }

  /** The pods of which there is something left. */
  public List<String> known() throws IOException {
    try (var all = Files.list(directory)) {
      return all.map(path -> path.getFileName().toString()).toList();
    }
  }
}
