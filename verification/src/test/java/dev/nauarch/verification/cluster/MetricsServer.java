package dev.nauarch.verification.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.nauarch.apiserver.certificates.ClusterCertificates;
import dev.nauarch.apiserver.http.TlsIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** An aggregated server of custom and external metrics, whose values a test sets. */
final class MetricsServer implements AutoCloseable {

  private static final String GROUPS = "/apis/(custom|external)[.]metrics[.]k8s[.]io/v1beta1";

  private final HttpsServer server;
  private final Map<String, String> valueByPath = new ConcurrentHashMap<>();

  private MetricsServer(HttpsServer server) {
    this.server = server;
  }

  /**
   * Starts one on a free port of loopback.
   *
   * @param directory where its certificate lies
   */
  static MetricsServer start(Path directory) throws IOException {
    var own =
        ClusterCertificates.open(
            directory,
            new ClusterCertificates.Options("metrics.default.svc", "10.0.0.1", List.of()),
            InstantSource.system());
    var identity =
        new TlsIdentity(
            List.of(own.server().certificate()), own.server().key(), own.frontProxy().authority());
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var server = HttpsServer.create(address, 0);
    server.setHttpsConfigurator(new HttpsConfigurator(identity.context()));
    var metrics = new MetricsServer(server);
    server.createContext("/", metrics::answer);
    server.start();
    return metrics;
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Has one value stand under a path of its two groups. */
  void set(String path, String value) {
    valueByPath.put(path, value);
  }

  private void answer(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().getPath();
    var body = "{\"kind\":\"Status\",\"code\":404,\"message\":\"no such metric\"}";
    var value = valueByPath.get(path);
    if (path.matches(GROUPS)) {
      body = "{\"kind\":\"APIResourceList\",\"apiVersion\":\"v1\",\"resources\":[]}";
    } else if (value != null) {
      body =
          ("{\"kind\":\"MetricValueList\",\"items\":[{\"timestamp\":\"2026-01-01T00:00:00Z\","
                  + "\"metricName\":\"m\",\"value\":\"%s\"}]}")
              .formatted(value);
    }
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(body.contains("404") ? 404 : 200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
