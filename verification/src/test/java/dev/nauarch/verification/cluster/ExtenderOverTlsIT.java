package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.Resources;
import dev.nauarch.apiserver.certificates.ClusterCertificates;
import dev.nauarch.apiserver.http.TlsIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * An extender that is told the names of nodes over TLS, with certificates on both sides, and has a
 * say in who stops; beside one that nobody answers for, which can be ignored.
 */
@Tag(SimulatedCluster.NEEDS_MACHINE)
class ExtenderOverTlsIT {
  private static final String FILE =
      """
      apiVersion: kubescheduler.config.k8s.io/v1
      kind: KubeSchedulerConfiguration
      extenders:
      - urlPrefix: http://127.0.0.1:1/nobody
        filterVerb: filter
        prioritizeVerb: prioritize
        preemptVerb: preempt
        weight: 1
        ignorable: true
      - urlPrefix: https://localhost:%d/scheduler
        filterVerb: filter
        prioritizeVerb: prioritize
        preemptVerb: preempt
        weight: 100
        httpTimeout: 20s
        nodeCacheCapable: true
        managedResources: [{name: nvidia.com/gpu}]
        tlsConfig: {caFile: %s, certFile: %s, keyFile: %s}
      """;

  /** Likes the node with the last name, and has pods stop nowhere else. */
  private static final class SecureExtender implements AutoCloseable {
    private final HttpsServer server;
    private final List<String> wishes = Collections.synchronizedList(new ArrayList<>());

    SecureExtender(TlsIdentity identity) throws IOException {
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setHttpsConfigurator(
          new HttpsConfigurator(identity.context()) {
            @Override
            public void configure(HttpsParameters parameters) {
              var wanted = getSSLContext().getDefaultSSLParameters();
              wanted.setNeedClientAuth(true);
              parameters.setSSLParameters(wanted);
            }
          });
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext("/scheduler/", this::answer);
      server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
      try (exchange) {
        var body = ModelCodec.tree(exchange.getRequestBody().readAllBytes());
        var verb = exchange.getRequestURI().getPath().substring("/scheduler/".length());
        var who = ((HttpsExchange) exchange).getSSLSession().getPeerPrincipal().getName();
        var pod = body.at("/Pod/metadata/name").asString("");
        wishes.add(verb + " " + pod + " for " + who + " nodes " + body.path("Nodes").isNull());
        var answer =
            switch (verb) {
              case "filter" -> Map.of("NodeNames", names(body), "FailedNodes", Map.of());
              case "prioritize" -> scores(names(body));
              case "preempt" -> Map.of("NodeNameToMetaVictims", last(body));
              default -> throw new IllegalStateException(verb);
            };
        var bytes = ModelCodec.encode(answer);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
      }
    }

    private static List<String> names(JsonNode body) {
      var names = new ArrayList<String>();
      body.path("NodeNames").forEach(name -> names.add(name.stringValue()));
      return names;
    }

    private static Object scores(List<String> names) {
      var last = Collections.max(names);
      return names.stream()
          .map(name -> Map.of("Host", name, "Score", name.equals(last) ? 10 : 0))
          .toList();
    }

    private static Map<String, JsonNode> last(JsonNode body) {
      var all = new TreeMap<String, JsonNode>();
      body.path("NodeNameToMetaVictims")
          .properties()
          .forEach(one -> all.put(one.getKey(), one.getValue()));
      return all.tailMap(all.lastKey());
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  private static void pod(SimulatedCluster cluster, String name, String more) {
    cluster
        .awaiting()
        .apply(
            Resources.PODS,
            name,
            """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s"},
             "spec":{%s"terminationGracePeriodSeconds":0,
              "containers":[{"name":"c","image":"any/image:1",
               "resources":{"limits":{"nvidia.com/gpu":"4"}}}]}}
            """
                .formatted(name, more));
  }

  private static void awaitOn(SimulatedCluster cluster, String pod, String node) {
    Awaiting.until(pod + " has a node", () -> cluster.pod(pod).getSpec().getNodeName() != null);
    assertEquals(node, cluster.pod(pod).getSpec().getNodeName());
  }

  @Test
  void whoIsAskedOverTlsDecidesWherePodsGoAndWhoStops(@TempDir Path directory) throws Exception {
    var own =
        ClusterCertificates.open(
            directory.resolve("pki"),
            new ClusterCertificates.Options("localhost", "127.0.0.1", List.of()),
            InstantSource.system());
    var client = own.client("asker", "asker", List.of());
    var authority = Files.writeString(directory.resolve("ca.pem"), own.authorityPem());
    var certificate = Files.writeString(directory.resolve("tls.pem"), client.certificatePem());
    var key = Files.writeString(directory.resolve("key.pem"), client.keyPem());
    var identity =
        new TlsIdentity(List.of(own.server().certificate()), own.server().key(), own.authority());
    try (var extender = new SecureExtender(identity)) {
      var file = directory.resolve("scheduler.yaml");
      var port = extender.server.getAddress().getPort();
      Files.writeString(file, FILE.formatted(port, authority, certificate, key));
      try (var cluster =
          SimulatedCluster.start(25220, "2:4xH100", "--scheduler-config", file.toString())) {
        cluster
            .awaiting()
            .apply(
                Resources.PRIORITY_CLASSES,
                "urgent",
                "{\"apiVersion\":\"scheduling.k8s.io/v1\",\"kind\":\"PriorityClass\","
                    + "\"metadata\":{\"name\":\"urgent\"},\"value\":100}");
        pod(cluster, "first", "");
        awaitOn(cluster, "first", "sim-1");
        pod(cluster, "second", "");
        awaitOn(cluster, "second", "sim-0");
        assertEquals(
            List.of(
                "filter first for CN=asker nodes true",
                "prioritize first for CN=asker nodes true",
                "filter second for CN=asker nodes true",
                "prioritize second for CN=asker nodes true"),
            extender.wishes);
        pod(cluster, "urgent", "\"priorityClassName\":\"urgent\",");
        awaitOn(cluster, "urgent", "sim-1");
        assertTrue(extender.wishes.stream().anyMatch(wish -> wish.startsWith("preempt urgent")));
        assertTrue(cluster.awaiting().get(Resources.PODS, "second").isPresent());
        gangClearsANodeWhenItMay(cluster, extender);
      }
    }
  }

  private static void gangClearsANodeWhenItMay(SimulatedCluster cluster, SecureExtender extender) {
    cluster
        .awaiting()
        .apply(
            Resources.POD_GROUPS,
            "team",
            """
            {"apiVersion":"scheduling.k8s.io/v1beta1","kind":"PodGroup","metadata":{"name":"team"},
             "spec":{"priorityClassName":"urgent","schedulingPolicy":{"gang":{"minCount":1}},
              "schedulingConstraints":{"topology":[{"key":"kubernetes.io/hostname"}]}}}
            """);
    pod(
        cluster,
        "team-0",
        "\"priorityClassName\":\"urgent\",\"schedulingGroup\":{\"podGroupName\":\"team\"},");
    awaitOn(cluster, "team-0", "sim-0");
    assertTrue(extender.wishes.stream().anyMatch(wish -> wish.startsWith("preempt team-0")));
  }
}
