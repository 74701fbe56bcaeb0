package dev.nauarch.apiserver.wire;

import static dev.nauarch.apiserver.Awaiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.nauarch.apiserver.TestServer;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.store.memory.MemoryStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that do not read, do not finish, or go away in the middle: nobody else notices. */
@Timeout(300)
@SuppressWarnings("NullAway.Init") // set before each test
class SlowClientsIT {

  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final long MEGABYTE = 1 << 20;
  private static final int EVENTS = Boolean.getBoolean("nau.soak") ? 60_000 : 6_000;

  private static final String ESTABLISHED = "01";
  private static final String CLOSE_WAIT = "08";

  @TempDir private Path directory;
  private TestServer server;
  private RawHttp http;

  /** How many watches of config maps the server has itself. */
  private int own;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.startCluster(directory, new MemoryStore(), PATIENCE);
    http = server.raw();
    own = watchers();
  }

  @AfterEach
  void stop() throws IOException {
    http.close();
    server.close();
  }

  @Test
  void watchersThatNeverReadCostNobodyAnything() throws Exception {
    assertEquals(201, write("POST", MAPS, 2_000).status());
    var version = Json.text(Json.read(http.get(MAPS).body()), "metadata", "resourceVersion");
    var path = MAPS + "?watch=1&timeoutSeconds=250&resourceVersion=" + version;
    try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
      var reader = readers.submit(reader(path));
      var deaf = new ArrayList<Socket>();
      for (var i = 0; i < 20; i++) {
        deaf.add(opened(path));
      }
      var slowest = 0L;
      for (var i = 0; i < EVENTS; i++) {
        var begin = System.nanoTime();
        assertEquals(200, write("PUT", MAPS + "/m", 2_000).status());
        slowest = Math.max(slowest, System.nanoTime() - begin);
      }
      assertTrue(slowest < PATIENCE.toNanos(), "a write took " + slowest / 1_000_000 + " ms");
      assertEquals(EVENTS, reader.get(), "the one who reads has seen every event once, in order");
      awaitWatchers(0);
      for (var socket : deaf) {
        assertNotEquals("", endOf(socket));
      }
    }
    awaitNothingLeft();
  }

  @Test
  void aStreamThatIsNotReadHoldsUpNoOtherOfItsConnection() throws Exception {
    assertEquals(201, write("POST", MAPS, 300_000).status());
    var watch = server.client().sendAsync(h2(MAPS + "?watch=1"), BodyHandlers.ofInputStream());
    awaitWatchers(1);
    // More than the client lets come in without being read.
    for (var i = 0; i < 100; i++) {
      assertEquals(200, write("PUT", MAPS + "/m", 300_000).status());
      var answer = server.client().send(h2("/readyz"), BodyHandlers.ofString());
      assertEquals(200, answer.statusCode());
      assertEquals(HttpClient.Version.HTTP_2, answer.version());
    }
    awaitWatchers(0);
    watch.get().body().close();
    var answer = server.client().send(h2(MAPS + "/m"), BodyHandlers.ofString());
    assertEquals(200, answer.statusCode(), "the connection lives on");
  }

  @Test
  void whatIsKeptForThemIsBoundedByItsSize() throws Exception {
    assertEquals(201, write("POST", MAPS, 300_000).status());
    var path = MAPS + "?watch=1&timeoutSeconds=250";
    var deaf = new ArrayList<Socket>();
    for (var i = 0; i < 4; i++) {
      deaf.add(opened(path));
    }
    var before = used();
    // By their number alone all of these events would be kept.
    for (var i = 0; i < 2_000; i++) {
      assertEquals(200, write("PUT", MAPS + "/m", 300_000).status());
    }
    var grown = (used() - before) / MEGABYTE;
    assertTrue(grown < 400, "the heap has grown by " + grown + " MB");
    for (var socket : deaf) {
      socket.close();
    }
    awaitNothingLeft();
  }

  @Test
  void requestsThatAreNeverFinishedHoldNobodyUp() throws Exception {
    var begun =
        List.of(
            "GET " + MAPS + " HTTP/1.1\r\nhost: x\r\nx-slow: ",
            "POST "
                + MAPS
                + " HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
                + "content-length: 1000\r\n\r\n{\"metadata\":{\"name\":\"half\"}}",
            "POST "
                + MAPS
                + " HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
                + "transfer-encoding: chunked\r\n\r\n1c\r\n{\"metadata\":{\"name\":\"half\"}}");
    var sockets = new ArrayList<Socket>();
    for (var i = 0; i < 60; i++) {
      var socket = server.raw().connect();
      socket.getOutputStream().write(begun.get(i % 3).getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      sockets.add(socket);
    }
    assertEquals(201, write("POST", MAPS, 10).status());
    for (var i = 0; i < 100; i++) {
      var begin = System.nanoTime();
      assertEquals(200, write("PUT", MAPS + "/m", 10).status());
      var took = System.nanoTime() - begin;
      assertTrue(took < PATIENCE.toNanos(), "a write took " + took / 1_000_000 + " ms");
    }
    // In the end the server loses patience with all of them.
    for (var i = 0; i < sockets.size(); i++) {
      var end = endOf(sockets.get(i));
      // Where not even the head has come there is nothing to answer.
      var isAnswered = i % 3 > 0;
      assertEquals(isAnswered, end.startsWith("HTTP/1.1 400 Bad Request\r\n"), end);
      assertEquals(isAnswered, end.contains("\"message\":\"the body can't be read\""), end);
    }
    assertEquals(404, http.get(MAPS + "/half").status());
    awaitNothingLeft();
  }

  @Test
  void aClientThatGoesAwayInTheMiddleOfItsBodyLeavesNothing() throws Exception {
    var body = "{\"metadata\":{\"name\":\"gone\"}}";
    for (var sent = 0; sent <= body.length(); sent++) {
      try (var socket = server.raw().connect()) {
        var json = Map.of("content-type", "application/json");
        var out = socket.getOutputStream();
        // One byte more is promised than there is: what was sent may even be a whole object.
        out.write(RawHttp.head("POST", MAPS, json, body.length() + 1));
        out.write(body.getBytes(StandardCharsets.US_ASCII), 0, sent);
        out.flush();
      }
    }
    assertEquals(404, http.get(MAPS + "/gone").status());
    awaitNothingLeft();
    assertEquals(404, http.get(MAPS + "/gone").status());
  }

  private RawHttp.Answer write(String method, String path, int bytes) throws IOException {
    var text = Long.toString(System.nanoTime()) + "x".repeat(bytes);
    var body = "{\"metadata\":{\"name\":\"m\"},\"data\":{\"k\":\"" + text + "\"}}";
    var json = Map.of("content-type", "application/json");
    return http.send(method, path, json, body.getBytes(StandardCharsets.UTF_8));
  }

  /** A watch that somebody opens and never reads. */
  private Socket opened(String path) throws IOException {
    var socket = server.raw().connect(4_096);
    socket.getOutputStream().write(RawHttp.head("GET", path, Map.of(), 0));
    socket.getOutputStream().flush();
    return socket;
  }

  /** Reads a watch as it comes; gives how many events came in order. */
  private Callable<Integer> reader(String path) {
    return () -> {
      try (var watch = new RawWatch(server.raw(), path)) {
        var last = 0L;
        for (var seen = 0; seen < EVENTS; seen++) {
          var version = RawWatch.version(watch.next());
          assertTrue(version > last, "in order");
          last = version;
        }
        return EVENTS;
      }
    };
  }

  private HttpRequest h2(String path) {
    return server.request("GET", path, "");
  }

  /**
   * Waits until the server counts so many watches of config maps beside its own, none of which
   * anybody closed.
   */
  private void awaitWatchers(int wanted) throws Exception {
    await(wanted + " watchers", () -> watchers() == own + wanted);
  }

  private int watchers() throws IOException {
    var line = "apiserver_watchers{resource=\"configmaps\"} ";
    return http.get("/metrics")
        .text()
        .lines()
        .filter(each -> each.startsWith(line))
        .mapToInt(each -> Integer.parseInt(each.substring(line.length())))
        .findFirst()
        .orElse(0);
  }

  /** Waits until the server has no request under way, and no connection but that of this test. */
  private void awaitNothingLeft() throws Exception {
    http.close();
    await("requests under way", () -> requestsUnderWay() == 0);
    await("connections left", () -> connections() == 0);
  }

  /** How many threads serve a request, of all servers of this process. */
  private long requestsUnderWay() throws IOException {
    var dump = directory.resolve("threads-" + System.nanoTime());
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpThreads(dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
    try (var lines = Files.lines(dump)) {
      return lines.filter(line -> line.contains(" \"request-")).count();
    }
  }

  /** How many connections the server has not closed, as the kernel counts them. */
  private long connections() throws IOException {
    var port = "%04X".formatted(server.port());
    var open = 0;
    for (var table : List.of("tcp", "tcp6")) {
      for (var line : Files.readAllLines(Path.of("/proc/self/net", table))) {
        var words = line.strip().split(" +", -1);
        var isOurs = words[1].endsWith(":" + port);
        open += isOurs && (words[3].equals(ESTABLISHED) || words[3].equals(CLOSE_WAIT)) ? 1 : 0;
      }
    }
    return open;
  }

  /** How the server ends a connection, which it must. */
  private static String endOf(Socket socket) throws IOException {
    try (socket) {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (java.net.SocketException | javax.net.ssl.SSLException reset) {
      return reset.toString();
    }
  }

  private static long used() {
    System.gc();
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
