package dev.nauarch.apiserver.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.TestServer;
import dev.nauarch.apiserver.object.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Many clients that write one object at once: no write is lost, and none is made twice. */
@Timeout(300)
@SuppressWarnings("NullAway.Init") // set before each test
class WriteConflictsIT {

  private static final int CLIENTS = 8;
  private static final int COUNTS = Boolean.getBoolean("nau.soak") ? 200 : 20;
  private static final String COLLECTION = "/api/v1/namespaces/default/configmaps";
  private static final String PATH = COLLECTION + "/counter";
  private static final String OVERTAKEN =
      "Operation cannot be fulfilled on configmaps \"counter\": the object has been modified;"
          + " please apply your changes to the latest version and try again";

  private TestServer server;
  private RawHttp http;

  /** One write of one client, the {@code round}th of those that were not in conflict. */
  private interface Writing {
    RawHttp.Answer write(RawHttp http, int client, int round) throws IOException;
  }

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    server = TestServer.startCluster(directory);
    http = server.raw();
    var body = "{\"metadata\":{\"name\":\"counter\"},\"data\":{\"n\":\"0\"}}";
    assertEquals(201, send(http, "POST", COLLECTION, "application/json", body).status());
  }

  @AfterEach
  void stop() throws IOException {
    http.close();
    server.close();
  }

  @Test
  void updatesOfWhatWasReadNeverOverwriteEachOther() throws Exception {
    var conflicts = conflicts((http, client, round) -> update(http), 409, OVERTAKEN);
    assertTrue(conflicts > 0, "the clients met each other");
    assertEquals(CLIENTS * COUNTS, number(read()));
  }

  @Test
  void patchesThatTestWhatTheyReplaceNeverOverwriteEachOther() throws Exception {
    var conflicts =
        conflicts(
            (http, client, round) -> patch(http),
            422,
            "the server rejected our request due to an error in our request");
    assertTrue(conflicts > 0, "the clients met each other");
    assertEquals(CLIENTS * COUNTS, number(read()));
  }

  @Test
  void patchesThatNameNoVersionAreMadeOnTopOfEachOther() throws Exception {
    var version = Long.parseLong(Json.text(read(), "metadata", "resourceVersion"));
    assertEquals(0, conflicts(WriteConflictsIT::merge, 0, ""));
    var object = read();
    for (var client = 0; client < CLIENTS; client++) {
      assertEquals(Integer.toString(COUNTS), Json.text(object, "data", "c" + client));
    }
    var now = Long.parseLong(Json.text(object, "metadata", "resourceVersion"));
    assertEquals((long) CLIENTS * COUNTS, now - version, "each was written once");
  }

  @Test
  void appliesOfDifferentFieldsAllHold() throws Exception {
    assertEquals(0, conflicts((http, client, round) -> apply(http, client, round), 0, ""));
    var object = read();
    var owners = new TreeMap<String, String>();
    for (var entry : object.path("metadata").path("managedFields")) {
      var data = entry.path("fieldsV1").path("f:data");
      owners.put(Json.text(entry, "manager"), data.toString());
    }
    for (var client = 0; client < CLIENTS; client++) {
      assertEquals(Integer.toString(COUNTS), Json.text(object, "data", "c" + client));
      assertEquals("{\"f:c" + client + "\":{}}", owners.get("manager-" + client));
    }
  }

  @Test
  void appliesOfOneFieldAreRefusedButForOne() throws Exception {
    var first = applied(http, "one", "shared", "1");
    assertEquals(200, first.status(), first.text());
    var version = Json.text(read(), "metadata", "resourceVersion");
    var second = applied(http, "two", "shared", "2");
    assertEquals(409, second.status(), second.text());
    var status = Json.read(second.body());
    assertEquals("Conflict", Json.text(status, "reason"));
    assertEquals(
        "Apply failed with 1 conflict: conflict with \"one\": .data.shared",
        Json.text(status, "message"));
    assertEquals(version, Json.text(read(), "metadata", "resourceVersion"));
  }

  /** Lets all clients make their writes at once; gives how often one was told of a conflict. */
  private int conflicts(Writing writing, int code, String message) throws Exception {
    var begin = new CyclicBarrier(CLIENTS);
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<Integer>>();
      for (var i = 0; i < CLIENTS; i++) {
        running.add(clients.submit(client(i, writing, begin, code, message)));
      }
      var conflicts = 0;
      for (var client : running) {
        conflicts += client.get();
      }
      return conflicts;
    }
  }

  private Callable<Integer> client(
      int number, Writing writing, CyclicBarrier begin, int code, String message) {
    return () -> {
      var conflicts = 0;
      try (var own = server.raw()) {
        begin.await();
        for (var done = 0; done < COUNTS; ) {
          var answer = writing.write(own, number, done + 1);
          if (answer.status() == 200) {
            done++;
          } else {
            assertEquals(code, answer.status(), answer.text());
            assertEquals(message, Json.text(Json.read(answer.body()), "message"));
            conflicts++;
          }
        }
      }
      return conflicts;
    };
  }

  private static RawHttp.Answer update(RawHttp http) throws IOException {
    var object = Json.read(http.get(PATH).body());
    Json.childOf(object, "data").put("n", Integer.toString(number(object) + 1));
    return send(http, "PUT", PATH, "application/json", object.toString());
  }

  private static RawHttp.Answer patch(RawHttp http) throws IOException {
    var n = number(Json.read(http.get(PATH).body()));
    var operations =
        "[{\"op\":\"test\",\"path\":\"/data/n\",\"value\":\"%d\"},"
            + "{\"op\":\"replace\",\"path\":\"/data/n\",\"value\":\"%d\"}]";
    var body = operations.formatted(n, n + 1);
    return send(http, "PATCH", PATH, "application/json-patch+json", body);
  }

  private static RawHttp.Answer merge(RawHttp http, int client, int round) throws IOException {
    var body = "{\"data\":{\"c" + client + "\":\"" + round + "\"}}";
    return send(http, "PATCH", PATH, "application/merge-patch+json", body);
  }

  private static RawHttp.Answer apply(RawHttp http, int client, int round) throws IOException {
    return applied(http, "manager-" + client, "c" + client, Integer.toString(round));
  }

  private static RawHttp.Answer applied(RawHttp http, String manager, String field, String value)
      throws IOException {
    var body =
        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"data\":{\"%s\":\"%s\"}}"
            .formatted(field, value);
    var path = PATH + "?fieldManager=" + manager;
    return send(http, "PATCH", path, "application/apply-patch+yaml", body);
  }

  private ObjectNode read() throws IOException {
    return Json.read(http.get(PATH).body());
  }

  private static int number(ObjectNode object) {
    return Integer.parseInt(Json.text(object, "data", "n"));
  }

  private static RawHttp.Answer send(
      RawHttp http, String method, String path, String type, String body) throws IOException {
    return http.send(
        method, path, Map.of("content-type", type), body.getBytes(StandardCharsets.UTF_8));
  }
}
