package dev.nauarch.launcher.command;

import dev.nauarch.client.remote.Kubeconfig;
import dev.nauarch.client.remote.RemoteClient;
import dev.nauarch.launcher.home.ClusterHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster a command is about. */
final class ClusterOptions {
  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "The cluster's directory; NAU_HOME, or a place of its own by its name.")
  private @Nullable Path home;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "dev",
      description = "The cluster's name (${DEFAULT-VALUE}).")
  private String name = "dev";

  /** Its name; the one of its home, where that has run before under another. */
  String name() {
    return name;
  }

  /** Its home. */
  ClusterHome home() {
    return ClusterHome.of(Optional.ofNullable(home), name, System.getenv());
  }

  /** Its home and what it says of itself, while it runs. */
  ClusterHome.State running() throws IOException {
    var state = home().state();
    return state
        .filter(s -> s.process().isPresent())
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.NO_CLUSTER,
                    "no cluster runs in " + home().directory() + "; nau up starts one"));
  }

  /** A client of it, with the administrator's credentials. */
  RemoteClient connect() throws IOException {
    running();
    var file = home().kubeconfig();
    if (!Files.exists(file)) {
      throw new CommandFailure(ExitCode.NO_CLUSTER, file + " is missing; nau up writes it again");
    }
    return RemoteClient.connect(Kubeconfig.read(file).options());
  }
}
