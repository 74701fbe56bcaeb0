package dev.nauarch.nodeagent.runtime.process;

import dev.nauarch.nodeagent.runtime.ContainerConfig;
import dev.nauarch.nodeagent.runtime.RuntimeFault;
import dev.nauarch.nodeagent.runtime.SandboxConfig;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Writes the shell fragments that start a container: {@code launch}, which the shim reads outside
 * of the namespaces, and {@code enter}, which is read inside. Every value that comes from a pod is
 * quoted.
 */
final class LaunchScript {
  /** Where programs are looked for when a container's environment does not say. */
  static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /** What containers may do by default: what other runtimes grant as well. */
  private static final List<String> USUAL_CAPABILITIES =
      List.of(
          "AUDIT_WRITE",
          "CHOWN",
          "DAC_OVERRIDE",
          "FOWNER",
          "FSETID",
          "KILL",
          "MKNOD",
          "NET_BIND_SERVICE",
          "NET_RAW",
          "SETFCAP",
          "SETGID",
          "SETPCAP",
          "SETUID",
          "SYS_CHROOT");

  private final Isolation isolation;
  private final Path enterProgram;
  private final Path enterImageProgram;

  LaunchScript(Isolation isolation, Path enterProgram, Path enterImageProgram) {
    this.isolation = isolation;
    this.enterProgram = enterProgram;
    this.enterImageProgram = enterImageProgram;
  }

  /** Refuses what can't be had here, before anything is made. */
  void check(SandboxConfig config) throws RuntimeFault {
    var sharing = config.sharing();
    var wanting =
        sharing.sharedPid()
            ? "shareProcessNamespace"
            : sharing.users().isPresent()
                ? "hostUsers: false"
                : !config.handler().isEmpty() ? "the handler \"" + config.handler() + "\"" : "";
    if (!wanting.isEmpty()) {
      throw new RuntimeFault(
          RuntimeFault.Reason.SANDBOX, "the process runtime does not support " + wanting);
    }
  }

  /** Refuses what can't be had here, before anything is made. */
  void check(ContainerConfig config) throws RuntimeFault {
    if (config.command().isEmpty()) {
      throw new RuntimeFault(
          RuntimeFault.Reason.CREATE,
          "container "
              + config.name()
              + " has no command, and the image "
              + config.image().name()
              + " has none either");
    }
    if (isolation == Isolation.NONE && !config.mounts().isEmpty()) {
      throw new RuntimeFault(
          RuntimeFault.Reason.CREATE,
          "mounting "
              + config.mounts().getFirst().target()
              + " needs root, or user namespaces, which this machine does not allow");
    }
    var security = config.security();
    if (isolation != Isolation.FULL && (security.user() > 0 || security.group() > 0)) {
      throw new RuntimeFault(
          RuntimeFault.Reason.CREATE,
          "running as user " + security.user() + " needs an agent that runs as root");
    }
  }

  /** What the shim reads: joins the cgroups and namespaces and goes on with {@code enter}. */
  String launch(
      SandboxConfig sandbox,
      Namespaces namespaces,
      List<Path> cgroups,
      Path directory,
      ContainerConfig config) {
    var isOfImage = StoredImages.isStored(config.image());
    var text = new StringBuilder();
    cgroups.forEach(file -> text.append("echo 0 >").append(quote(file)).append('\n'));
    var command = new ArrayList<String>();
    command.add("exec");
    if (isolation == Isolation.FULL) {
      command.addAll(namespaces.enter());
    }
    if (isolation != Isolation.NONE) {
      command.add("unshare");
      if (isolation == Isolation.USER_NAMESPACE) {
        command.addAll(List.of("--map-root-user", "--uts"));
      }
      command.addAll(List.of("--mount", "--propagation", "private"));
      if (isOfImage && isolation == Isolation.FULL) {
        command.add("--cgroup");
      }
      if (!sandbox.hostPid()) {
        command.add("--pid");
      }
      // A shell that waits: its first child is the first process of the new pid namespace, and
      // the exit code of one that was killed comes through, which unshare's own waiting loses.
      command.addAll(List.of("sh", "-c", quote("\"$@\"; exit $?"), "wait"));
    }
    var program = isOfImage ? enterImageProgram : enterProgram;
    command.addAll(List.of("sh", quote(program), quote(directory)));
    return text.append(connected(String.join(" ", command), directory, config.interaction()))
        .append('\n')
        .toString();
  }

