package dev.nauarch.launcher.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Unmatched;

/** {@code nau kubectl}. */
@Command(
    name = "nau kubectl",
    description = "Runs the kubectl of this machine against the cluster, with your arguments.",
    mixinStandardHelpOptions = true)
final class KubectlCommand implements Callable<Integer> {
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Unmatched private final List<String> words = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    cluster.running();
    var command =
        new ArrayList<>(List.of("kubectl", "--kubeconfig", cluster.home().kubeconfig().toString()));
    command.addAll(words);
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.ERROR,
          "kubectl is not on the PATH; any version from 1.32 will do (" + e.getMessage() + ")");
    }
  }
}
