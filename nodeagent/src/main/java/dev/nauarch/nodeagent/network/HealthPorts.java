package dev.nauarch.nodeagent.network;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nauarch.nodeagent.network.ClusterServices.Endpoint;
import dev.nauarch.nodeagent.network.ClusterServices.Entry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells load balancers whether this node serves a Service whose outside traffic stays on the node
 * ({@code healthCheckNodePort}): status 200 and how many ready endpoints there are, or 503.
 */
public final class HealthPorts implements Consumer<ClusterServices>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HealthPorts.class);

  /** Whom a port speaks for, and where it listens; the entry is replaced as it changes. */
  private static final class Door {
    private final HttpServer server;
    private volatile Entry entry;

    Door(HttpServer server, Entry entry) {
      this.server = server;
      this.entry = entry;
    }
  }

  private final BooleanSupplier isProxyHealthy;
  private final Map<Integer, Door> doorByPort = new HashMap<>();

  /**
   * @param isProxyHealthy whether rules are up to date
   */
  public HealthPorts(BooleanSupplier isProxyHealthy) {
    this.isProxyHealthy = isProxyHealthy;
  }

  @Override
  public synchronized void accept(ClusterServices services) {
    var wanted = new HashMap<Integer, Entry>();
    for (var entry : services.servicesByKey().values()) {
      if (entry.traffic().healthPort() != 0) {
        wanted.putIfAbsent(entry.traffic().healthPort(), entry);
      }
    }
    doorByPort
        .entrySet()
        .removeIf(
            open -> {
              var isGone = !wanted.containsKey(open.getKey());
              if (isGone) {
                open.getValue().server.stop(0);
              }
              return isGone;
            });
    wanted.forEach(this::open);
  }

  private void open(int port, Entry entry) {
    var door = doorByPort.get(port);
    if (door != null) {
      door.entry = entry;
      return;
    }
    try {
      var server = HttpServer.create(new InetSocketAddress(port), 0);
      var opened = new Door(server, entry);
      server.createContext("/", exchange -> answer(exchange, opened.entry));
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.start();
      doorByPort.put(port, opened);
    } catch (IOException e) {
      LOG.warn(
          "nothing can listen at the health check port {} of {}/{}: {}",
          port,
          entry.namespace(),
          entry.name(),
          e.getMessage());
    }
  }

  private void answer(HttpExchange exchange, Entry entry) throws IOException {
    var count =
        entry.endpoints().stream()
            .filter(endpoint -> endpoint.isReady() && endpoint.place().isHere())
            .map(Endpoint::address)
            .distinct()
            .count();
    var isHealthy = isProxyHealthy.getAsBoolean();
    var body =
        "{\n\t\"service\": {\n\t\t\"namespace\": \"%s\",\n\t\t\"name\": \"%s\"\n\t},"
            + "\n\t\"localEndpoints\": %d,\n\t\"serviceProxyHealthy\": %s\n}";
    var bytes =
        body.formatted(entry.namespace(), entry.name(), count, isHealthy)
            .getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      var headers = exchange.getResponseHeaders();
      headers.set("Content-Type", "application/json");
      headers.set("X-Content-Type-Options", "nosniff");
      headers.set("X-Load-Balancing-Endpoint-Weight", Long.toString(count));
      exchange.sendResponseHeaders(count > 0 && isHealthy ? 200 : 503, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public synchronized void close() {
    doorByPort.values().forEach(door -> door.server.stop(0));
    doorByPort.clear();
  }
}
