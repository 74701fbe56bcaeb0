package dev.nauarch.launcher.command;

import dev.nauarch.launcher.server.ClusterServer;
import dev.nauarch.launcher.server.Progress;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The process that {@code nau up --detach} leaves behind; its progress is read by that command. */
@Command(name = "nau server", mixinStandardHelpOptions = true)
final class ServerCommand implements Callable<Integer> {
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Mixin private final ServerFlags flags = new ServerFlags();

  @Override
  public Integer call() throws IOException, InterruptedException {
    ClusterServer.runUntilStopped(
        flags.options(cluster, cluster.home()), Progress.toLauncher(System.out));
    return ExitCode.OK.number();
  }
}
