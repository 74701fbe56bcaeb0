package dev.nauarch.launcher.command;

import dev.nauarch.launcher.home.ClusterHome;
import dev.nauarch.launcher.home.JoinedNode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code nau ls}. */
@Command(
    name = "nau ls",
    description = "The clusters of this machine that live in their usual place.",
    mixinStandardHelpOptions = true)
final class ListCommand implements Callable<Integer> {

  @Override
  public Integer call() throws IOException {
    var homes = ClusterHome.all(System.getenv());
    if (homes.isEmpty()) {
      System.err.println("no clusters; nau up makes one");
      return ExitCode.OK.number();
    }
    System.out.printf("%-16s %-8s %-28s %-20s %s%n", "NAME", "STATE", "API", "NODES", "HOME");
    for (var home : homes) {
      var joined = home.joined();
      if (joined.isPresent()) {
        print(home, joined.get());
        continue;
      }
      var state = home.state();
      var isUp = state.flatMap(ClusterHome.State::process).isPresent();
      System.out.printf(
          "%-16s %-8s %-28s %-20s %s%n",
          state.map(ClusterHome.State::name).orElse(home.directory().getFileName().toString()),
          isUp ? "up" : "down",
          isUp ? "https://127.0.0.1:" + state.get().apiPort() : "-",
          isUp ? nodes(state.get().simulatedNodes()) : "-",
          home.directory());
    }
    return ExitCode.OK.number();
  }

  private static void print(ClusterHome home, JoinedNode joined) {
    System.out.printf(
        "%-16s %-8s %-28s %-20s %s%n",
        joined.name(),
        joined.process().isPresent() ? "joined" : "down",
        joined.server(),
        joined.nodeName(),
        home.directory());
  }

  private static String nodes(int simulated) {
    return simulated == 0 ? "1" : "1 + " + simulated + " simulated";
  }
}
