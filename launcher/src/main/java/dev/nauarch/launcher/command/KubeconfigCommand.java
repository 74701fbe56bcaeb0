package dev.nauarch.launcher.command;

import dev.nauarch.launcher.home.ContextSwitch;
import dev.nauarch.launcher.home.KubeconfigFile;
import dev.nauarch.launcher.server.AdminAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nau kubeconfig}. */
@Command(
    name = "nau kubeconfig",
    description = "Prints the cluster's kubeconfig, or merges it into yours or takes it out.",
    mixinStandardHelpOptions = true)
final class KubeconfigCommand implements Callable<Integer> {

  /** What to do. */
  enum Action {
    print,
    merge,
    remove
  }

  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Parameters(arity = "0..1", defaultValue = "print", description = "${COMPLETION-CANDIDATES}")
  private Action action = Action.print;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "The kubeconfig to change; KUBECONFIG, or ~/.kube/config.")
  private @Nullable Path kubeconfig;

  @Override
  public Integer call() throws IOException {
    var home = cluster.home();
    var state =
        home.state()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ExitCode.NO_CLUSTER, "no cluster has run in " + home.directory()));
    switch (action) {
      case print -> System.out.print(Files.readString(home.kubeconfig()));
      case merge -> {
        var file = kubeconfig == null ? KubeconfigFile.target(System.getenv()) : kubeconfig;
        ContextSwitch.merge(home, AdminAccess.of(home, state), file);
        System.out.println(file + ": context " + ContextSwitch.key(state.name()));
      }
      case remove -> ContextSwitch.remove(home, state, System.getenv());
    }
    return ExitCode.OK.number();
  }
}
