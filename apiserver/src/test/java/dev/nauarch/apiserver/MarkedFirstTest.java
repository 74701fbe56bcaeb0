package dev.nauarch.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.object.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** What watchers see of objects that a DELETE removes at once. */
class MarkedFirstTest {

  private static final String PODS = "/api/v1/namespaces/default/pods";
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";

  @TempDir Path directory;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.startCluster(directory);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aPodThatNobodyRunsIsMarkedBeforeItGoes() throws Exception {
    var version = versionOfNewPod();
    var answer = send("DELETE", PODS + "/a", "");
    assertEquals(0, answer.at("/metadata/deletionGracePeriodSeconds").asInt(-1), answer::toString);
    var events = events(PODS, version);
    assertEquals(List.of("MODIFIED", "DELETED"), types(events));
    for (var event : events) {
      var metadata = event.path("object").path("metadata");
      assertTrue(metadata.has("deletionTimestamp"));
      assertEquals(0, metadata.path("deletionGracePeriodSeconds").asInt(-1));
    }
    assertEquals(404, server.send("GET", PODS + "/a", "").statusCode());
  }

  @Test
  void aDryRunMarksNothing() throws Exception {
    var version = versionOfNewPod();
    var answer = send("DELETE", PODS + "/a?dryRun=All", "");
    assertTrue(answer.path("metadata").has("deletionTimestamp"));
    assertEquals(List.of(), events(PODS, version));
  }

  @Test
  void anythingElseGoes() throws Exception {
    var version = version(send("POST", MAPS, "{'metadata':{'name':'a'}}"));
    assertEquals("Success", Json.text(send("DELETE", MAPS + "/a", ""), "status"));
    assertEquals(List.of("DELETED"), types(events(MAPS, version)));
  }

  private String versionOfNewPod() throws Exception {
    send("POST", "/api/v1/namespaces/default/serviceaccounts", "{'metadata':{'name':'default'}}");
    var pod = "{'metadata':{'name':'a'},'spec':{'containers':[{'name':'c','image':'i'}]}}";
    return version(send("POST", PODS, pod));
  }

  private List<ObjectNode> events(String path, String version) throws Exception {
    var watch = path + "?watch=1&timeoutSeconds=1&resourceVersion=" + version;
    return server.send("GET", watch, "").body().lines().map(MarkedFirstTest::parse).toList();
  }

  private static List<String> types(List<ObjectNode> events) {
    return events.stream().map(event -> Json.text(event, "type")).toList();
  }

  private static String version(ObjectNode object) {
    return Json.text(object, "metadata", "resourceVersion");
  }

  private ObjectNode send(String method, String path, String body) throws Exception {
    var json = body.replace('\'', '"');
    return parse(server.send(method, path, json, "Content-Type", "application/json").body());
  }

  private static ObjectNode parse(String text) {
    return Json.parse(text.getBytes(StandardCharsets.UTF_8)).orElseThrow();
  }
}
