package dev.nauarch.launcher.command;

import dev.nauarch.launcher.home.ClusterHome;
import dev.nauarch.launcher.home.ContextSwitch;
import dev.nauarch.launcher.home.JoinedNode;
import dev.nauarch.launcher.server.NodeCleanup;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nau down}. */
@Command(
    name = "nau down",
    description = {
      "Stops a cluster: its server, its pods and their network. Its objects stay in its home and",
      "come back with the next nau up. The former context becomes current again. On a machine that",
      "has joined a cluster: stops its agent, its pods and their network."
    },
    mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
  private static final int STOP_SECONDS = 30;

  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Option(names = "--purge", description = "Remove the cluster's objects and volumes too.")
  private boolean purges;

  @Override
  public Integer call() throws IOException, InterruptedException {
    var home = cluster.home();
    var joined = home.joined();
    if (joined.isPresent()) {
      return leave(home, joined.get());
    }
    var state = home.state();
    if (state.isEmpty()) {
      throw new CommandFailure(
          ExitCode.NO_CLUSTER, "no cluster has run in " + home.directory() + "; nau ls lists them");
    }
    var process = state.get().process();
    if (process.isPresent()) {
      stop(process.get());
    }
    NodeCleanup.run(home, state.get());
    ContextSwitch.remove(home, state.get(), System.getenv());
    System.out.println(
        (process.isPresent() ? "Stopped " : "Was not running: ") + state.get().name());
    if (purges) {
      NodeCleanup.purge(home);
      System.out.println("Removed " + home.directory());
    } else {
      System.out.println("Its objects stay in " + home.directory());
    }
    return ExitCode.OK.number();
  }

  private int leave(ClusterHome home, JoinedNode joined) throws IOException, InterruptedException {
    var process = joined.process();
    if (process.isPresent()) {
      stop(process.get());
    }
    NodeCleanup.run(home, joined);
    System.out.println(
        (process.isPresent() ? "Stopped node " : "Was not running: node ") + joined.nodeName());
    System.out.println(
        "The cluster at %s still has it: kubectl delete node %s removes it and its pods there"
            .formatted(joined.server(), joined.nodeName()));
    if (purges) {
      NodeCleanup.purge(home);
      System.out.println("Removed " + home.directory());
    } else {
      System.out.println("nau join --home " + home.directory() + " starts it again");
    }
    return ExitCode.OK.number();
  }

  private static void stop(ProcessHandle process) throws InterruptedException {
    process.destroy();
    try {
      process.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      process.destroyForcibly();
    } catch (ExecutionException e) {
      throw new IllegalStateException("waiting for a process to end can't fail", e);
    }
  }
}
