package dev.nauarch.nodeagent.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.nodeagent.network.ClusterServices.Addresses;
import dev.nauarch.nodeagent.network.ClusterServices.Endpoint;
import dev.nauarch.nodeagent.network.ClusterServices.Entry;
import dev.nauarch.nodeagent.network.ClusterServices.Place;
import dev.nauarch.nodeagent.network.ClusterServices.Readiness;
import dev.nauarch.nodeagent.network.ClusterServices.Traffic;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HealthPortsTest {

  @Test
  void aBalancerLearnsWhetherThisNodeServes() throws Exception {
    var port = freePort();
    try (var ports = new HealthPorts(() -> true);
        var client = HttpClient.newHttpClient()) {
      ports.accept(services(port, Place.HERE));
      var served = ask(client, port);
      assertEquals(200, served.statusCode());
      assertTrue(served.body().contains("\"localEndpoints\": 1"), served::body);
      assertEquals("1", served.headers().firstValue("X-Load-Balancing-Endpoint-Weight").get());
      ports.accept(services(port, Place.ELSEWHERE));
      assertEquals(503, ask(client, port).statusCode());
      ports.accept(new ClusterServices(new TreeMap<>()));
      assertThrows(ConnectException.class, () -> ask(client, port));
    }
  }

  private static HttpResponse<String> ask(HttpClient client, int port)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/healthz")).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static ClusterServices services(int port, Place place) {
    var services = new TreeMap<String, Entry>();
    services.put(
        "default/web",
        new Entry(
            "default",
            "web",
            Addresses.ofCluster("10.96.0.20"),
            Optional.empty(),
            new Traffic(false, true, 0, List.of(), port),
            List.of(),
            List.of(new Endpoint("10.244.0.2", "", Readiness.READY, place, Map.of()))));
    return new ClusterServices(services);
  }
}
