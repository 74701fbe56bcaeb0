package dev.nauarch.nodeagent.runtime.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How far containers can be kept apart from the host, which depends on who runs the agent. */
enum Isolation {
  /** As root: all namespaces, mounts, users, cgroups. */
  FULL,
  /** As somebody who may make user namespaces: mounts and processes, but one user only. */
  USER_NAMESPACE,
  /** Process trees and nothing else: no mounts. */
  NONE;

  /** What can be had here and now. */
  static Isolation detect() throws IOException, InterruptedException {
    if (Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
      return FULL;
    }
    var probe =
        new ProcessBuilder(
                List.of("unshare", "--map-root-user", "--mount", "--pid", "--fork", "true"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return probe.waitFor() == 0 ? USER_NAMESPACE : NONE;
  }
}
