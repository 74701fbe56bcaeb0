package dev.nauarch.nodeagent.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a machine is and has.
 *
 * @param cpus processors
 * @param memoryBytes memory
 * @param storageBytes size of the file system that pods write to
 * @param machineId names the machine for good
 * @param bootId names this run of it
 * @param kernel the kernel's version
 * @param osImage the operating system, for people
 * @param architecture as container images name it, for example {@code amd64}
 */
public record Machine(
    int cpus,
    long memoryBytes,
    long storageBytes,
    String machineId,
    String bootId,
    String kernel,
    String osImage,
    String architecture) {

  /**
   * This machine.
   *
   * @param home a directory on the file system that pods write to
   */
  public static Machine read(Path home) throws IOException {
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        memory(),
        Files.getFileStore(home).getTotalSpace(),
        text("/etc/machine-id"),
        text("/proc/sys/kernel/random/boot_id"),
        System.getProperty("os.version"),
        systemName(),
        System.getProperty("os.arch").replace("aarch64", "arm64"));
  }

  private static String text(String file) throws IOException {
    var path = Path.of(file);
    return Files.isReadable(path) ? Files.readString(path).strip() : "";
  }

  private static long memory() throws IOException {
    for (var line : Files.readAllLines(Path.of("/proc/meminfo"))) {
      if (line.startsWith("MemTotal:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    throw new IOException("/proc/meminfo has no MemTotal");
  }

  private static String systemName() throws IOException {
    for (var line : text("/etc/os-release").lines().toList()) {
      if (line.startsWith("PRETTY_NAME=")) {
        return line.substring("PRETTY_NAME=".length()).replace("\"", "");
      }
    }
    return System.getProperty("os.name");
  }
}
