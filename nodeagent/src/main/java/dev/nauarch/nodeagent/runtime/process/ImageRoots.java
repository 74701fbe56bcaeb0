package dev.nauarch.nodeagent.runtime.process;

import dev.nauarch.nodeagent.image.ImageStore;
import dev.nauarch.nodeagent.image.StoredImage;
import dev.nauarch.nodeagent.image.layer.Trees;
import dev.nauarch.nodeagent.runtime.ContainerConfig;
import dev.nauarch.nodeagent.runtime.RuntimeFault;
import dev.nauarch.nodeagent.runtime.SandboxConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The root directories of containers that are made of images. */
final class ImageRoots {
  private static final Logger LOG = LoggerFactory.getLogger(ImageRoots.class);

  private final Path directory;
  private final ImageStore images;
  private final Isolation isolation;
  private final LaunchScript scripts;
  private Optional<Boolean> canLayer = Optional.empty();

  /**
   * @param directory for what belongs to no container
   */
  ImageRoots(Path directory, ImageStore images, Isolation isolation, LaunchScript scripts) {
    this.directory = directory;
    this.images = images;
    this.isolation = isolation;
    this.scripts = scripts;
  }

  /** Lets go of the image of a container that is gone. */
  void release(String container) throws RuntimeFault {
    try {
      images.release(container);
    } catch (IOException e) {
      throw new RuntimeFault(
          RuntimeFault.Reason.STATE, "letting go of the image of " + container + ": " + e, e);
    }
  }

  /**
   * Fills a container's configuration up from its image, whose layers stay from now on until {@link
   * ImageStore#release}.
   */
  ContainerDirectory.Saved resolve(ProcessSandbox sandbox, String id, ContainerConfig config)
      throws IOException {
    if (!StoredImages.isStored(config.image())) {
      var whole = ImageDefaults.ofHost(config);
      return new ContainerDirectory.Saved(sandbox.id(), whole, List.of(), List.of());
    }
    if (isolation == Isolation.NONE) {
      throw new RuntimeFault(
          RuntimeFault.Reason.CREATE,
          "image \""
              + config.image().name()
              + "\" can't be run: that needs root, or user namespaces, which this machine does not"
              + " allow");
    }
    var image = images.use(config.image().reference(), id);
    if (!image.artifactType().isEmpty()) {
      throw new RuntimeFault(
          RuntimeFault.Reason.CREATE,
          "image \"%s\" can't be run: it is an artifact of type %s"
              .formatted(config.image().name(), image.artifactType()));
    }
    var layers = images.layers(image);
    try {
      var account = account(config, image, layers);
      var whole = ImageDefaults.apply(config, image.config(), account, sandbox.config().hostname());
      return new ContainerDirectory.Saved(
          sandbox.id(), whole, layers.stream().map(Path::toString).toList(), volumes(whole, image));
    } catch (IllegalArgumentException e) {
      throw new RuntimeFault(RuntimeFault.Reason.CREATE, String.valueOf(e.getMessage()), e);
    }
  }

  private static Account account(ContainerConfig config, StoredImage image, List<Path> layers)
      throws IOException {
    var own = image.config().user();
    var said = config.security().user();
    // The image may say a group as well, which holds as long as the user is its own.
    var user = said < 0 || own.startsWith(said + ":") ? own : String.valueOf(said);
    return Account.of(
        user,
        Trees.read(layers, "etc/passwd").orElse(""),
        Trees.read(layers, "etc/group").orElse(""));
  }

  /** What an image says holds data, and no mount is over. */
  private static List<String> volumes(ContainerConfig config, StoredImage image) {
    return image.config().volumes().stream()
        .filter(path -> path.startsWith("/"))
        .filter(path -> Path.of(path).getNameCount() > 0)
        .filter(
            path ->
                config.mounts().stream()
                    .noneMatch(mount -> Path.of(mount.target()).equals(Path.of(path))))
        .toList();
  }

  /** Makes the directories of a new container. */
  void make(ContainerDirectory home, ContainerDirectory.Saved saved)
      throws IOException, InterruptedException {
    var root = Files.createDirectory(home.path().resolve("root"));
    var layers = saved.layerPaths();
    if (canLayer() && !layers.isEmpty()) {
      Files.createDirectory(home.path().resolve("work"));
      var upper = Files.createDirectory(home.path().resolve("upper"));
      // Its rights are those that the container sees its root directory with.
      Files.setPosixFilePermissions(upper, Files.getPosixFilePermissions(layers.getFirst()));
      if (isolation == Isolation.FULL) {
        for (var owner : List.of("unix:uid", "unix:gid")) {
          Files.setAttribute(upper, owner, Files.getAttribute(layers.getFirst(), owner));
        }
      }
    } else {
      Trees.merge(layers, root);
    }
  }

  /** Whether the kernel lays layers over each other here; looked at once. */
  private synchronized boolean canLayer() throws IOException, InterruptedException {
    if (canLayer.isEmpty()) {
      Files.createDirectories(directory);
      var probe = Files.createTempDirectory(directory, "probe-");
      try {
        for (var each : List.of("lower", "upper", "work", "root")) {
          Files.createDirectory(probe.resolve(each));
        }
        var command = new ArrayList<>(List.of("unshare"));
        if (isolation == Isolation.USER_NAMESPACE) {
          command.add("--map-root-user");
        }
        command.addAll(List.of("--mount", "--propagation", "private", "sh", "-c"));
        command.add(
            "PATH=$PATH:/usr/sbin:/sbin; mknod \"$1/lower/hidden\" c 0 0 && mount -t overlay -o"
                + " \"lowerdir=$1/lower,upperdir=$1/upper,workdir=$1/work$2\" overlay \"$1/root\""
                + " && : >\"$1/root/file\"");
        command.addAll(List.of("sh", probe.toString()));
        command.add(isolation == Isolation.FULL ? "" : ",userxattr");
        var outcome = Programs.run(command);
        if (outcome.code() != 0) {
          LOG.info("Containers get copies of their images: {}", outcome.output());
        }
        canLayer = Optional.of(outcome.code() == 0);
      } finally {
        Trees.delete(probe);
      }
    }
    return canLayer.get();
  }

  /** What the container's first program reads. */
  String enter(
      SandboxConfig sandbox,
      Path sharedMemory,
      ContainerDirectory home,
      ContainerDirectory.Saved saved)
      throws IOException, InterruptedException {
    var volumes = new LinkedHashMap<String, Path>();
    if (saved.config().security().readOnlyRoot()) {
      for (var path : saved.volumes()) {
        var place = home.path().resolve("volumes").resolve(String.valueOf(volumes.size()));
        Files.createDirectories(place);
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
        volumes.put(path, place);
      }
    }
    var isLayered = Files.exists(home.path().resolve("upper"));
    return script()
        .enter(
            sandbox,
            sharedMemory,
            saved.config(),
            isLayered ? saved.layerPaths() : List.of(),
            volumes);
  }

  /** How programs are run in such containers. */
  ImageScript script() throws IOException, InterruptedException {
    return new ImageScript(isolation, scripts, Toolbox.open(directory.resolve("toolbox")));
  }

  /** The images themselves. */
  ImageStore images() {
    return images;
  }

  static Map<String, String> outerEnvironment() {
    return Map.of("PATH", LaunchScript.DEFAULT_PATH);
  }
}
