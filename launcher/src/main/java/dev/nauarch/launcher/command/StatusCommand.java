package dev.nauarch.launcher.command;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.OwnNames;
import dev.nauarch.client.remote.RemoteClient;
import dev.nauarch.launcher.home.JoinedNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** {@code nau status}. */
@Command(
    name = "nau status",
    description = "What runs, in a few lines; exit code 3 where nothing does.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Override
  public Integer call() throws IOException {
    var joined = cluster.home().joined();
    if (joined.isPresent()) {
      return status(joined.get());
    }
    var state = cluster.running();
    try (var client = cluster.connect()) {
      var nodes = list(client, "/api/v1/nodes");
      var pods = list(client, "/api/v1/pods");
      print("Cluster", state.name() + ", up since " + state.startedAt());
      print("API", "https://127.0.0.1:" + state.apiPort());
      print("Models", "http://127.0.0.1:" + state.modelsPort() + "/v1");
      print("Nodes", nodes(nodes));
      print("Pods", pods(pods));
      print("Home", cluster.home().directory().toString());
    }
    return ExitCode.OK.number();
  }

  private int status(JoinedNode joined) {
    var process = joined.process();
    print("Node", joined.nodeName() + (process.isPresent() ? ", agent runs" : ", agent is down"));
    print("API", joined.server().toString());
    print("Pods", joined.network().nodeCidr());
    print("Home", cluster.home().directory().toString());
    return (process.isPresent() ? ExitCode.OK : ExitCode.NO_CLUSTER).number();
  }

  /** The items as trees: making models of them would take longer than all the rest. */
  private static List<JsonNode> list(RemoteClient client, String path) {
    return ModelCodec.tree(client.raw(path)).path("items").valueStream().toList();
  }

  private static void print(String name, String value) {
    System.out.println(name + " ".repeat(9 - name.length()) + value);
  }

  private static String nodes(List<JsonNode> nodes) {
    var ready = nodes.stream().filter(StatusCommand::isReady).count();
    var simulated = nodes.stream().filter(StatusCommand::isSimulated).count();
    return ready
        + " of "
        + nodes.size()
        + " ready"
        + (simulated > 0 ? ", " + simulated + " of them simulated" : "");
  }

  private static boolean isReady(JsonNode node) {
    return node.path("status")
        .path("conditions")
        .valueStream()
        .anyMatch(c -> is(c, "type", "Ready") && is(c, "status", "True"));
  }

  private static boolean isSimulated(JsonNode node) {
    return is(node.path("metadata").path("labels"), OwnNames.SIMULATED, "true");
  }

  private static boolean is(JsonNode object, String field, String value) {
    return object.path(field).asString("").equals(value);
  }

  private static String pods(List<JsonNode> pods) {
    var countByPhase = new TreeMap<String, Integer>();
    for (var pod : pods) {
      countByPhase.merge(pod.path("status").path("phase").asString("Pending"), 1, Integer::sum);
    }
    var counts = new ArrayList<String>();
    countByPhase.forEach(
        (phase, count) -> counts.add(count + " " + phase.toLowerCase(Locale.ROOT)));
    return counts.isEmpty() ? "none" : String.join(", ", counts);
  }
}
