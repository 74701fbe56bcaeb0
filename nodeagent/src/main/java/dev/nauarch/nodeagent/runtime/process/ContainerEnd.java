package dev.nauarch.nodeagent.runtime.process;

import dev.nauarch.nodeagent.runtime.RuntimeFault;
import java.io.IOException;
import java.time.Duration;

/**
 * Ends containers with all that they started.
 *
 * @param groups where their processes are told apart
 */
record ContainerEnd(ProcessGroups groups) {
  private static final Duration KILL_TIMEOUT = Duration.ofSeconds(10);
  private static final int SIGKILL = 9;

  /** Kills everything that a container started, and waits until it is gone. */
  void kill(ProcessContainer container) throws IOException, InterruptedException {
    if (container.directory().wasStarted() && !container.hasEnded()) {
      var init = container.directory().init();
      if (init.isPresent() && !groups.areThere()) {
        ProcessHandle.of(init.getAsLong())
            .ifPresent(root -> root.descendants().forEach(ProcessHandle::destroyForcibly));
      }
      container.signal(SIGKILL);
    }
    sweep(container);
    if (container.directory().wasStarted() && !container.awaitEnded(KILL_TIMEOUT)) {
      throw new RuntimeFault(
          RuntimeFault.Reason.STATE, "container " + container.id() + " can't be killed");
    }
  }

  /** Kills what is left in a container's group, and removes the group. */
  private void sweep(ProcessContainer container) throws IOException, InterruptedException {
    groups.sweep(container.cgroup());
    if (container.hasEnded()) {
      groups.remove(container.cgroup());
    }
  }

  /** Cleans up after a container that ends. */
  void awaitAndSweep(ProcessContainer container) throws IOException, InterruptedException {
    container.awaitEnded(KILL_TIMEOUT);
    sweep(container);
  }
}
