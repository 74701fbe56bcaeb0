package dev.nauarch.launcher.server;

import dev.nauarch.api.Resources;
import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Selection;
import dev.nauarch.controlplane.ControlPlane;
import dev.nauarch.controlplane.ControlPlaneOptions;
import dev.nauarch.controlplane.scheduling.SchedulerDriver;
import dev.nauarch.gateway.GatewayOptions;
import dev.nauarch.gateway.ModelGateway;
import dev.nauarch.launcher.home.ClusterHome;
import dev.nauarch.launcher.home.ContextSwitch;
import dev.nauarch.launcher.home.KubeconfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole cluster in this process: store, API server, controllers, scheduler, gateway and this
 * machine's node. Reads top to bottom; what was started last is closed first.
 */
public final class ClusterServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterServer.class);
  private static final Duration NODE_LIMIT = Duration.ofSeconds(60);

  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final ServerOptions options;
  private final Progress progress;
  private final long startedAtNanos = System.nanoTime();
  private ClusterHome.State state;

  private ClusterServer(ServerOptions options, Progress progress, ClusterHome.State state) {
    this.options = options;
    this.progress = progress;
    this.state = state;
  }

  /** Starts a cluster and serves until the process is told to stop. */
  public static void runUntilStopped(ServerOptions options, Progress progress)
      throws IOException, InterruptedException {
    var stop = StopSignal.install();
    try (var server = start(options, progress)) {
      LOG.info("cluster {} is up", server.state().name());
      stop.await();
    } catch (IOException | RuntimeException e) {
      progress.failed(String.valueOf(e.getMessage()));
      throw e;
    } finally {
      stop.done();
    }
  }

  /** Starts a cluster; it is ready when this returns. */
  public static ClusterServer start(ServerOptions options, Progress progress)
      throws IOException, InterruptedException {
    options.home().create();
    ServerLog.open(options.home().directory());
    var server = new ClusterServer(options, progress, choose(options));
    try {
      server.startParts();
      return server;
    } catch (IOException | InterruptedException | RuntimeException e) {
      LOG.error("the cluster could not start", e);
      server.close();
      // By this, nau down finds what was made on the machine so far.
      options.home().write(server.state);
      throw e;
    }
  }

  /** What the cluster says of itself. */
  public ClusterHome.State state() {
    return state;
  }

  /** Ports and ranges: those of the last run where they are free, else the next. */
  private static ClusterHome.State choose(ServerOptions options) throws IOException {
    var former = options.home().state();
    var own = ProcessHandle.current();
    var network = Optional.<NetworkChoice>empty();
    if (Machine.hasPodNetwork()) {
      network =
          former.filter(s -> !s.podCidr().isEmpty()).isPresent()
              ? former.map(s -> NetworkChoice.of(s.podCidr(), s.serviceCidr()))
              : Optional.of(NetworkChoice.free());
    }
    return new ClusterHome.State(
        options.name(),
        own.pid(),
        own.info().startInstant().orElseThrow(),
        Port.firstFree(options.ports().api()),
        Port.firstFree(options.ports().models()),
        network.map(NetworkChoice::podCidr).orElse(""),
        network
            .orElseGet(() -> NetworkChoice.loopback(options.home().tag(options.name())))
            .serviceCidr(),
        options.listen().or(() -> former.map(ClusterHome.State::listen)).orElse(""),
        options.simulation().count());
  }

  private void startParts() throws IOException, InterruptedException {
    var clock = InstantSource.system();
    // Read while the network is made and keys are.
    var catalog = CompletableFuture.supplyAsync(() -> Catalog.builtIn(options.emulatedVersion()));
    var network = MachineNetwork.open(options.home(), state);
    var api = ApiSide.start(options, state, network, catalog, clock);
    running.push(api);
    network.serve(api.client("system:kube-proxy"), api.client("system:node-network"));
    network.govern(api.client("system:node-network"));
    network.parts().reversed().forEach(running::push);
    var admin = api.client("system:apiserver", "system:masters");
    step("API server", "https://127.0.0.1:" + state.apiPort() + portNote());

    running.push(
        ControlPlane.start(
            api.client("system:kube-controller-manager"),
            ControlPlaneOptions.all(
                    api.certificates().authorityPem(),
                    options.home().volumes().toString(),
                    api.catalog())
                .withPodCidr(state.podCidr())
                .withControllers(options.controllers())
                .withNodeGrace(options.nodeGrace())));
    running.push(
        SchedulerDriver.start(api.client("system:kube-scheduler"), clock, options.scheduler()));
    step("Control plane", "scheduler, queues and controllers; queue \"default\"");

    startGatewayAndNode(api, admin, network, clock);
    tellHowToJoin(api, admin);

    options.home().write(state);
    writeKubeconfig();
    var seconds = (System.nanoTime() - startedAtNanos) / 1e9;
    progress.ready(
        """
        Cluster %s is ready (%.1f s). Kubernetes v%s.

        Next:  nau demo      or      kubectl --%s get nodes
        Stop:  nau down
        """
            .formatted(
                state.name(),
                seconds,
                options.emulatedVersion(),
                options.leavesKubeconfig()
                    ? "kubeconfig " + options.home().kubeconfig()
                    : "context " + ContextSwitch.key(state.name())));
  }

  private void tellHowToJoin(ApiSide api, ClusterClient admin) {
    if (!state.listen().isEmpty()) {
      var server = "https://" + state.listen() + ":" + state.apiPort();
      var pem = api.certificates().authorityPem();
      new Defaults(admin).applyJoining(server, pem, state, options.emulatedVersion());
      step("Joining", server + ": nau token create tells other machines how to join");
    }
  }

  /** Both at once: neither needs the other, and each waits for answers of the API server. */
  private void startGatewayAndNode(
      ApiSide api, ClusterClient admin, MachineNetwork network, InstantSource clock)
      throws IOException, InterruptedException {
    try (var beside = Executors.newVirtualThreadPerTaskExecutor()) {
      var gateway =
          beside.submit(
              () -> {
                new Defaults(admin).applyModelGateway(state.modelsPort());
                return ModelGateway.start(
                    api.client("system:gateway"), GatewayOptions.DEFAULT, clock);
              });
      var node = NodeSide.start(options, state, api, network, clock);
      node.parts().reversed().forEach(running::push);
      running.push(gateway.get());
      step("Gateway", "http://127.0.0.1:" + state.modelsPort() + "/v1");
      awaitReady(admin, node.name());
      step("Node", node.name() + ": " + node.description());
    } catch (ExecutionException e) {
      throw new IOException("the gateway can't start: " + e.getCause(), e);
    }
  }

  private String portNote() {
    return state.apiPort() == options.ports().api()
        ? ""
        : " (port " + options.ports().api() + " is taken)";
  }

  private void step(String name, String detail) {
    progress.step(name, detail);
  }

  private static void awaitReady(ClusterClient client, String name) throws InterruptedException {
    var deadline = System.nanoTime() + NODE_LIMIT.toNanos();
    while (!isReady(client, name)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "the node " + name + " was not Ready after " + NODE_LIMIT.toSeconds() + " s");
      }
      Thread.sleep(Duration.ofMillis(10));
    }
  }

  private static boolean isReady(ClusterClient client, String name) {
    return client.list(Resources.NODES, Selection.ALL).items().stream()
        .filter(node -> node.getMetadata().getName().equals(name))
        .filter(node -> node.getStatus() != null)
        .flatMap(node -> node.getStatus().getConditions().stream())
        .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  private void writeKubeconfig() throws IOException {
    var access = AdminAccess.of(options.home(), state);
    Files.deleteIfExists(options.home().kubeconfig());
    new KubeconfigFile(options.home().kubeconfig()).merge(access);
    if (!options.leavesKubeconfig()) {
      var file = options.kubeconfig().orElseGet(() -> KubeconfigFile.target(System.getenv()));
      var former = ContextSwitch.merge(options.home(), access, file);
      step(
          "kubeconfig",
          file + ": context " + access.key() + former.map(f -> " (was " + f + ")").orElse(""));
    }
  }

  @Override
  public void close() {
    while (!running.isEmpty()) {
      try {
        running.pop().close();
      } catch (Exception e) {
        LOG.warn("a part of the cluster did not close", e);
      }
    }
  }
}
