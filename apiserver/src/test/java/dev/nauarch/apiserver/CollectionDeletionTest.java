package dev.nauarch.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.object.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many objects are deleted by one request. */
class CollectionDeletionTest {

  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final int COUNT = 150;

  private TestServer server;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    server = TestServer.start(directory);
    for (var i = 0; i < COUNT; i++) {
      create(name(i), "red", "[]");
    }
    create("other", "blue", "[]");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void whatIsSelectedGoesAndIsAnsweredInItsOrder() throws Exception {
    create("z-held", "red", "[\"example.com/held\"]");
    var all = IntStream.range(0, COUNT).mapToObj(CollectionDeletionTest::name).toList();
    var answer = server.send("DELETE", MAPS + "?labelSelector=color%3Dred", "");
    assertEquals(200, answer.statusCode());
    assertEquals(List.of("z-held"), names(answer.body()).subList(COUNT, COUNT + 1));
    assertEquals(all, names(answer.body()).subList(0, COUNT));
    assertEquals(List.of("other", "z-held"), names(server.send("GET", MAPS, "").body()));
    var held = Json.MAPPER.readTree(server.send("GET", MAPS + "/z-held", "").body());
    assertTrue(held.path("metadata").has("deletionTimestamp"));
  }

  @Test
  void twoRequestsAtOnceAreNoFailure() throws Exception {
    var requests =
        IntStream.range(0, 2).mapToObj(_ -> CompletableFuture.supplyAsync(this::deleteAll));
    assertEquals(
        List.of(200, 200), requests.toList().stream().map(CompletableFuture::join).toList());
    assertEquals(List.of(), names(server.send("GET", MAPS, "").body()));
  }

  private int deleteAll() {
    try {
      return server.send("DELETE", MAPS, "").statusCode();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theFirstRefusalIsTheAnswer() throws Exception {
    var body = "{\"preconditions\":{\"uid\":\"of-nobody\"}}";
    var answer = server.send("DELETE", MAPS, body, "Content-Type", "application/json");
    assertEquals(409, answer.statusCode());
    assertTrue(answer.body().contains("the UID in the precondition (of-nobody)"), answer.body());
    assertEquals(COUNT + 1, names(server.send("GET", MAPS, "").body()).size());
  }

  @Test
  void whatIsTriedChangesNothing() throws Exception {
    assertEquals(200, server.send("DELETE", MAPS + "?dryRun=All", "").statusCode());
    assertEquals(COUNT + 1, names(server.send("GET", MAPS, "").body()).size());
  }

  private static String name(int number) {
    return "n-%03d".formatted(number);
  }

  private void create(String name, String color, String finalizers) throws Exception {
    var body =
        """
        {"metadata": {"name": "%s", "labels": {"color": "%s"}, "finalizers": %s}}
        """
            .formatted(name, color, finalizers);
    assertEquals(
        201, server.send("POST", MAPS, body, "Content-Type", "application/json").statusCode());
  }

  private static List<String> names(String list) {
    return StreamSupport.stream(Json.MAPPER.readTree(list).path("items").spliterator(), false)
        .map(item -> Json.text(item, "metadata", "name"))
        .filter(name -> !name.equals("kube-root-ca.crt"))
        .toList();
  }
}