  /** A command whose input is the container's pipe, on a terminal where it wants one. */
  private static String connected(
      String command, Path directory, ContainerConfig.Interaction interaction) {
    if (!interaction.hasPipe()) {
      return command;
    }
    // Opened for reading alone, the pipe ends with its last writer; else it never does.
    var mayEnd = interaction.stdin() && interaction.stdinOnce();
    var opened = "exec " + (mayEnd ? "<" : "0<>") + quote(directory.resolve("stdin")) + "\n";
    // What holds the terminal has to outlive the agent, as the container does.
    return interaction.tty()
        ? opened
            + "export SHELL=/bin/sh\nexec script -q -e -f -E always -c "
            + quote(command)
            + " /dev/null"
        : opened + command;
  }

  /** What is read inside: mounts, then the program itself. */
  String enter(SandboxConfig sandbox, Path sharedMemory, ContainerConfig config) {
    var text = new StringBuilder();
    var security = config.security();
    if (isolation == Isolation.USER_NAMESPACE) {
      text.append("named ").append(quote(sandbox.hostname())).append('\n');
    }
    if (isolation != Isolation.NONE) {
      if (security.readOnlyRoot() || lacksMountPoint(config)) {
        text.append("mirror\n");
      }
      if (isolation == Isolation.USER_NAMESPACE || !security.privileged()) {
        text.append("devices ")
            .append(quote(sharedMemory))
            .append(isolation == Isolation.FULL ? " made\n" : " shown\n");
      }
      config.mounts().stream()
          .sorted(Comparator.comparingInt(mount -> Path.of(mount.target()).getNameCount()))
          .forEach(mount -> text.append(bind(mount)).append('\n'));
      if (security.readOnlyRoot()) {
        text.append("freeze\n");
        config.mounts().stream()
            .filter(mount -> Path.of(mount.target()).getNameCount() == 1 && !mount.readOnly())
            .forEach(
                mount ->
                    text.append("mount -o remount,bind,rw ")
                        .append(quote(mount.target()))
                        .append('\n'));
      }
      if (!sandbox.hostPid()) {
        text.append("mount -t proc proc /proc || fail \"can't mount /proc\"\n");
      }
    }
    return text.append(become(config)).toString();
  }

  private static String bind(ContainerConfig.Mount mount) {
    return "bind "
        + quote(mount.source())
        + " "
        + quote(mount.target())
        + (mount.readOnly() ? " ro" : " rw");
  }

  /** Whether a mount point would have to be made in the machine's root directory itself. */
  private static boolean lacksMountPoint(ContainerConfig config) {
    return config.mounts().stream()
        .map(mount -> Path.of(mount.target()))
        .anyMatch(
            target ->
                target.getNameCount() > 0
                    && !Files.exists(
                        Path.of("/").resolve(target.getName(0)), LinkOption.NOFOLLOW_LINKS));
  }

  private String become(ContainerConfig config) {
    var program = quote(config.command().getFirst());
    var directory = workingDirectory(config);
    return "cd "
        + quote(directory)
        + " 2>/dev/null || fail "
        + quote("the working directory " + directory + " does not exist")
        + "\nPATH="
        + quote(config.environment().getOrDefault("PATH", DEFAULT_PATH))
        + "\ncommand -v "
        + program
        + " >/dev/null || fail "
        + quote("exec: \"" + config.command().getFirst() + "\": executable file not found in $PATH")
        + "\nstarted\nexec "
        + String.join(" ", quoted(identity(config)))
        + " /usr/bin/env -i --default-signal "
        + config.environment().entrySet().stream()
            .filter(variable -> !variable.getKey().equals("PATH"))
            .map(variable -> quote(variable.getKey() + "=" + variable.getValue()))
            .collect(Collectors.joining(" "))
        + " \"PATH=$PATH\" "
        + String.join(" ", quoted(config.command()))
        + "\n";
  }

