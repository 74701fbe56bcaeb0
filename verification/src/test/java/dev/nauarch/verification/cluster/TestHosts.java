package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.launcher.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Machines of a test: each has a network, a host name and mounts of its own, and one switch joins
 * them and the test. Needs root; what they were made of is gone once they are closed.
 */
final class TestHosts implements AutoCloseable {
  private final Path directory;
  private final String prefix;
  private final String mark;
  private final List<Host> hosts = new ArrayList<>();
  private final Process wire;

  /**
   * @param directory an empty directory
   * @param prefix the first three numbers of their addresses, for example {@code 198.18.7}
   */
  TestHosts(Path directory, String prefix) throws IOException {
    this.directory = directory;
    this.prefix = prefix;
    this.mark = "nj" + ProcessHandle.current().pid() % 100_000;
    this.wire = holder("ip link add br0 type bridge && ip link set br0 up");
    connect(1, "up", 254);
  }

  /** A machine. */
  final class Host {
    private final String name;
    private final Process holder;
    private final String address;

    private Host(String name, Process holder, String address) {
      this.name = name;
      this.holder = holder;
      this.address = address;
    }

    /** Its host name. */
    String name() {
      return name;
    }

    /** Its address, where the others reach it. */
    String address() {
      return address;
    }

    /** Where {@code nau} keeps everything of it. */
    Path home() {
      return directory.resolve(name).resolve("nau");
    }

    /** Runs {@code nau} on it, with its own home. */
    Program.Ended nau(String... words) {
      return nau(home(), words);
    }

    /** Runs {@code nau} on it, with another home. */
    Program.Ended nau(Path home, String... words) {
      var command = inside();
      command.add(ProcessHandle.current().info().command().orElseThrow());
      command.addAll(
          List.of(
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "-Dstdout.encoding=UTF-8",
              "--enable-native-access=ALL-UNNAMED",
              "-cp",
              System.getProperty("java.class.path"),
              Main.class.getName()));
      command.add(words[0]);
      command.addAll(List.of("--home", home.toString()));
      command.addAll(Arrays.asList(words).subList(1, words.length));
      return new Program(command, directory.resolve(name), Map.of()).run("", List.of());
    }

    /** Runs a program on it. */
    String run(String... words) {
      var command = inside();
      command.addAll(List.of(words));
      return new Program(command, directory.resolve(name), Map.of()).run("", List.of()).clean();
    }

    private List<String> inside() {
      var pid = String.valueOf(holder.pid());
      return new ArrayList<>(
          List.of("nsenter", "--target", pid, "--net", "--mount", "--uts", "--"));
    }

    /** Takes its plug out, or puts it in again. */
    void plug(boolean isIn) {
      execute(
          inNet(
              wire.pid(),
              "ip",
              "link",
              "set",
              "p" + address.replaceAll(".*\\.", ""),
              isIn ? "up" : "down"));
    }
  }

  /** One more machine. */
  Host add(String name) throws IOException {
    var home = Files.createDirectories(directory.resolve(name));
    var names = Files.writeString(home.resolve("hosts"), "127.0.0.1 localhost " + name + "\n");
    var kept = Files.createDirectory(home.resolve("cgroup"));
    var holder =
        holder(
            "mount --rbind /sys/fs/cgroup %1$s && mount -t sysfs sysfs /sys".formatted(kept)
                + " && mount --rbind %s /sys/fs/cgroup && mkdir -p /run/netns".formatted(kept)
                + " && mount -t tmpfs tmpfs /run/netns && hostname "
                + name
                + " && mount --bind "
                + names
                + " /etc/hosts");
    var number = hosts.size() + 1;
    connect(holder.pid(), "eth0", number);
    var host = new Host(name, holder, prefix + "." + number);
    hosts.add(host);
    return host;
  }

  /** A process in namespaces of its own, which end with it. */
  private Process holder(String begin) throws IOException {
    var script = "ip link set lo up && " + begin + " && echo ready && exec sleep 100000";
    var process =
        new ProcessBuilder(
                "unshare",
                "--net",
                "--mount",
                "--uts",
                "--propagation",
                "private",
                "sh",
                "-c",
                script)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertEquals("ready", process.inputReader().readLine(), begin);
    return process;
  }

  /** A cable from a machine to the switch. */
  private void connect(long pid, String device, int number) {
    var port = "p" + number;
    var end = mark + "x" + number;
    execute(List.of("ip", "link", "add", end, "type", "veth", "peer", "name", end + "s"));
    execute(List.of("ip", "link", "set", end + "s", "netns", String.valueOf(wire.pid())));
    execute(inNet(wire.pid(), "ip", "link", "set", end + "s", "name", port));
    execute(inNet(wire.pid(), "ip", "link", "set", port, "master", "br0", "up"));
    var address = prefix + "." + number + "/24";
    if (pid == 1) {
      execute(List.of("ip", "address", "add", address, "dev", end));
      execute(List.of("ip", "link", "set", end, "up"));
      return;
    }
    execute(List.of("ip", "link", "set", end, "netns", String.valueOf(pid)));
    execute(inNet(pid, "ip", "link", "set", end, "name", device));
    execute(inNet(pid, "ip", "address", "add", address, "dev", device));
    execute(inNet(pid, "ip", "link", "set", device, "up"));
  }

  private static List<String> inNet(long pid, String... words) {
    var command = new ArrayList<>(List.of("nsenter", "--target", String.valueOf(pid), "--net"));
    command.addAll(List.of(words));
    return command;
  }

  private void execute(List<String> command) {
    new Program(command, directory, Map.of()).run("", List.of()).clean();
  }

  @Override
  public void close() {
    for (var host : hosts) {
      host.nau("down", "--purge");
      host.holder.destroyForcibly().onExit().join();
    }
    wire.destroyForcibly().onExit().join();
  }
}
