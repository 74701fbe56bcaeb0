package dev.nauarch.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.nauarch.apiserver.object.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Which revision lists show, and what they say of the rest. */
class ListsTest {

  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String JSON = "application/json";

  private TestServer server;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    server = TestServer.start(directory);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void whoeverTakesAnyVersionTakesAllOfIt() throws Exception {
    create("a");
    create("b");
    assertEquals(List.of("a", "b"), names(list("?resourceVersion=0&limit=1")));
    assertEquals(List.of("a"), names(list("?limit=1")));
  }

  @Test
  void aPageOfAVersionShowsThatVersion() throws Exception {
    var first = create("a");
    create("b");
    assertEquals(List.of("a", "b"), names(list("?resourceVersion=" + first)));
    assertEquals(List.of("a"), names(list("?limit=5&resourceVersion=" + first)));
    var later = "&resourceVersionMatch=NotOlderThan";
    assertEquals(List.of("a", "b"), names(list("?limit=5&resourceVersion=" + first + later)));
    var exactly = "?resourceVersionMatch=Exact&resourceVersion=" + first;
    assertEquals(first, Json.text(list(exactly), "metadata", "resourceVersion"));
  }

  @Test
  void onlyAListThatPicksNothingSaysHowMuchIsLeft() throws Exception {
    create("a");
    create("b");
    create("c");
    var page = list("?limit=1");
    assertEquals(2, page.at("/metadata/remainingItemCount").asInt());
    var next = list("?limit=1&continue=" + Json.text(page, "metadata", "continue"));
    assertEquals(1, next.at("/metadata/remainingItemCount").asInt());
    assertFalse(list("?limit=1&labelSelector=!x").path("metadata").has("remainingItemCount"));
    assertFalse(list("?limit=3").path("metadata").has("continue"));
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnce() throws Exception {
    var list = list("?resourceVersionMatch=Some&continue=x&sendInitialEvents=true");
    assertEquals(422, list.path("code").asInt());
    assertEquals(4, list.at("/details/causes").size());
    var watch = list("?watch=1&resourceVersionMatch=Exact&continue=x");
    assertEquals(422, watch.path("code").asInt());
    assertEquals(3, watch.at("/details/causes").size());
  }

  private String create(String name) throws Exception {
    var body = "{\"metadata\":{\"name\":\"" + name + "\"}}";
    var answer = server.send("POST", MAPS, body, "Content-Type", JSON);
    assertEquals(201, answer.statusCode());
    return Json.text(read(answer.body()), "metadata", "resourceVersion");
  }

  private ObjectNode list(String query) throws Exception {
    return read(server.send("GET", MAPS + query, "").body());
  }

  private static List<String> names(ObjectNode list) {
    var names = new ArrayList<String>();
    list.path("items").forEach(item -> names.add(item.at("/metadata/name").asString()));
    return names;
  }

  private static ObjectNode read(String text) {
    return Json.read(text.getBytes(StandardCharsets.UTF_8));
  }
}
