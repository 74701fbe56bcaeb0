package dev.nauarch.apiserver.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests made by chance, of a seed: whatever comes, the server answers, never with a 500, and
 * what it has stored can be read. A tenth of the seeds; all with {@code -Dnau.soak=true}, any one
 * with {@code -Dfuzz.seed=N}.
 */
@SuppressWarnings("NullAway.Init") // set before the first test
class FuzzIT {

  private static final int SEEDS = Boolean.getBoolean("nau.soak") ? 100 : 10;
  private static final int REQUESTS = 400;

  private static final List<Kind> KINDS =
      Catalog.builtIn(TestServer.VERSION).kinds().stream()
          .filter(kind -> kind.verbs().contains("update"))
          .filter(kind -> !kind.group().equals("apiextensions.k8s.io"))
          .toList();

  private static final Map<Long, Integer> acceptedBySeed = new TreeMap<>();

  private static TestServer server;

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException {
    server = TestServer.startCluster(directory);
    var account = "{\"metadata\":{\"name\":\"default\"}}".getBytes(StandardCharsets.UTF_8);
    try (var http = server.raw()) {
      // Without it no pod is taken.
      var json = Map.of("content-type", "application/json");
      var path = "/api/v1/namespaces/default/serviceaccounts";
      assertEquals(201, http.send("POST", path, json, account).status());
    }
  }

  /** Of a seed alone chance decides, and whether anything is there already that it asks for. */
  @AfterAll
  static void stop() {
    server.close();
    var all = acceptedBySeed.values().stream().mapToInt(Integer::intValue).sum();
    assertTrue(
        all * 20 > REQUESTS * acceptedBySeed.size(),
        () -> "only so many requests were right enough, by seed: " + acceptedBySeed);
  }

  static LongStream seeds() {
    var one = Long.getLong("fuzz.seed");
    return one == null ? LongStream.range(0, SEEDS) : LongStream.of(one);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyRequestIsAnswered(long seed) throws IOException {
    var requests = new FuzzRequests(new Random(seed), KINDS);
    var accepted = 0;
    try (var http = server.raw()) {
      for (var i = 0; i < REQUESTS; i++) {
        var request = requests.next();
        var which = "seed " + seed + ", request " + i + ": " + request;
        var answer = send(http, request, which);
        accepted += answer.status() < 400 ? 1 : 0;
        WireExchange.check(which, answer);
      }
      acceptedBySeed.put(seed, accepted);
      assertEquals(200, http.get("/readyz").status());
      for (var kind : KINDS) {
        readAll(http, kind);
      }
    }
  }

  private static RawHttp.Answer send(RawHttp http, FuzzRequests.Request request, String which)
      throws IOException {
    try {
      return http.send(request.method(), request.path(), request.headers(), request.body());
    } catch (IOException e) {
      throw new IOException(which, e);
    }
  }

  private static void readAll(RawHttp http, Kind kind) throws IOException {
    if (!kind.verbs().contains("list")) {
      return;
    }
    var group = kind.group().isEmpty() ? "/api/" : "/apis/" + kind.group() + "/";
    var path = group + kind.version() + "/" + kind.names().plural();
    var table = Map.of("accept", "application/json;as=Table;g=meta.k8s.io;v=v1");
    assertEquals(200, http.get(path).status(), path);
    assertEquals(200, http.send("GET", path, table, new byte[0]).status(), path);
  }
}
