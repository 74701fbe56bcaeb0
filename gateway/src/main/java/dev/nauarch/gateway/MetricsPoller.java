package dev.nauarch.gateway;

import dev.nauarch.routing.ServerMetrics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Asks every replica of every pool for its load, each on a virtual thread of its own. */
final class MetricsPoller implements AutoCloseable {
  private final HttpClient http;
  private final Duration interval;
  private final Supplier<List<String>> endpoints;
  private final LoadBoard board;
  private final Map<String, Thread> threadByEndpoint = new HashMap<>();

  MetricsPoller(
      HttpClient http, Duration interval, Supplier<List<String>> endpoints, LoadBoard board) {
    this.http = http;
    this.interval = interval;
    this.endpoints = endpoints;
    this.board = board;
  }

  /** Follows the endpoints that are there now, and no others. */
  synchronized void refresh() {
    var wanted = endpoints.get();
    board.retain(wanted);
    threadByEndpoint.forEach(
        (endpoint, thread) -> {
          if (!wanted.contains(endpoint)) {
            thread.interrupt();
          }
        });
    threadByEndpoint.keySet().retainAll(wanted);
    for (var endpoint : wanted) {
      threadByEndpoint.computeIfAbsent(
          endpoint, e -> Thread.ofVirtual().name("metrics-" + e).start(() -> follow(e)));
    }
  }

  private void follow(String endpoint) {
    var request =
        HttpRequest.newBuilder(URI.create("http://" + endpoint + "/metrics"))
            .timeout(Duration.ofSeconds(2))
            .build();
    try {
      while (!Thread.currentThread().isInterrupted()) {
        measure(endpoint, request);
        Thread.sleep(interval);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void measure(String endpoint, HttpRequest request) throws InterruptedException {
    try {
      var response = http.send(request, BodyHandlers.ofString());
      var metrics = ServerMetrics.parse(response.body());
      if (response.statusCode() == 200 && metrics.isPresent()) {
        board.measured(endpoint, metrics.get());
      } else {
        board.unknown(endpoint);
      }
    } catch (IOException e) {
      board.unknown(endpoint);
    }
  }

  @Override
  public synchronized void close() {
    threadByEndpoint.values().forEach(Thread::interrupt);
    threadByEndpoint.clear();
  }
}
