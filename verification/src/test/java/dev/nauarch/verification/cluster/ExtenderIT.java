package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.Resources;
import dev.nauarch.client.remote.RemoteClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** An extender over HTTP that filters, scores and binds, and sometimes does not answer. */
@Tag(SimulatedCluster.NEEDS_MACHINE)
class ExtenderIT {
  private static final String FILE =
      """
      apiVersion: kubescheduler.config.k8s.io/v1
      kind: KubeSchedulerConfiguration
      extenders:
      - urlPrefix: http://127.0.0.1:%d/scheduler
        filterVerb: filter
        prioritizeVerb: prioritize
        bindVerb: bind
        weight: 10
        httpTimeout: 20s
        managedResources:
        - name: example.org/widget
          ignoredByScheduler: true
      """;

  private static final String MEMBER = "\"schedulingGroup\":{\"podGroupName\":\"team\"},";

  /** Refuses the first node that it is asked about, likes the last, and binds pods itself. */
  private static final class WidgetExtender implements AutoCloseable {
    private final HttpServer server;
    private final List<String> wishes = Collections.synchronizedList(new ArrayList<>());
    private volatile @Nullable RemoteClient client;
    private volatile boolean isBroken;
    private volatile CountDownLatch pause = new CountDownLatch(0);

    WidgetExtender() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext("/scheduler/", this::answer);
      server.start();
    }

    int port() {
      return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
      try (exchange) {
        var body = ModelCodec.tree(exchange.getRequestBody().readAllBytes());
        var verb = exchange.getRequestURI().getPath().substring("/scheduler/".length());
        var answer =
            switch (verb) {
              case "filter" -> filter(body);
              case "prioritize" -> prioritize(body);
              case "bind" -> bind(body);
              default -> throw new IllegalStateException(verb);
            };
        var bytes = ModelCodec.encode(answer);
        exchange.sendResponseHeaders(isBroken ? 500 : 200, bytes.length);
        exchange.getResponseBody().write(bytes);
      }
    }

    private static List<String> names(JsonNode body) {
      var names = new ArrayList<String>();
      body.path("Nodes").path("items").forEach(node -> names.add(name(node)));
      return names;
    }

    private static String name(JsonNode object) {
      return object.path("metadata").path("name").stringValue();
    }

