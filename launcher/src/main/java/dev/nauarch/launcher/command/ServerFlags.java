package dev.nauarch.launcher.command;

import dev.nauarch.api.catalog.KubernetesVersion;
import dev.nauarch.launcher.home.ClusterHome;
import dev.nauarch.launcher.server.ServerOptions;
import dev.nauarch.launcher.server.SimulatedFleet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code nau up} takes besides the cluster's name, handed on to the process that stays. */
final class ServerFlags {
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
      names = "--nodes",
      paramLabel = "simulated:COUNT[:GPUSxMODEL]",
      description = "Simulated nodes beside this machine, for example simulated:100:8xH100.")
  private @Nullable String nodes;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "The kubeconfig to add the context to; KUBECONFIG, or ~/.kube/config.")
  private @Nullable Path kubeconfig;

  @Option(names = "--no-merge", description = "Leave your kubeconfig alone.")
  private boolean leavesKubeconfig;

  @Option(
      names = "--emulated-version",
      paramLabel = "MAJOR.MINOR",
      defaultValue = dev.nauarch.launcher.Version.KUBERNETES,
      description = "The version of the Kubernetes API to serve (${DEFAULT-VALUE}).")
  private String emulatedVersion = dev.nauarch.launcher.Version.KUBERNETES;

  @Mixin private final SecurityFlags security = new SecurityFlags();

  /** The options of the server. */
  ServerOptions options(ClusterOptions cluster, ClusterHome home) {
    try {
      return new ServerOptions(
          cluster.name(),
          home,
          new ServerOptions.Ports(port, modelsPort),
          SimulatedFleet.parse(Optional.ofNullable(nodes)),
          leavesKubeconfig,
          Optional.ofNullable(kubeconfig),
          security.files(),
          KubernetesVersion.emulated(emulatedVersion).toString());
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }

  /** The words that give the same flags to another process. */
  List<String> words(ClusterOptions cluster) {
    var words = new ArrayList<>(List.of("--name", cluster.name()));
    words.addAll(List.of("--home", cluster.home().directory().toString()));
    words.addAll(List.of("--port", Integer.toString(port)));
    words.addAll(List.of("--models-port", Integer.toString(modelsPort)));
    words.addAll(List.of("--emulated-version", emulatedVersion));
    words.addAll(security.words());
    if (nodes != null) {
      words.addAll(List.of("--nodes", nodes));
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