  /** Where a container's program starts. */
  static String workingDirectory(ContainerConfig config) {
    return config.workingDirectory().isEmpty() ? "/" : config.workingDirectory();
  }

  /** The words that go before a program to run it as the container's user. */
  List<String> identity(ContainerConfig config) {
    var security = config.security();
    var words = new ArrayList<String>();
    if (isolation == Isolation.FULL) {
      words.add("/usr/bin/setpriv");
      if (security.user() >= 0) {
        words.add("--reuid=" + security.user());
      }
      if (security.group() >= 0) {
        words.add("--regid=" + security.group());
      } else if (security.user() > 0) {
        words.add("--regid=0");
      }
      words.add(
          security.groups().isEmpty()
              ? "--clear-groups"
              : "--groups="
                  + security.groups().stream()
                      .map(String::valueOf)
                      .collect(Collectors.joining(",")));
      if (!security.privileged()) {
        words.add("--bounding-set=" + boundingSet(security));
      }
      if (security.noNewPrivileges()) {
        words.add("--no-new-privs");
      }
      words.add("--");
    } else if (security.noNewPrivileges()) {
      words.addAll(List.of("/usr/bin/setpriv", "--no-new-privs", "--"));
    }
    return words;
  }

  private static String boundingSet(ContainerConfig.Security security) {
    var added = names(security.addCapabilities());
    var dropped = names(security.dropCapabilities());
    if (added.contains("ALL")) {
      var kept = dropped.stream().map(name -> ",-" + name.toLowerCase(Locale.ROOT));
      return "+all" + kept.collect(Collectors.joining());
    }
    var kept = new LinkedHashSet<String>(dropped.contains("ALL") ? List.of() : USUAL_CAPABILITIES);
    kept.removeAll(dropped);
    kept.addAll(added);
    return "-all"
        + kept.stream()
            .map(name -> ",+" + name.toLowerCase(Locale.ROOT))
            .collect(Collectors.joining());
  }

  private static List<String> names(List<String> capabilities) {
    return capabilities.stream()
        .map(name -> name.toUpperCase(Locale.ROOT))
        .map(name -> name.startsWith("CAP_") ? name.substring(4) : name)
        .toList();
  }

  /** The words that run a program inside a container that runs, up to the program itself. */
  List<String> inside(OptionalLong init, List<Path> cgroups, ContainerConfig config) {
    var words = new ArrayList<String>();
    words.addAll(List.of("/bin/sh", "-c"));
    var join = cgroups.stream().map(file -> "echo 0 >" + quote(file) + "; ");
    words.add(join.collect(Collectors.joining()) + "exec \"$@\"");
    words.add("exec");
    if (isolation != Isolation.NONE && init.isPresent()) {
      words.addAll(List.of("/usr/bin/nsenter", "--target=" + init.getAsLong(), "--mount", "--uts"));
      words.addAll(List.of("--pid", "--root"));
      // Without root a container shares the other namespaces with us, and may not enter them anew.
      words.addAll(
          isolation == Isolation.USER_NAMESPACE
              ? List.of("--user", "--preserve-credentials")
              : List.of("--ipc", "--net"));
      words.add("--wdns=" + workingDirectory(config));
    }
    words.addAll(identity(config));
    return words;
  }

  /** The variables of a container's program. */
  static Map<String, String> environment(ContainerConfig config) {
    var all = new java.util.LinkedHashMap<>(config.environment());
    all.putIfAbsent("PATH", DEFAULT_PATH);
    return all;
  }

  private static List<String> quoted(List<String> words) {
    return words.stream().map(LaunchScript::quote).toList();
  }

  private static String quote(Path path) {
    return quote(path.toString());
  }

  /** A word that the shell takes as it is. */
  static String quote(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