    private Object filter(JsonNode body) {
      var names = names(body);
      wishes.add("filter " + name(body.path("Pod")) + " " + names.size());
      try {
        assertTrue(pause.await(1, TimeUnit.MINUTES));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      var items = new ArrayList<Object>();
      body.path("Nodes").path("items").forEach(items::add);
      return Map.of(
          "Nodes",
          Map.of("items", items.subList(1, items.size())),
          "FailedNodes",
          Map.of(names.getFirst(), "node(s) had no widget"));
    }

    private static Object prioritize(JsonNode body) {
      var names = names(body);
      return names.stream()
          .map(name -> Map.of("Host", name, "Score", name.equals(names.getLast()) ? 10 : 0))
          .toList();
    }

    private Object bind(JsonNode body) {
      var pod = body.path("PodName").stringValue();
      var node = body.path("Node").stringValue();
      wishes.add("bind " + pod + " " + node);
      var binding =
          Map.of(
              "apiVersion",
              "v1",
              "kind",
              "Binding",
              "metadata",
              Map.of("name", pod),
              "target",
              Map.of("kind", "Node", "name", node));
      Objects.requireNonNull(client)
          .post(Resources.PODS, SimulatedCluster.key(pod), "binding", binding);
      return Map.of("Error", "");
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  private static void pod(SimulatedCluster cluster, String name, String resources) {
    pod(cluster, name, resources, "");
  }

  private static void pod(SimulatedCluster cluster, String name, String resources, String more) {
    cluster
        .awaiting()
        .apply(
            Resources.PODS,
            name,
            """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s"},
             "spec":{"nodeSelector":{"nauarch.dev/simulated":"true"},%s
              "containers":[{"name":"c","image":"any/image:1","resources":%s}]}}
            """
                .formatted(name, more, resources));
  }

  private static void widgets(SimulatedCluster cluster, String name) {
    widgets(cluster, name, "");
  }

  private static void widgets(SimulatedCluster cluster, String name, String more) {
    var each = "{\"example.org/widget\":\"1\",\"cpu\":\"100m\"}";
    pod(cluster, name, "{\"requests\":" + each + ",\"limits\":" + each + "}", more);
  }

  private static @Nullable String node(SimulatedCluster cluster, String pod) {
    return cluster.pod(pod).getSpec().getNodeName();
  }

  private static void awaitPlaced(SimulatedCluster cluster, String pod) {
    Awaiting.until(pod + " has a node", () -> node(cluster, pod) != null);
  }

  private static String message(SimulatedCluster cluster, String pod) {
    return cluster.pod(pod).getStatus().getConditions().stream()
        .filter(condition -> condition.getType().equals("PodScheduled"))
        .map(condition -> String.valueOf(condition.getMessage()))
        .collect(Collectors.joining());
  }

  @Test
  void podsGoWhereTheExtenderLetsThem(@TempDir Path directory) throws Exception {
    try (var extender = new WidgetExtender()) {
      var file = directory.resolve("scheduler.yaml");
      Files.writeString(file, FILE.formatted(extender.port()));
      try (var cluster =
          SimulatedCluster.start(31020, "3", "--scheduler-config", file.toString())) {
        extender.client = cluster.client();
        widgets(cluster, "w0");
        awaitPlaced(cluster, "w0");
        assertEquals(List.of("filter w0 3", "bind w0 " + node(cluster, "w0")), extender.wishes);
        othersGoOnMeanwhile(cluster, extender);
        gangsGoWhereTheExtenderLetsThem(cluster, extender);
        podsWaitForAnAnswer(cluster, extender);
      }
    }
  }

  private static void othersGoOnMeanwhile(SimulatedCluster cluster, WidgetExtender extender) {
    extender.pause = new CountDownLatch(1);
    widgets(cluster, "w1");
    Awaiting.until("w1 is asked about", () -> extender.wishes.contains("filter w1 3"));
    pod(cluster, "plain", "{\"requests\":{\"cpu\":\"100m\"}}");
    awaitPlaced(cluster, "plain");
    assertEquals(null, node(cluster, "w1"));
    extender.pause.countDown();
    awaitPlaced(cluster, "w1");
  }

  private static void gangsGoWhereTheExtenderLetsThem(
      SimulatedCluster cluster, WidgetExtender extender) {
    cluster
        .awaiting()
        .apply(
            Resources.POD_GROUPS,
            "team",
            """
            {"apiVersion":"scheduling.k8s.io/v1beta1","kind":"PodGroup","metadata":{"name":"team"},
             "spec":{"schedulingPolicy":{"gang":{"minCount":2}}}}
            """);
    extender.wishes.clear();
    widgets(cluster, "team-0", MEMBER);
    widgets(cluster, "team-1", MEMBER);
    awaitPlaced(cluster, "team-0");
    awaitPlaced(cluster, "team-1");
    for (var pod : List.of("team-0", "team-1")) {
      assertTrue(extender.wishes.contains("filter " + pod + " 3"), extender.wishes::toString);
      var bind = "bind " + pod + " " + node(cluster, pod);
      assertTrue(extender.wishes.contains(bind), extender.wishes::toString);
    }
    assertTrue(extender.wishes.subList(0, 2).stream().allMatch(wish -> wish.startsWith("filter")));
  }

  private static void podsWaitForAnAnswer(SimulatedCluster cluster, WidgetExtender extender) {
    extender.isBroken = true;
    widgets(cluster, "w2");
    var words = "/scheduler failed: filter was answered with code 500";
    Awaiting.until("w2 says so", () -> message(cluster, "w2").contains(words));
    extender.isBroken = false;
    awaitPlaced(cluster, "w2");
  }
}
