package dev.nauarch.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.store.Store;
import dev.nauarch.store.memory.MemoryStore;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** The verbs over real HTTPS, on a store in memory; on others in the classes that extend it. */
class ApiServerTest {

  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String JSON = "application/json";

  private TestServer server;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    server = TestServer.start(directory, stores(directory));
  }

  /** What the servers stand on, one each. */
  List<Store> stores(Path directory) throws IOException {
    return List.of(new MemoryStore());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void createdObjectHasIdentityAndCanBeRead() throws Exception {
    var created = create("a", "{\"k\":\"v\"}");
    assertEquals("a", Json.text(created, "metadata", "name"));
    assertEquals("default", Json.text(created, "metadata", "namespace"));
    assertFalse(Json.text(created, "metadata", "uid").isEmpty());
    assertFalse(Json.text(created, "metadata", "creationTimestamp").isEmpty());
    assertFalse(Json.text(created, "metadata", "resourceVersion").isEmpty());

    assertEquals(created, get(MAPS + "/a", 200));
  }

  @Test
  void aScaleTakesEveryTypeOfPatch() throws Exception {
    var path = "/apis/apps/v1/namespaces/default/deployments";
    var deployment =
        """
        {"metadata":{"name":"d"},"spec":{"replicas":0,"selector":{"matchLabels":{"a":"b"}},
         "template":{"metadata":{"labels":{"a":"b"}},
          "spec":{"containers":[{"name":"c","image":"host"}]}}}}
        """;
    assertEquals(201, server.send("POST", path, deployment, "Content-Type", JSON).statusCode());
    var patches =
        Map.of(
            "application/merge-patch+json", "{\"spec\":{\"replicas\":1}}",
            "application/strategic-merge-patch+json", "{\"spec\":{\"replicas\":2}}",
            "application/json-patch+json",
                "[{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":3}]");
    for (var patch : patches.entrySet()) {
      var type = patch.getKey();
      var answer = server.send("PATCH", path + "/d/scale", patch.getValue(), "Content-Type", type);
      assertEquals(200, answer.statusCode(), answer.body());
      assertTrue(patch.getValue().contains(get(path + "/d", 200).at("/spec/replicas").toString()));
    }
  }

  @Test
  void aNewObjectHasAStatusThatNobodyOwns() throws Exception {
    var path = "/api/v1/namespaces/default/persistentvolumeclaims";
    var claim = "{\"metadata\":{\"name\":\"c\"},\"spec\":{},\"status\":{\"phase\":\"Bound\"}}";
    assertEquals(201, server.send("POST", path, claim).statusCode());
    var created = get(path + "/c", 200);
    assertTrue(created.path("status").isObject() && created.path("status").isEmpty());
    assertFalse(created.path("metadata").path("managedFields").toString().contains("f:status"));
  }

  @Test
  void secondCreationOfANameIsAConflict() throws Exception {
    create("a", "{}");
    var answer = post(map("a", "{}"));
    assertEquals(409, answer.statusCode());
    var status = object(answer);
    assertEquals("AlreadyExists", Json.text(status, "reason"));
    assertEquals("configmaps \"a\" already exists", Json.text(status, "message"));
  }

  @Test
  void generatedNamesBeginWithTheirPrefix() throws Exception {
    var body = "{\"metadata\":{\"generateName\":\"job-\"}}";
    var created = object(server.send("POST", MAPS, body, "Content-Type", JSON));
    assertTrue(Json.text(created, "metadata", "name").matches("job-[a-z0-9]{5}"));
  }

  @Test
  void updateOfAnOldVersionIsRefused() throws Exception {
    var first = create("a", "{\"n\":\"1\"}");
    var second = first.deepCopy();
    Json.childOf(second, "data").put("n", "2");
    assertEquals(200, put("a", second).statusCode());
    Json.childOf(first, "data").put("n", "3");
    var refused = put("a", first);
    assertEquals(409, refused.statusCode());
    assertEquals(
        "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please"
            + " apply your changes to the latest version and try again",
        Json.text(object(refused), "message"));
    assertEquals("2", Json.text(get(MAPS + "/a", 200), "data", "n"));
  }

  @Test
  void aResourceVersionOfZeroNamesNone() throws Exception {
    var first = create("a", "{\"n\":\"1\"}");
    Json.childOf(first, "metadata").put("resourceVersion", "0");
    Json.childOf(first, "data").put("n", "2");
    assertEquals(200, put("a", first).statusCode());
    var patched = "{\"metadata\":{\"resourceVersion\":\"0\"},\"data\":{\"n\":\"3\"}}";
    patch("application/merge-patch+json", patched);
    var after = get(MAPS + "/a", 200);
    assertEquals("3", Json.text(after, "data", "n"));
    assertNotEquals("0", Json.text(after, "metadata", "resourceVersion"));
    Json.childOf(first, "metadata").put("name", "b").remove("uid");
    assertEquals(201, post(first.toString()).statusCode());
  }

  @Test
  void updateThatChangesNothingIsNoWrite() throws Exception {
    var first = create("a", "{\"n\":\"1\"}");
    var again = object(put("a", first));
    assertEquals(
        Json.text(first, "metadata", "resourceVersion"),
        Json.text(again, "metadata", "resourceVersion"));
  }

  @Test
  void patchesOfThreeTypesChangeTheObject() throws Exception {
    create("a", "{\"n\":\"1\"}");
    patch("application/merge-patch+json", "{\"data\":{\"m\":\"2\"}}");
    patch("application/strategic-merge-patch+json", "{\"data\":{\"s\":\"3\"}}");
    patch("application/json-patch+json", "[{\"op\":\"remove\",\"path\":\"/data/n\"}]");
    var data = Json.child(get(MAPS + "/a", 200), "data");
    assertEquals("{\"m\":\"2\",\"s\":\"3\"}", data.toString());
  }

  @Test
  void applyCreatesAndThenOwnsItsFields() throws Exception {
    var path = MAPS + "/a?fieldManager=one";
    var body = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"data\":{\"k\":\"1\"}}";
    var type = "application/apply-patch+yaml";
    assertEquals(201, server.send("PATCH", path, body, "Content-Type", type).statusCode());
    assertEquals(200, server.send("PATCH", path, body, "Content-Type", type).statusCode());
    var other = MAPS + "/a?fieldManager=two";
    var refused = server.send("PATCH", other, body.replace("1\"}", "2\"}"), "Content-Type", type);
    assertEquals(409, refused.statusCode());
    assertTrue(refused.body().contains("conflict with \\\"one\\\""), refused.body());
  }

  @Test
  void deletionRemovesTheObject() throws Exception {
    create("a", "{}");
    var answer = server.send("DELETE", MAPS + "/a", "");
    assertEquals(200, answer.statusCode());
    assertEquals("Success", Json.text(object(answer), "status"));
    var missing = get(MAPS + "/a", 404);
    assertEquals("configmaps \"a\" not found", Json.text(missing, "message"));
    assertEquals("NotFound", Json.text(missing, "reason"));
  }

  @Test
  void finalizersKeepAnObjectUntilTheyAreGone() throws Exception {
    var body = map("a", "{}").replace("\"name\"", "\"finalizers\":[\"x.io/y\"],\"name\"");
    assertEquals(201, post(body).statusCode());
    assertEquals(200, server.send("DELETE", MAPS + "/a", "").statusCode());
    var waiting = get(MAPS + "/a", 200);
    assertFalse(Json.text(waiting, "metadata", "deletionTimestamp").isEmpty());
    patch("application/merge-patch+json", "{\"metadata\":{\"finalizers\":null}}");
    get(MAPS + "/a", 404);
  }

  @Test
  void deletionOfAnotherUidIsRefused() throws Exception {
    create("a", "{}");
    var answer =
        server.send(
            "DELETE", MAPS + "/a", "{\"preconditions\":{\"uid\":\"other\"}}", "Content-Type", JSON);
    assertEquals(409, answer.statusCode());
    get(MAPS + "/a", 200);
  }

  @Test
  void listComesInPagesOfOneRevision() throws Exception {
    for (var name : List.of("a", "b", "c", "d", "e")) {
      create(name, "{}");
    }
    var first = get(MAPS + "?limit=2", 200);
    assertEquals(List.of("a", "b"), names(first));
    assertEquals(3, first.path("metadata").path("remainingItemCount").asInt());
    create("bb", "{}");
    var token = Json.text(first, "metadata", "continue");
    var second = get(MAPS + "?limit=2&continue=" + token, 200);
    assertEquals(List.of("c", "d"), names(second));
    assertEquals(
        Json.text(first, "metadata", "resourceVersion"),
        Json.text(second, "metadata", "resourceVersion"));
    var last = get(MAPS + "?limit=2&continue=" + Json.text(second, "metadata", "continue"), 200);
    assertEquals(List.of("e"), names(last));
    assertEquals("", Json.text(last, "metadata", "continue"));
  }

  @Test
  void compactedPageNamesATokenToGoOnWith() throws Exception {
    for (var name : List.of("a", "b", "c")) {
      create(name, "{}");
    }
    var token = Json.text(get(MAPS + "?limit=1", 200), "metadata", "continue");
    create("d", "{}");
    server.store().compact(server.store().revision());
    var expired = get(MAPS + "?limit=1&continue=" + token, 410);
    assertEquals("Expired", Json.text(expired, "reason"));
    var other = Json.text(expired, "metadata", "continue");
    assertEquals(List.of("b", "c", "d"), names(get(MAPS + "?continue=" + other, 200)));
  }

  @Test
  void selectorsPickByLabelsAndFields() throws Exception {
    post(map("a", "{}").replace("\"name\"", "\"labels\":{\"k\":\"1\"},\"name\""));
    post(map("b", "{}").replace("\"name\"", "\"labels\":{\"k\":\"2\"},\"name\""));
    post(map("c", "{}"));
    assertEquals(List.of("a"), names(get(MAPS + "?labelSelector=k%3D1", 200)));
    assertEquals(List.of("a", "b"), names(get(MAPS + "?labelSelector=k%20in%20(1,2)", 200)));
    assertEquals(List.of("c"), names(get(MAPS + "?labelSelector=!k", 200)));
    assertEquals(List.of("b"), names(get(MAPS + "?fieldSelector=metadata.name%3Db", 200)));
    get(MAPS + "?labelSelector=a%3D%3D%3Db", 400);
    get(MAPS + "?fieldSelector=data.x%3D1", 400);
  }

  @Test
  void watchTellsEveryChangeInOrder() throws Exception {
    var begin = Json.text(get(MAPS, 200), "metadata", "resourceVersion");
    create("a", "{\"n\":\"1\"}");
    patch("application/merge-patch+json", "{\"data\":{\"n\":\"2\"}}");
    server.send("DELETE", MAPS + "/a", "");
    var path = MAPS + "?watch=1&timeoutSeconds=1&resourceVersion=" + begin;
    var events = server.send("GET", path, "").body().lines().map(ApiServerTest::parse).toList();
    assertEquals(
        List.of("ADDED", "MODIFIED", "DELETED"),
        events.stream().map(event -> Json.text(event, "type")).toList());
    assertEquals("2", Json.text(Json.child(events.get(2), "object"), "data", "n"));
  }

  @Test
  void watchSeesObjectsComeAndGoFromItsSelection() throws Exception {
    create("a", "{}");
    var version = Json.text(get(MAPS, 200), "metadata", "resourceVersion");
    var path = MAPS + "?watch=1&labelSelector=on&timeoutSeconds=1&resourceVersion=" + version;
    patch("application/merge-patch+json", "{\"metadata\":{\"labels\":{\"on\":\"1\"}}}");
    patch("application/merge-patch+json", "{\"metadata\":{\"labels\":null}}");
    var types = new ArrayList<String>();
    server
        .send("GET", path, "")
        .body()
        .lines()
        .forEach(line -> types.add(Json.text(parse(line), "type")));
    assertEquals(List.of("ADDED", "DELETED"), types);
  }

  @Test
  void watchListEndsItsInitialEventsWithABookmark() throws Exception {
    create("a", "{}");
    create("b", "{}");
    var path =
        MAPS
            + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
            + "&allowWatchBookmarks=true&timeoutSeconds=30";
    var answer =
        server.client().send(server.request("GET", path, ""), HttpResponse.BodyHandlers.ofLines());
    try (var lines = answer.body()) {
      Iterator<String> iterator = lines.iterator();
      assertEquals("ADDED", Json.text(parse(iterator.next()), "type"));
      assertEquals("ADDED", Json.text(parse(iterator.next()), "type"));
      var bookmark = parse(iterator.next());
      assertEquals("BOOKMARK", Json.text(bookmark, "type"));
      var annotations =
          Json.child(Json.child(Json.child(bookmark, "object"), "metadata"), "annotations");
      assertEquals("true", Json.text(annotations, "k8s.io/initial-events-end"));
      create("c", "{}");
      var added = parse(iterator.next());
      assertEquals("c", Json.text(Json.child(added, "object"), "metadata", "name"));
    }
  }

  @Test
  void dryRunStoresNothing() throws Exception {
    var answer = server.send("POST", MAPS + "?dryRun=All", map("a", "{}"), "Content-Type", JSON);
    assertEquals(201, answer.statusCode());
    get(MAPS + "/a", 404);
  }

  @Test
  void badInputIsAnsweredLikeKubernetes() throws Exception {
    assertEquals(400, post("{").statusCode());
    assertEquals(400, post("[]").statusCode());
    assertEquals(422, post(map("Not_A_Name", "{}")).statusCode());
    assertEquals(422, post("{\"metadata\":{}}").statusCode());
    assertEquals(400, post(map("a", "{}").replace("ConfigMap", "Secret")).statusCode());
    assertEquals(415, server.send("POST", MAPS, "x", "Content-Type", "text/plain").statusCode());
    assertEquals(413, post("{\"x\":\"" + "y".repeat(4_000_000) + "\"}").statusCode());
    assertEquals(406, server.send("GET", MAPS, "", "Accept", "text/html").statusCode());
    var unknown = server.send("GET", "/apis/no.such/v1/things", "");
    assertEquals(404, unknown.statusCode());
    assertEquals("404 page not found\n", unknown.body());
    assertEquals(405, server.send("PUT", MAPS, map("a", "{}")).statusCode());
    get(MAPS + "?resourceVersion=abc", 400);
    get(MAPS + "?continue=abc", 400);
  }

  private ObjectNode create(String name, String data) throws Exception {
    var answer = post(map(name, data));
    assertEquals(201, answer.statusCode(), answer.body());
    return object(answer);
  }

  private HttpResponse<String> post(String body) throws Exception {
    return server.send("POST", MAPS, body, "Content-Type", JSON);
  }

  private HttpResponse<String> put(String name, ObjectNode object) throws Exception {
    return server.send("PUT", MAPS + "/" + name, object.toString(), "Content-Type", JSON);
  }

  private void patch(String type, String body) throws Exception {
    var answer = server.send("PATCH", MAPS + "/a", body, "Content-Type", type);
    assertEquals(200, answer.statusCode(), answer.body());
  }

  private ObjectNode get(String path, int code) throws Exception {
    var answer = server.send("GET", path, "");
    assertEquals(code, answer.statusCode(), answer.body());
    return object(answer);
  }

  private static String map(String name, String data) {
    return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\""
        + name
        + "\"},\"data\":"
        + data
        + "}";
  }

  private static ObjectNode object(HttpResponse<String> answer) {
    return parse(answer.body());
  }

  private static ObjectNode parse(String text) {
    return Json.parse(text.getBytes(StandardCharsets.UTF_8)).orElseThrow();
  }

  private static List<String> names(ObjectNode list) {
    var names = new ArrayList<String>();
    list.path("items").forEach(item -> names.add(Json.text(item, "metadata", "name")));
    return names;
  }
}
