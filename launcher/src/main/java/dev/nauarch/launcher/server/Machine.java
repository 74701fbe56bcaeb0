package dev.nauarch.launcher.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the machine offers to a cluster. */
public final class Machine {

  /** How good it is. */
  public enum Grade {
    /** All that is wanted. */
    GOOD,
    /** A cluster starts, and does less. */
    LESS,
    /** No cluster starts. */
    MISSING
  }

  /**
   * One thing that was looked at.
   *
   * @param grade how good it is
   * @param subject what it is
   * @param text what was found, and what to do about it
   */
  public record Finding(Grade grade, String subject, String text) {}

  private static final List<String> NETWORK_TOOLS = List.of("ip", "nft", "nsenter", "unshare");

  private Machine() {}

  /** Whether pods can have network namespaces: this process is root and the tools are there. */
  public static boolean hasPodNetwork() {
    return isRoot() && NETWORK_TOOLS.stream().allMatch(Machine::isOnPath);
  }

  /** Whether this process is root. */
  public static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid
          && uid == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * An address that other machines may know this one by.
   *
   * @param option where it was given, for the message
   * @throws IllegalArgumentException it is none of this machine
   */
  public static String ownAddress(String option, String address) {
    var text = option + " " + address + ": expected an IPv4 address of this machine";
    try {
      var parsed = InetAddress.ofLiteral(address);
      if (!(parsed instanceof Inet4Address)
          || parsed.isAnyLocalAddress()
          || parsed.isLoopbackAddress()
          || NetworkInterface.getByInetAddress(parsed) == null) {
        throw new IllegalArgumentException(text + " that others can reach");
      }
      return parsed.getHostAddress();
    } catch (SocketException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /**
   * The address of this machine on the way to another.
   *
   * @throws IOException nothing leads there
   */
  public static String addressTowards(String host, int port) throws IOException {
    try (var socket = new DatagramSocket()) {
      // Of a datagram socket nothing is sent by this.
      socket.connect(new InetSocketAddress(InetAddress.getByName(host), port));
      return socket.getLocalAddress().getHostAddress();
    } catch (UncheckedIOException e) {
      throw new IOException("nothing leads to " + host, e);
    }
  }

  /** The name of this machine's node. */
  public static String nodeName() throws IOException {
    return InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
  }

  /** Everything there is to say. */
  public static List<Finding> examine() {
    var findings = new ArrayList<Finding>();
    var version = Runtime.version();
    findings.add(
        new Finding(
            version.feature() == 25 ? Grade.GOOD : Grade.LESS, "Java", version + " (made for 25)"));
    var processors = Runtime.getRuntime().availableProcessors();
    findings.add(new Finding(Grade.GOOD, "CPU", processors + " processors"));
    if (isRoot()) {
      findings.add(new Finding(Grade.GOOD, "User", "root"));
      NETWORK_TOOLS.forEach(tool -> findings.add(networkTool(tool)));
    } else {
      findings.add(
          new Finding(
              Grade.LESS,
              "User",
              "not root: pods share the machine's network and have loopback addresses; Services"
                  + " work on ports from 1024 on, cluster DNS does not; programs run as you, and"
                  + " limits of CPU and memory are not enforced"));
      findings.add(userNamespaces());
    }
    findings.add(controlGroups());
    findings.add(
        isOnPath("kubectl")
            ? new Finding(Grade.GOOD, "kubectl", "found")
            : new Finding(Grade.LESS, "kubectl", "not found; any version from 1.32 will do"));
    return findings;
  }

  private static Finding networkTool(String tool) {
    return isOnPath(tool)
        ? new Finding(Grade.GOOD, tool, "found")
        : new Finding(
            Grade.LESS,
            tool,
            "not found: pods share the machine's network (apt-get install "
                + (tool.equals("nft") ? "nftables" : "iproute2 util-linux")
                + ")");
  }

  /** Whether this process may give pods mounts and processes of their own without being root. */
  static boolean hasUserNamespaces() {
    return runs("unshare", "--map-root-user", "--mount", "--pid", "--fork", "true");
  }

  private static Finding userNamespaces() {
    return hasUserNamespaces()
        ? new Finding(Grade.GOOD, "namespaces", "pods have mounts and processes of their own")
        : new Finding(
            Grade.LESS,
            "namespaces",
            "user namespaces are not allowed here, and without them no pod starts: run as root, or"
                + " see user.max_user_namespaces and kernel.unprivileged_userns_clone in sysctl");
  }

  private static boolean runs(String... command) {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Finding controlGroups() {
    if (!isRoot()) {
      return new Finding(Grade.LESS, "cgroups", "not used without root: limits are not enforced");
    }
    if (Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"))) {
      return new Finding(Grade.GOOD, "cgroups", "version 2");
    }
    return Files.exists(Path.of("/sys/fs/cgroup/memory"))
        ? new Finding(Grade.GOOD, "cgroups", "version 1")
        : new Finding(Grade.LESS, "cgroups", "not mounted: limits are not enforced");
  }

  private static boolean isOnPath(String program) {
    var path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    for (var directory : (path + ":/usr/sbin:/sbin").split(":", -1)) {
      if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, program))) {
        return true;
      }
    }
    return false;
  }
}
