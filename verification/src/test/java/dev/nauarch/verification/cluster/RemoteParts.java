package dev.nauarch.verification.cluster;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.client.remote.Kubeconfig;
import dev.nauarch.client.remote.RemoteClient;
import dev.nauarch.client.remote.RemoteOptions;
import dev.nauarch.controlplane.ControlPlane;
import dev.nauarch.controlplane.ControlPlaneOptions;
import dev.nauarch.controlplane.scheduling.SchedulerDriver;
import dev.nauarch.launcher.Version;
import dev.nauarch.nodeagent.simulated.Devices;
import dev.nauarch.nodeagent.simulated.SimulatedNodes;
import dev.nauarch.nodeagent.simulated.SimulationOptions;
import dev.nauarch.scheduling.SchedulerOptions;
import dev.nauarch.verification.server.LoneServer;
import dev.nauarch.verification.server.RunningParts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/**
 * Controllers, scheduler and simulated nodes in this process, each a client of its own that reaches
 * an API server over HTTPS.
 */
final class RemoteParts implements AutoCloseable {

  /** The server is one of ours without any parts. */
  private static final String OWN = "https";

  private final RunningParts running = new RunningParts();
  private final RemoteOptions options;

  private RemoteParts(String server) throws IOException {
    if (server.equals(OWN)) {
      this.options = running.take(LoneServer.start(List.of())).admin();
    } else {
      this.options = Kubeconfig.read(Path.of(server)).options();
    }
  }

  /**
   * Starts them.
   *
   * @param server {@code https} for a server of our own, or else the kubeconfig of an administrator
   *     of a server that runs, and of which nobody else is a client
   * @param nodes how many, and what each has, as {@code --nodes simulated:} takes it
   */
  static RemoteParts start(String server, String nodes) throws IOException {
    var parts = new RemoteParts(server);
    try {
      parts.start(nodes.split(":", 2));
      return parts;
    } catch (InterruptedException e) {
      parts.close();
      throw new IOException("interrupted", e);
    } catch (RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  private void start(String[] nodes) throws IOException, InterruptedException {
    var volumes = Files.createTempDirectory("nau-volumes");
    running.take(() -> Files.delete(volumes));
    var clock = InstantSource.system();
    var controllers = client();
    running.take(
        ControlPlane.start(
            controllers,
            ControlPlaneOptions.all(
                    options.authority().orElseThrow(),
                    volumes.toString(),
                    Catalog.builtIn(Version.KUBERNETES))
                .servedBy(controllers)));
    running.take(SchedulerDriver.start(client(), clock, SchedulerOptions.DEFAULT));
    var devices = nodes.length == 1 ? Devices.NONE : Devices.parse(nodes[1]).orElseThrow();
    var simulation = SimulationOptions.of(Integer.parseInt(nodes[0]), devices);
    running.take(SimulatedNodes.start(client(), simulation, clock));
  }

  private RemoteClient client() {
    return running.take(RemoteClient.connect(options));
  }

  /** How an administrator reaches the server. */
  RemoteOptions options() {
    return options;
  }

  @Override
  public void close() throws IOException {
    running.close();
  }
}
