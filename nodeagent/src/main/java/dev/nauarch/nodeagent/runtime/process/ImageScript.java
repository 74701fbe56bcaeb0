package dev.nauarch.nodeagent.runtime.process;

import static dev.nauarch.nodeagent.runtime.process.LaunchScript.quote;

import dev.nauarch.nodeagent.runtime.ContainerConfig;
import dev.nauarch.nodeagent.runtime.SandboxConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Writes what {@code enter-image.sh} reads, and the words that run further programs in such a
 * container. Every value that comes from a pod or an image is quoted.
 *
 * @param isolation how far containers can be kept apart
 * @param scripts for what is the same for containers of the machine's own files
 * @param toolbox programs of the machine for inside
 */
record ImageScript(Isolation isolation, LaunchScript scripts, Toolbox toolbox) {
  /** What of the kernel's files other runtimes hide as well. */
  private static final List<String> MASKED =
      List.of(
          "/proc/acpi",
          "/proc/asound",
          "/proc/interrupts",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/sys/devices/virtual/powercap",
          "/sys/firmware");

  /** Of a file's mode, what kind of file it is; those of devices. */
  private static final int FILE_TYPE = 0xF000;

  private static final int CHARACTERS = 0x2000;
  private static final int BLOCKS = 0x6000;

  private static final List<String> READ_ONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  /**
   * What is read inside.
   *
   * @param layers the image's layers, the highest first; empty where the container has a copy
   * @param volumes where each directory is that the image says holds data, by its name there; none
   *     where the root directory can be written to
   */
  String enter(
      SandboxConfig sandbox,
      Path sharedMemory,
      ContainerConfig config,
      List<Path> layers,
      Map<String, Path> volumes)
      throws IOException {
    var isRoot = isolation == Isolation.FULL;
    var privileged = config.security().privileged();
    var lines = new ArrayList<String>();
    if (!isRoot) {
      lines.add("named " + quote(sandbox.hostname()));
    }
    lines.add(layers.isEmpty() ? "copied" : layered(layers));
    lines.add("pivot " + ".before-" + UUID.randomUUID() + " " + quote(real(toolbox.path())));
    lines.add(sandbox.hostPid() ? "host_proc" : "fresh_proc");
    lines.add(isRoot ? "fresh_sys " + (privileged ? "rw" : "ro") : "host_sys");
    lines.add("devices " + quote(real(sharedMemory)) + (privileged ? " all" : " usual"));
    for (var mount :
        config.mounts().stream()
            .sorted(Comparator.comparingInt(each -> Path.of(each.target()).getNameCount()))
            .toList()) {
      var mayOpen = privileged || isDevice(mount.source());
      var options = (mount.readOnly() ? "ro" : "") + (mayOpen ? "" : ",nodev");
      lines.add(
          "bind %s %s '%s'"
              .formatted(
                  quote(real(mount.source())),
                  quote(mount.target()),
                  options.startsWith(",") ? options.substring(1) : options));
    }
    for (var volume : volumes.entrySet()) {
      lines.add("volume " + quote(volume.getKey()) + " " + quote(real(volume.getValue())));
    }
    lines.add("start_in " + quote(config.workingDirectory()));
    lines.add("leave");
    if (!privileged) {
      MASKED.forEach(path -> lines.add("mask " + path));
      READ_ONLY.forEach(path -> lines.add("protect " + path));
    }
    if (config.security().readOnlyRoot()) {
      lines.add("freeze");
    }
    var program = quote(config.command().getFirst());
    lines.add(
        "find_program "
            + program
            + " "
            + quote(config.environment().getOrDefault("PATH", LaunchScript.DEFAULT_PATH)));
    lines.add("started");
    lines.add(
        "exec " + quoted(become(config, config.environment())) + " " + quoted(config.command()));
    return String.join("\n", lines) + "\n";
  }

  /** Whether a file is a device, which a container is given to be opened. */
  private static boolean isDevice(Path path) throws IOException {
    var type = (Integer) Files.getAttribute(path, "unix:mode") & FILE_TYPE;
    return type == CHARACTERS || type == BLOCKS;
  }

  /** Links of the machine mean something else from inside the container's root directory. */
  private static String real(Path path) throws IOException {
    return path.toRealPath().toString();
  }

  private String layered(List<Path> layers) {
    var names =
        layers.stream()
            .map(layer -> layer.getFileName().toString())
            .collect(Collectors.joining(":"));
    return "layered %s %s '%s'"
        .formatted(
            quote(layers.getFirst().resolveSibling("").toString()),
            names,
            isolation == Isolation.FULL ? "" : ",userxattr");
  }

  private static String quoted(List<String> words) {
    return words.stream().map(LaunchScript::quote).collect(Collectors.joining(" "));
  }

  /** The words that go before a program to run it as the container's user, with its variables. */
  private List<String> become(ContainerConfig config, Map<String, String> environment) {
    var words = new ArrayList<String>();
    var identity = scripts.identity(config);
    if (!identity.isEmpty()) {
      words.addAll(toolbox.words("setpriv"));
      words.addAll(identity.subList(1, identity.size()));
    }
    words.addAll(toolbox.words("env"));
    words.addAll(List.of("-i", "--default-signal", "--"));
    environment.forEach((name, value) -> words.add(name + "=" + value));
    return words;
  }

  /**
   * The words that run a program inside a container that runs, up to the program itself.
   *
   * @param init the container's first process
   */
  List<String> inside(
      OptionalLong init, List<Path> cgroups, ContainerConfig config, boolean hasTerminal)
      throws IOException {
    var words = new ArrayList<String>(List.of("/bin/sh", "-c"));
    var join = cgroups.stream().map(file -> "echo 0 >" + quote(file.toString()) + "; ");
    words.add(join.collect(Collectors.joining()) + "exec \"$@\"");
    words.add("exec");
    var target = init.orElseThrow(() -> new IOException("the container's program has not started"));
    words.addAll(List.of("/usr/bin/nsenter", "--target=" + target, "--mount", "--uts"));
    words.addAll(List.of("--pid", "--root"));
    words.addAll(
        isolation == Isolation.FULL
            ? List.of("--ipc", "--net", "--cgroup")
            : List.of("--user", "--preserve-credentials"));
    words.add("--wdns=" + config.workingDirectory());
    var environment = new java.util.LinkedHashMap<>(config.environment());
    if (hasTerminal) {
      environment.putIfAbsent("TERM", "xterm");
    }
    words.addAll(become(config, environment));
    return words;
  }
}
