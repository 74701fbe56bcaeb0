package dev.nauarch.client.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Selection;
import dev.nauarch.client.WatchListener;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes over the wire and what is made of the answers, against a socket on this machine. */
final class RemoteClientTest {

  private final BlockingQueue<String> seen = new ArrayBlockingQueue<>(100);
  private HttpServer server;
  private RemoteClient client;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    var yaml =
        """
        apiVersion: v1
        kind: Config
        current-context: here
        contexts:
        - name: here
          context: {cluster: c, user: u, namespace: team-a}
        clusters:
        - name: c
          cluster: {server: "http://127.0.0.1:%d/"}
        users:
        - name: u
          user: {token: secret}
        """
            .formatted(server.getAddress().getPort());
    var kubeconfig = Kubeconfig.parse(yaml, Path.of("/"));
    assertEquals("team-a", kubeconfig.namespace(kubeconfig.currentContext()));
    client = RemoteClient.connect(kubeconfig.options());
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  private void answer(String path, int code, String... bodies) {
    var left = new ArrayBlockingQueue<>(bodies.length, true, List.of(bodies));
    server.createContext(path, exchange -> answer(exchange, code, String.valueOf(left.poll())));
  }

  private void answer(HttpExchange exchange, int code, String body) throws IOException {
    seen.add(
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI()
            + " "
            + exchange.getRequestHeaders().getFirst("Authorization")
            + " "
            + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Test
  void aListTakesAllPages() throws InterruptedException {
    answer(
        "/api/v1/namespaces/a/configmaps",
        200,
        """
        {"kind":"ConfigMapList","metadata":{"resourceVersion":"7","continue":"next one"},
         "items":[{"metadata":{"name":"one"}}]}""",
        """
        {"kind":"ConfigMapList","metadata":{"resourceVersion":"7"},
         "items":[{"metadata":{"name":"two"}}]}""");

    var list = client.list(Resources.CONFIG_MAPS, new Selection("a", "app=web", ""));

    assertEquals("7", list.resourceVersion());
    assertEquals(
        List.of("one", "two"), list.items().stream().map(c -> c.getMetadata().getName()).toList());
    assertEquals(
        "GET /api/v1/namespaces/a/configmaps?labelSelector=app%3Dweb&limit=500 Bearer secret ",
        seen.take());
    assertTrue(seen.take().contains("continue=next+one"));
  }

  @Test
  void aListWhosePagesExpireIsReadWhole() {
    server.createContext(
        "/api/v1/configmaps",
        exchange -> {
          var query = String.valueOf(exchange.getRequestURI().getQuery());
          var isNext = query.contains("continue=");
          var page =
              query.contains("limit=")
                  ? "{\"metadata\":{\"resourceVersion\":\"7\",\"continue\":\"next\"},\"items\":[{}]}"
                  : "{\"metadata\":{\"resourceVersion\":\"9\"},\"items\":[{},{},{}]}";
          var expired = "{\"kind\":\"Status\",\"reason\":\"Expired\",\"code\":410}";
          answer(exchange, isNext ? 410 : 200, isNext ? expired : page);
        });

    var list = client.list(Resources.CONFIG_MAPS, Selection.ALL);

    assertEquals(3, list.items().size());
    assertEquals("9", list.resourceVersion());
  }

  @Test
  void aStatusBecomesTheExceptionThatItStandsFor() {
    answer(
        "/api/v1/namespaces/a/configmaps",
        422,
        """
        {"kind":"Status","status":"Failure","message":"bad","reason":"Invalid","code":422,
         "details":{"kind":"ConfigMap","name":"x","causes":[
           {"reason":"FieldValueRequired","message":"Required value","field":"data"}]}}""");

    var e =
        assertThrows(
            ApiException.class, () -> client.get(Resources.CONFIG_MAPS, new ObjectKey("a", "x")));

    assertEquals(ApiException.Reason.INVALID, e.reason());
    assertEquals(422, e.code());
    assertEquals(
        List.of(new FieldError(FieldError.Type.REQUIRED, "data", "Required value")),
        e.details().causes());
  }

  @Test
  void deletingNamesTheVeryObject() throws InterruptedException {
    answer("/api/v1/namespaces/a/configmaps/x", 404, "{\"kind\":\"Status\",\"code\":404}");

    assertFalse(
        client.delete(Resources.CONFIG_MAPS, new ObjectKey("a", "x"), DeleteOptions.ofUid("u-1")));

    var request = seen.take();
    assertTrue(request.contains("\"preconditions\":{\"uid\":\"u-1\"}"), request);
    assertTrue(request.contains("\"propagationPolicy\":\"Background\""), request);
  }

  @Test
  void aWatchTellsEventsInOrderAndWhyItEnded() throws InterruptedException {
    answer(
        "/api/v1/configmaps",
        200,
        """
        {"type":"ADDED","object":{"metadata":{"name":"one","resourceVersion":"8"}}}
        {"type":"MODIFIED","object":{"metadata":{"name":"one","resourceVersion":"9"}}}
        {"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"11"}}}
        {"type":"DELETED","object":{"metadata":{"name":"one","resourceVersion":"12"}}}
        {"type":"ERROR","object":{"kind":"Status","reason":"Expired","code":410,"message":"old"}}
        """);
    var told = new ArrayBlockingQueue<String>(10);

    var watch = client.watch(Resources.CONFIG_MAPS, Selection.ALL, "5", new Recorder(told));

    assertEquals("added 8", told.poll(10, TimeUnit.SECONDS));
    assertEquals("modified 9", told.poll(10, TimeUnit.SECONDS));
    assertEquals("bookmark 11", told.poll(10, TimeUnit.SECONDS));
    assertEquals("deleted 12", told.poll(10, TimeUnit.SECONDS));
    assertEquals("closed EXPIRED", told.poll(10, TimeUnit.SECONDS));
    assertTrue(seen.take().contains("resourceVersion=5"));
    watch.close();
  }

  private record Recorder(BlockingQueue<String> told) implements WatchListener<ConfigMap> {
    @Override
    public void onAdded(ConfigMap object) {
      told.add("added " + object.getMetadata().getResourceVersion());
    }

    @Override
    public void onModified(ConfigMap object) {
      told.add("modified " + object.getMetadata().getResourceVersion());
    }

    @Override
    public void onDeleted(ConfigMap object) {
      told.add("deleted " + object.getMetadata().getResourceVersion());
    }

    @Override
    public void onBookmark(String resourceVersion) {
      told.add("bookmark " + resourceVersion);
    }

    @Override
    public void onClosed(ApiException reason) {
      told.add("closed " + reason.reason());
    }
  }
}
