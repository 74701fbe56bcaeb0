package dev.nauarch.nodeagent.runtime.process;

import dev.nauarch.nodeagent.cgroup.Cgroups;
import dev.nauarch.nodeagent.runtime.ResourceLimits;
import dev.nauarch.nodeagent.runtime.ResourceUsage;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The control groups of sandboxes and containers, by their paths from the root of the hierarchy.
 * Where there are no groups, nothing is limited, measured or found.
 */
record ProcessGroups(Optional<Cgroups> cgroups) {
  private static final Duration KILL_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration KILL_ROUND = Duration.ofMillis(50);
  private static final int SIGKILL = 9;

  boolean areThere() {
    return cgroups.isPresent();
  }

  /** Lets the groups below a sandbox's have limits of their own. */
  void divide(String group) throws IOException {
    if (cgroups.isPresent()) {
      cgroups.get().divide(cgroups.get().fromHere(group));
    }
  }

  void create(String group, ResourceLimits limits) throws IOException {
    if (cgroups.isPresent()) {
      cgroups.get().create(cgroups.get().fromHere(group), limits);
    }
  }

  void limit(String group, ResourceLimits limits) throws IOException {
    if (cgroups.isPresent()) {
      cgroups.get().limit(cgroups.get().fromHere(group), limits);
    }
  }

  /** The files that a process writes 0 to, to join a group. */
  List<Path> joinFiles(String group) {
    return cgroups.map(groups -> groups.joinFiles(groups.fromHere(group))).orElse(List.of());
  }

  /** Whether the kernel killed some of a group for want of memory. */
  boolean ranOutOfMemory(String group) throws IOException {
    return cgroups.isPresent() && cgroups.get().oomKills(cgroups.get().fromHere(group)) > 0;
  }

  Optional<ResourceUsage> usage(String group) throws IOException {
    return cgroups.isPresent()
        ? cgroups.get().usage(cgroups.get().fromHere(group))
        : Optional.empty();
  }

  /** Kills what is in a group. */
  void sweep(String group) throws IOException, InterruptedException {
    if (cgroups.isEmpty()) {
      return;
    }
    var path = cgroups.get().fromHere(group);
    var deadline = System.nanoTime() + KILL_TIMEOUT.toNanos();
    var left = cgroups.get().processes(path);
    while (!left.isEmpty() && System.nanoTime() < deadline) {
      left.forEach(pid -> Posix.kill(pid, SIGKILL));
      Thread.sleep(KILL_ROUND);
      left = cgroups.get().processes(path);
    }
  }

  /** Removes a group that nothing is in any more; the kernel may hold on to it for a moment. */
  void remove(String group) throws IOException, InterruptedException {
    if (cgroups.isEmpty()) {
      return;
    }
    var deadline = System.nanoTime() + KILL_TIMEOUT.toNanos();
    while (true) {
      try {
        cgroups.get().remove(cgroups.get().fromHere(group));
        return;
      } catch (FileSystemException e) {
        if (System.nanoTime() >= deadline) {
          throw e;
        }
        Thread.sleep(KILL_ROUND);
      }
    }
  }
}
