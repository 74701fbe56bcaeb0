package dev.nauarch.nodeagent.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Takes away what the pods of a cluster that is over leave on a machine: their processes, found by
 * their control groups and by who stands by them, and their mounts. An agent that only restarts
 * leaves all of it alone.
 */
public final class Remains {
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
  private static final Duration POLL = Duration.ofMillis(20);
  private static final int TRIES = 250;

  private Remains() {}

  /**
   * Ends every process of the control groups whose name starts so, and of the containers below a
   * directory, which have no groups without root; and unmounts all below that directory.
   *
   * @throws IOException where a process did not end within 5 seconds
   */
  public static void remove(String cgroupPrefix, Path directory)
      throws IOException, InterruptedException {
    for (var group : groups(cgroupPrefix)) {
      end(group);
    }
    end(directory.toString());
    for (var mount : mounts(directory).reversed()) {
      new ProcessBuilder("umount", "--lazy", mount).start().waitFor();
    }
  }

  /** The groups in every hierarchy: version 1 has one for each resource, version 2 one for all. */
  private static List<Path> groups(String prefix) throws IOException {
    var found = new ArrayList<Path>();
    if (!Files.isDirectory(CGROUPS)) {
      return found;
    }
    try (Stream<Path> paths = Files.walk(CGROUPS, 2)) {
      paths
          .filter(path -> path.getFileName().toString().startsWith(prefix))
          .filter(Files::isDirectory)
          .forEach(found::add);
    }
    return found;
  }

  private static void end(Path group) throws IOException, InterruptedException {
    for (var attempt = 0; attempt < TRIES; attempt++) {
      var processes = new ArrayList<Long>();
      var directories = below(group);
      for (var directory : directories) {
        var list = directory.resolve("cgroup.procs");
        if (Files.exists(list)) {
          Files.readAllLines(list).forEach(pid -> processes.add(Long.valueOf(pid.strip())));
        }
      }
      if (processes.isEmpty()) {
        for (var directory : directories) {
          Files.deleteIfExists(directory);
        }
        return;
      }
      for (var pid : processes) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
      }
      Thread.sleep(POLL);
    }
    throw new IOException("processes of " + group + " did not end");
  }

  /** Ends the containers whose shims were started from below a directory. */
  private static void end(String directory) throws IOException, InterruptedException {
    for (var attempt = 0; attempt < TRIES; attempt++) {
      var shims = ProcessHandle.allProcesses().filter(each -> isShim(each, directory)).toList();
      if (shims.isEmpty()) {
        return;
      }
      for (var shim : shims) {
        // Its own end comes with theirs; a second look kills what was begun meanwhile.
        shim.descendants().forEach(ProcessHandle::destroyForcibly);
      }
      Thread.sleep(POLL);
    }
    throw new IOException("containers below " + directory + " did not end");
  }

  private static boolean isShim(ProcessHandle process, String directory) {
    return process
        .info()
        .arguments()
        .filter(words -> words.length > 0)
        .filter(words -> words[0].startsWith(directory + "/") && words[0].endsWith("/shim.sh"))
        .isPresent();
  }

  /** The directories of a group, the deepest first; its files can't be removed, nor need they. */
  private static List<Path> below(Path group) throws IOException {
    if (!Files.isDirectory(group)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.walk(group)) {
      return paths.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).toList();
    }
  }

  private static List<String> mounts(Path directory) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
        .map(line -> line.split(" ", -1)[1].replace("\\040", " "))
        .filter(mount -> mount.startsWith(directory + "/"))
        .toList();
  }
}
