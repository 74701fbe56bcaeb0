package dev.nauarch.launcher.command;

import dev.nauarch.api.catalog.KubernetesVersion;
import dev.nauarch.launcher.home.ClusterHome;
import dev.nauarch.launcher.server.Machine;
import dev.nauarch.launcher.server.ServerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code nau up} takes besides the cluster's name, handed on to the process that stays. */
final class ServerFlags {

  /** How often this machine's node renews its lease. */
  private static final Duration BEAT = Duration.ofSeconds(10);

  private static final Duration LATENESS = Duration.ofSeconds(5);

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "6443",
      description = "The API server's port; the next free one, where it is taken.")
  private int port = 6443;

  @Option(
      names = "--models-port",
      paramLabel = "N",
      defaultValue = "8000",
      description = "The gateway's port; the next free one, where it is taken.")
  private int modelsPort = 8000;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "The kubeconfig to add the context to; KUBECONFIG, or ~/.kube/config.")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS",
      description = {
        "An IPv4 address of this machine at which other machines reach the API server, so that"
            + " they",
        "can join; needs root."
      })
  private @Nullable String listen;

  @Option(names = "--no-merge", description = "Leave your kubeconfig alone.")
  private boolean leavesKubeconfig;

  @Option(
      names = "--emulated-version",
      paramLabel = "MAJOR.MINOR",
      defaultValue = dev.nauarch.launcher.Version.KUBERNETES,
      description = "The version of the Kubernetes API to serve (${DEFAULT-VALUE}).")
  private String emulatedVersion = dev.nauarch.launcher.Version.KUBERNETES;

  @Option(
      names = "--controllers",
      paramLabel = "NAME",
      split = ",",
      description =
          "Which controllers run: * for all, NAME for one, -NAME for none of that name (*).")
  private List<String> controllers = List.of("*");

  @Option(
      names = "--node-grace-seconds",
      paramLabel = "N",
      defaultValue = "50",
      description =
          "How long nothing is heard of a node until it counts as silent (${DEFAULT-VALUE}).")
  private int nodeGraceSeconds = 50;

  @Mixin private final SecurityFlags security = new SecurityFlags();
  @Mixin private final LoadFlags load = new LoadFlags();
  @Mixin private final SimulationFlags simulation = new SimulationFlags();
  @Mixin private final SchedulerFlags scheduler = new SchedulerFlags();

  /** The options of the server. */
  ServerOptions options(ClusterOptions cluster, ClusterHome home) {
    try {
      var simulated = simulation.options();
      return new ServerOptions(
          cluster.name(),
          home,
          new ServerOptions.Ports(port, modelsPort),
          listenAddress(),
          simulated,
          leavesKubeconfig,
          Optional.ofNullable(kubeconfig),
          security.files(),
          load.options(),
          KubernetesVersion.emulated(emulatedVersion).toString(),
          controllers,
          nodeGrace(simulated.leaseEvery()),
          scheduler.options());
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }

  /** A lease may come late; a node that renews it in time must not count as silent now and then. */
  private Duration nodeGrace(Duration leaseEvery) {
    var every = leaseEvery.compareTo(BEAT) > 0 ? leaseEvery : BEAT;
    var least = every.plus(LATENESS).toSeconds();
    if (nodeGraceSeconds < least) {
      throw new IllegalArgumentException(
          "--node-grace-seconds %d: expected %d or more, since leases are renewed every %d seconds"
              .formatted(nodeGraceSeconds, least, every.toSeconds()));
    }
    return Duration.ofSeconds(nodeGraceSeconds);
  }

  private Optional<String> listenAddress() {
    if (listen != null && !Machine.hasPodNetwork()) {
      throw new IllegalArgumentException(
          "--listen: pods here have no network that other machines could reach; it needs root, ip"
              + " and nft (nau doctor says more)");
    }
    return Optional.ofNullable(listen).map(address -> Machine.ownAddress("--listen", address));
  }

  /** The words that give the same flags to another process. */
  List<String> words(ClusterOptions cluster) {
    var words = new ArrayList<>(List.of("--name", cluster.name()));
    words.addAll(List.of("--home", cluster.home().directory().toString()));
    words.addAll(List.of("--port", Integer.toString(port)));
    words.addAll(List.of("--models-port", Integer.toString(modelsPort)));
    words.addAll(List.of("--emulated-version", emulatedVersion));
    words.addAll(List.of("--controllers", String.join(",", controllers)));
    words.addAll(List.of("--node-grace-seconds", Integer.toString(nodeGraceSeconds)));
    words.addAll(security.words());
    words.addAll(load.words());
    words.addAll(simulation.words());
    words.addAll(scheduler.words());
    if (listen != null) {
      words.addAll(List.of("--listen", listen));
    }
    if (kubeconfig != null) {
      words.addAll(List.of("--kubeconfig", kubeconfig.toString()));
    }
    if (leavesKubeconfig) {
      words.add("--no-merge");
    }
    return words;
  }
}
