package dev.nauarch.launcher.command;

import dev.nauarch.api.Resources;
import dev.nauarch.client.Selection;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nau status}. */
@Command(
    name = "nau status",
    description = "What runs, in a few lines; exit code 3 where nothing does.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Override
  public Integer call() throws IOException {
    var state = cluster.running();
    try (var client = cluster.connect()) {
      var nodes = client.list(Resources.NODES, Selection.ALL).items();
      var pods = client.list(Resources.PODS, Selection.ALL).items();
      print("Cluster", state.name() + ", up since " + state.startedAt());
      print("API", "https://127.0.0.1:" + state.apiPort());
      print("Models", "http://127.0.0.1:" + state.modelsPort() + "/v1");
      print("Nodes", nodes(nodes));
      print("Pods", pods(pods));
      print("Home", cluster.home().directory().toString());
    }
    return ExitCode.OK.number();
  }

  private static void print(String name, String value) {
    System.out.printf("%-8s %s%n", name, value);
  }

  private static String nodes(List<Node> nodes) {
    var ready = nodes.stream().filter(StatusCommand::isReady).count();
    var simulated = nodes.stream().filter(StatusCommand::isSimulated).count();
    return ready
        + " of "
        + nodes.size()
        + " ready"
        + (simulated > 0 ? ", " + simulated + " of them simulated" : "");
  }

  private static boolean isReady(Node node) {
    return node.getStatus() != null
        && node.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  private static boolean isSimulated(Node node) {
    var labels = node.getMetadata().getLabels();
    return labels != null && "true".equals(labels.get("nauarch.dev/simulated"));
  }

  private static String pods(List<Pod> pods) {
    Map<String, Long> countByPhase =
        pods.stream()
            .collect(
                Collectors.groupingBy(
                    pod -> pod.getStatus() == null ? "Pending" : pod.getStatus().getPhase(),
                    TreeMap::new,
                    Collectors.counting()));
    return countByPhase.isEmpty()
        ? "none"
        : countByPhase.entrySet().stream()
            .map(e -> e.getValue() + " " + e.getKey().toLowerCase(java.util.Locale.ROOT))
            .collect(Collectors.joining(", "));
  }
}
