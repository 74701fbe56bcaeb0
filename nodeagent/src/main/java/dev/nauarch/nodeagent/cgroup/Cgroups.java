package dev.nauarch.nodeagent.cgroup;

import dev.nauarch.nodeagent.runtime.ResourceLimits;
import dev.nauarch.nodeagent.runtime.ResourceUsage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The control groups of one cluster on this machine: a directory named after it, in it one per pod,
 * by its class of service, in that one per container. Speaks version 2 where the controllers are
 * there, and version 1, where every controller has a tree of its own, otherwise.
 */
public final class Cgroups {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final List<String> CONTROLLERS = List.of("cpu", "memory", "pids");

  /** Where each controller's tree is; in version 2 all are one tree, which stands here once. */
  private final Map<String, Path> rootByController;

  /** The directories of the cluster in all trees, also in those that nothing here is limited by. */
  private final List<Path> everywhere;

  private final String name;
  private final boolean unified;

  private Cgroups(
      String name, Map<String, Path> rootByController, List<Path> everywhere, boolean unified) {
    this.name = name;
    this.rootByController = rootByController;
    this.everywhere = everywhere;
    this.unified = unified;
  }

  /**
   * The cgroups under a name, where this process may make them.
   *
   * @param name the directory below the root, for example {@code nauarch-dev}
   */
  public static Optional<Cgroups> open(String name) throws IOException {
    var roots = new LinkedHashMap<String, Path>();
    var unified = Files.exists(ROOT.resolve("cgroup.controllers"));
    if (unified) {
      roots.put("unified", ROOT);
    } else {
      for (var controller : CONTROLLERS) {
        mountOf(controller).ifPresent(mount -> roots.put(controller, mount));
      }
      mountOf("cpuacct").ifPresent(mount -> roots.put("cpuacct", mount));
    }
    if (roots.isEmpty() || !roots.values().stream().allMatch(Files::isWritable)) {
      return Optional.empty();
    }
    var named = new LinkedHashMap<String, Path>();
    for (var root : roots.entrySet()) {
      if (unified) {
        delegate(root.getValue());
      }
      var directory = root.getValue().resolve(name);
      Files.createDirectories(directory);
      named.put(root.getKey(), directory);
    }
    var everywhere = mounts().values().stream().map(mount -> mount.resolve(name)).toList();
    var cgroups = new Cgroups(name, named, everywhere, unified);
    if (unified) {
      delegate(ROOT.resolve(name));
    }
    return Optional.of(cgroups);
  }

  /** Where the trees are: of version 1 by their controllers, of version 2 by {@code cgroup2}. */
  private static Map<String, Path> mounts() throws IOException {
    var mounts = new LinkedHashMap<String, Path>();
    for (var line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      var halves = line.split(" - ", 2);
      var device = halves[1].split(" ", -1);
      var place = Path.of(halves[0].split(" ", -1)[4]);
      if (device[0].equals("cgroup")) {
        mounts.putIfAbsent(device[2], place);
      } else if (device[0].equals("cgroup2")) {
        mounts.putIfAbsent("cgroup2", place);
      }
    }
    return mounts;
  }

