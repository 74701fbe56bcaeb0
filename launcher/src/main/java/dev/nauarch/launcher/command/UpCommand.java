package dev.nauarch.launcher.command;

import dev.nauarch.launcher.home.JoinedNode;
import dev.nauarch.launcher.server.Progress;
import dev.nauarch.launcher.server.ServerProcess;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nau up}. */
@Command(
    name = "nau up",
    description = {
      "Starts a cluster on this machine: API server, scheduler, controllers, gateway and a node,",
      "in one process. A cluster that runs already is left alone."
    },
    mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Mixin private final ServerFlags flags = new ServerFlags();

  @Option(
      names = "--detach",
      description = "Return as soon as the node is Ready; nau down stops the cluster.")
  private boolean detaches;

  @Override
  public Integer call() throws IOException, InterruptedException {
    var home = cluster.home();
    var state = home.state();
    if (state.isPresent() && state.get().process().isPresent()) {
      System.out.println(
          "Cluster %s runs already: https://127.0.0.1:%d (home %s)"
              .formatted(state.get().name(), state.get().apiPort(), home.directory()));
      return ExitCode.OK.number();
    }
    home.joined().ifPresent(UpCommand::refuse);
    var options = flags.options(cluster, home);
    var progress = Progress.toTerminal(System.out);
    if (!detaches) {
      return ServerProcess.runUntilStopped(options.home(), "server", serverWords(), progress);
    }
    ServerProcess.start(options.home(), "server", serverWords(), progress);
    return ExitCode.OK.number();
  }

  /** A home holds a cluster, or a node of another's. */
  private static void refuse(JoinedNode joined) {
    throw new CommandFailure(
        ExitCode.CONFLICT,
        "this home is that of node %s of the cluster at %s; take another --home or --name, or"
                .formatted(joined.nodeName(), joined.server())
            + " leave that cluster by nau down --purge");
  }

  /** The same cluster and flags, for the process that stays. */
  private List<String> serverWords() {
    return flags.words(cluster);
  }
}
