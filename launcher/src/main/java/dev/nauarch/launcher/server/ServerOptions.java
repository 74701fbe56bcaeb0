package dev.nauarch.launcher.server;

import dev.nauarch.apiserver.flowcontrol.LoadOptions;
import dev.nauarch.launcher.home.ClusterHome;
import dev.nauarch.nodeagent.simulated.SimulationOptions;
import dev.nauarch.scheduling.SchedulerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a cluster is started.
 *
 * @param name its name
 * @param home where it keeps everything
 * @param ports the ports to try first
 * @param listen an address of this machine at which other machines reach the API server; empty for
 *     that of the last start, or none
 * @param simulation simulated nodes beside this machine, and what happens to them
 * @param leavesKubeconfig whether the user's kubeconfig is left alone
 * @param kubeconfig the kubeconfig to add the context to; empty for the one kubectl would write
 * @param security who is let in and what is written down
 * @param load how many requests are answered at once
 * @param emulatedVersion the version of the Kubernetes API to serve, {@code major.minor}
 * @param controllers which run, in the words of {@link
 *     dev.nauarch.controlplane.ControlPlaneOptions#withControllers}
 * @param nodeGrace how long nothing is heard of a node until it counts as silent
 * @param scheduler how pods are scheduled
 */
public record ServerOptions(
    String name,
    ClusterHome home,
    Ports ports,
    Optional<String> listen,
    SimulationOptions simulation,
    boolean leavesKubeconfig,
    Optional<Path> kubeconfig,
    SecurityFiles security,
    LoadOptions load,
    String emulatedVersion,
    List<String> controllers,
    Duration nodeGrace,
    SchedulerOptions scheduler) {

  /** Checks the name, which goes into those of contexts, interfaces and control groups. */
  public ServerOptions {
    controllers = List.copyOf(controllers);
    if (!name.matches("[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?")) {
      throw new IllegalArgumentException(
          "the name " + name + " is not one of up to 40 small letters, digits and dashes");
    }
  }

  /**
   * Ports on loopback; where one is taken, the next free one is used.
   *
   * @param api the API server's
   * @param models the gateway's
   */
  public record Ports(int api, int models) {}
}