  /** Where version 1 has the tree of a controller. */
  private static Optional<Path> mountOf(String controller) throws IOException {
    return mounts().entrySet().stream()
        .filter(mount -> List.of(mount.getKey().split(",", -1)).contains(controller))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** A group's path from the root of every tree, as a runtime takes it. */
  public String fromRoot(String path) {
    return "/" + name + "/" + path;
  }

  /** The same path from this cluster's directory. */
  public String fromHere(String path) {
    return path.substring(name.length() + 2);
  }

  /** Lets the groups below a version 2 group use the controllers. */
  private static void delegate(Path directory) throws IOException {
    for (var controller : CONTROLLERS) {
      write(directory.resolve("cgroup.subtree_control"), "+" + controller);
    }
  }

  private static void write(Path file, String value) throws IOException {
    Files.writeString(file, value, StandardCharsets.US_ASCII);
  }

  /** Makes a group and sets its limits; its path is relative, for example {@code pod/container}. */
  public void create(String path, ResourceLimits limits) throws IOException {
    for (var directory : directories(path)) {
      Files.createDirectories(directory);
    }
    limit(path, limits);
  }

  /** Lets the groups below this one have limits of their own. */
  public void divide(String path) throws IOException {
    if (unified) {
      delegate(directories(path).getFirst());
    }
  }

  /** Sets a group's limits anew. */
  public void limit(String path, ResourceLimits limits) throws IOException {
    for (var setting : (unified ? unifiedSettings(limits) : separateSettings(limits)).entrySet()) {
      var controller = setting.getKey().substring(0, setting.getKey().indexOf('.'));
      var root = rootByController.get(unified ? "unified" : controller);
      if (root != null) {
        write(root.resolve(path).resolve(setting.getKey()), setting.getValue());
      }
    }
  }

  private static Map<String, String> unifiedSettings(ResourceLimits limits) {
    var settings = new TreeMap<String, String>();
    if (limits.cpuShares() > 0) {
      // The kernel's two scales: shares 2 to 262144, weight 1 to 10000.
      settings.put("cpu.weight", String.valueOf(1 + (limits.cpuShares() - 2) * 9999 / 262142));
    }
    if (limits.cpuQuotaMicros() > 0) {
      settings.put("cpu.max", limits.cpuQuotaMicros() + " " + ResourceLimits.CPU_PERIOD_MICROS);
    }
    if (limits.memoryBytes() > 0) {
      settings.put("memory.max", String.valueOf(limits.memoryBytes()));
    }
    if (limits.pids() > 0) {
      settings.put("pids.max", String.valueOf(limits.pids()));
    }
    return settings;
  }

  private static Map<String, String> separateSettings(ResourceLimits limits) {
    var settings = new TreeMap<String, String>();
    if (limits.cpuShares() > 0) {
      settings.put("cpu.shares", String.valueOf(limits.cpuShares()));
    }
    if (limits.cpuQuotaMicros() > 0) {
      settings.put("cpu.cfs_period_us", String.valueOf(ResourceLimits.CPU_PERIOD_MICROS));
      settings.put("cpu.cfs_quota_us", String.valueOf(limits.cpuQuotaMicros()));
    }
    if (limits.memoryBytes() > 0) {
      settings.put("memory.limit_in_bytes", String.valueOf(limits.memoryBytes()));
    }
    if (limits.pids() > 0) {
      settings.put("pids.max", String.valueOf(limits.pids()));
    }
    return settings;
  }

  /** The files that a process writes 0 to, to join a group. */
  public List<Path> joinFiles(String path) {
    return directories(path).stream().map(dir -> dir.resolve("cgroup.procs")).toList();
  }

  private List<Path> directories(String path) {
    return rootByController.values().stream().distinct().map(root -> root.resolve(path)).toList();
  }

  /** How many processes of a group the kernel killed for want of memory. */
  public long oomKills(String path) throws IOException {
    var root = rootByController.get(unified ? "unified" : "memory");
    if (root == null) {
      return 0;
    }
    var file = root.resolve(path).resolve(unified ? "memory.events" : "memory.oom_control");
    return Files.exists(file) ? counter(file, "oom_kill") : 0;
  }

  private static long counter(Path file, String name) throws IOException {
    for (var line : Files.readAllLines(file)) {
      if (line.startsWith(name + " ")) {
        return Long.parseLong(line.substring(name.length() + 1).strip());
      }
    }
    return 0;
  }

  /** What a group has used; empty once it is gone. */
  public Optional<ResourceUsage> usage(String path) throws IOException {
    var memory = rootByController.get(unified ? "unified" : "memory");
    var cpu = rootByController.get(unified ? "unified" : "cpuacct");
    if (memory == null || cpu == null || !Files.isDirectory(memory.resolve(path))) {
      return Optional.empty();
    }
    var stat = memory.resolve(path).resolve("memory.stat");
    var current =
        memory.resolve(path).resolve(unified ? "memory.current" : "memory.usage_in_bytes");
    var idle = counter(stat, unified ? "inactive_file" : "total_inactive_file");
    var nanos =
        unified
            ? counter(cpu.resolve(path).resolve("cpu.stat"), "usage_usec") * 1000
            : Long.parseLong(Files.readString(cpu.resolve(path).resolve("cpuacct.usage")).strip());
    var used = Long.parseLong(Files.readString(current).strip());
    return Optional.of(new ResourceUsage(nanos, Math.max(0, used - idle)));
  }

  /** The processes of a group and the groups below it. */
  public List<Long> processes(String path) throws IOException {
    var first = directories(path).getFirst();
    if (!Files.isDirectory(first)) {
      return List.of();
    }
    var pids = new ArrayList<Long>();
    for (var group : withDescendants(first)) {
      pids.addAll(members(group));
    }
    return pids;
  }

  private static List<Long> members(Path group) throws IOException {
    try {
      return Files.readAllLines(group.resolve("cgroup.procs")).stream().map(Long::valueOf).toList();
    } catch (IOException e) {
      // Nobody is in a group that went while we looked. Its file may still have been opened: then
      // the kernel says that there is no such device.
      if (Files.exists(group)) {
        throw e;
      }
      return List.of();
    }
  }

  /** A group and all below it, the deepest last; those that go meanwhile are left out. */
  private static List<Path> withDescendants(Path group) throws IOException {
    var all = new ArrayList<Path>();
    all.add(group);
    try (var below = Files.newDirectoryStream(group, Files::isDirectory)) {
      for (var each : below) {
        all.addAll(withDescendants(each));
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return all;
  }

  /**
   * Removes a group that no process is in, with the groups below it.
   *
   * @throws IOException where the kernel still holds on to it, as it does for a moment after the
   *     last process has gone
   */
  public void remove(String path) throws IOException {
    for (var root : everywhere) {
      var directory = root.resolve(path);
      if (Files.isDirectory(directory)) {
        for (var group : withDescendants(directory).reversed()) {
          Files.deleteIfExists(group);
        }
      }
    }
  }

  /** Whether limits are enforced by cgroup version 2. */
  public boolean unified() {
    return unified;
  }
}
