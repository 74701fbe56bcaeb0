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
  void anAnswerIsIndentedForWhoeverAsks() throws Exception {
    create("a");
    for (var path : List.of(MAPS, MAPS + "/a", MAPS + "/none", "/version", "/apis", "/api/v1")) {
      var indented = body(path + "?pretty=true");
      assertEquals("{\n  \"", indented.substring(0, 5), path);
      assertFalse(body(path).contains("\n  \""), path);
      assertEquals(Json.MAPPER.readTree(body(path)), Json.MAPPER.readTree(indented), path);
    }
  }

  private String body(String path) throws Exception {
    return server.send("GET", path, "").body();
  }

  @Test
  void whoeverTakesAnyVersionTakesAllOfIt() throws Exception {
    create("a");
    create("b");
    // The first list waits until the server's cache has both, which any version need not.
    assertEquals(List.of("a"), names(list("?limit=1")));
    assertEquals(List.of("a", "b"), names(list("?resourceVersion=0&limit=1")));
  }

  @Test
  void aPageOfAVersionShowsThatVersion() throws Exception {
    var first = create("a");
    create("b");
    // Whoever lists any version from then on may be shown an older one, until the latest was asked
    // for.
    assertEquals(List.of("a", "b"), names(list("")));
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
  void eventsOfTheNewerFormAreSelectedByWhoReportsThem() throws Exception {
    event("v1", "{'source':{'component':'old'},'reportingComponent':'r','reportingInstance':'i'}");
    var newer =
        "{'reportingController':'new','reportingInstance':'i','eventTime':"
            + "'2026-01-01T00:00:00.000000Z','reason':'R','action':'A','type':'Normal'}";
    event("events.k8s.io/v1", newer);
    var events = "/api/v1/namespaces/default/events?fieldSelector=source%3D";
    assertEquals(List.of("v1"), names(read(server.send("GET", events + "old", "").body())));
    assertEquals(
        List.of("events.k8s.io"), names(read(server.send("GET", events + "new", "").body())));
    assertEquals(List.of(), names(read(server.send("GET", events + "r", "").body())));
    var newerEvents = "/apis/events.k8s.io/v1/namespaces/default/events?fieldSelector=";
    var byReporter = newerEvents + "reportingController%3Dnew,regarding.kind%3DPod";
    assertEquals(List.of("events.k8s.io"), names(read(server.send("GET", byReporter, "").body())));
    var others = newerEvents + "reportingController!%3Dnew,regarding.name%3Dx";
    assertEquals(List.of("v1"), names(read(server.send("GET", others, "").body())));
  }

  private void event(String version, String fields) throws Exception {
    var event = read(fields.replace('\'', '"'));
    event.putObject("metadata").put("name", version.split("/", -1)[0]);
    var about = version.equals("v1") ? "involvedObject" : "regarding";
    event.putObject(about).put("namespace", "default").put("name", "x").put("kind", "Pod");
    var path = (version.equals("v1") ? "/api/" : "/apis/") + version;
    var answer =
        server.send(
            "POST", path + "/namespaces/default/events", event.toString(), "Content-Type", JSON);
    assertEquals(201, answer.statusCode(), answer.body());
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
