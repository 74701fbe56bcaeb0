package dev.nauarch.launcher.command;

import dev.nauarch.launcher.join.JoinOptions;
import dev.nauarch.launcher.join.JoinedMachine;
import dev.nauarch.launcher.server.Progress;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The process that {@code nau join} leaves behind; its progress is read by that command. */
@Command(name = "nau agent", mixinStandardHelpOptions = true)
final class AgentCommand implements Callable<Integer> {
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Option(names = "--server", required = true)
  private URI server = URI.create("");

  @Option(names = "--node-name", required = true)
  private String nodeName = "";

  @Option(names = "--node-ip", required = true)
  private String nodeIp = "";

  @Override
  public Integer call() throws IOException, InterruptedException {
    JoinedMachine.runUntilStopped(
        new JoinOptions(cluster.name(), cluster.home(), server, nodeName, nodeIp),
        Progress.toLauncher(System.out));
    return ExitCode.OK.number();
  }

  /** The words that give the same options to another process. */
  static List<String> words(JoinOptions options) {
    return List.of(
        "--name",
        options.name(),
        "--home",
        options.home().directory().toString(),
        "--server",
        options.server().toString(),
        "--node-name",
        options.nodeName(),
        "--node-ip",
        options.nodeIp());
  }
}
