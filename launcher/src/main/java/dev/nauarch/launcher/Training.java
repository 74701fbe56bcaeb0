package dev.nauarch.launcher;

import dev.nauarch.api.Resources;
import dev.nauarch.client.Selection;
import dev.nauarch.client.remote.Kubeconfig;
import dev.nauarch.client.remote.RemoteClient;
import dev.nauarch.launcher.command.Commands;
import dev.nauarch.launcher.home.ClusterHome;
import dev.nauarch.launcher.server.ClusterServer;
import dev.nauarch.launcher.server.NodeCleanup;
import dev.nauarch.launcher.server.Progress;
import dev.nauarch.launcher.server.ServerOptions;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;

/**
 * Does once what most runs do, so that an AOT cache (JEP 514) made meanwhile holds the classes that
 * they need: a server from its start to its end, and a command that asks it.
 */
public final class Training {
  private static final int FIRST_PORT = 26_443;

  private Training() {}

  /** Runs and exits; what it starts it also stops. */
  public static void main(String[] words) throws IOException, InterruptedException {
    var home = new ClusterHome(Files.createTempDirectory("nau-training"));
    var quiet =
        Progress.toTerminal(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    var options =
        new ServerOptions(
            "training",
            home,
            new ServerOptions.Ports(FIRST_PORT, FIRST_PORT + 1000),
            Optional.empty(),
            true,
            Optional.empty(),
            Version.KUBERNETES);
    try (var server = ClusterServer.start(options, quiet)) {
      Commands.run("version");
      Commands.run("up", "--help");
      try (var client = RemoteClient.connect(Kubeconfig.read(home.kubeconfig()).options())) {
        exercise(client);
      }
      Commands.run("status", "--home", home.directory().toString());
      server.state();
    } finally {
      var state = home.state();
      if (state.isPresent()) {
        NodeCleanup.run(home, state.get());
      }
      NodeCleanup.purge(home);
    }
    System.exit(0);
  }

  private static void exercise(RemoteClient client) {
    var map =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName("training")
            .withNamespace("default")
            .endMetadata()
            .addToData("a", "b")
            .build();
    client.create(Resources.CONFIG_MAPS, map);
    client.list(Resources.NODES, Selection.ALL);
    client.list(Resources.PODS, Selection.ALL);
  }
}
