package dev.nauarch.apiserver;

import static dev.nauarch.apiserver.Awaiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedInputStream;
import dev.nauarch.apiserver.object.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** OpenAPI and discovery as clients ask for them. */
class DocumentsTest {

  private static final String V2_PROTOBUF =
      "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
  private static final String V3_PROTOBUF =
      "application/com.github.proto-openapi.spec.v3@v1.0+protobuf";
  private static final String AGGREGATED =
      "application/json;g=apidiscovery.k8s.io;v=%s;as=APIGroupDiscoveryList";

  private static TestServer server;

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException {
    server = TestServer.startCluster(directory);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aClientThatHasADocumentIsToldSo() throws Exception {
    for (var path : Set.of("/openapi/v2", "/openapi/v3", "/openapi/v3/apis/batch/v1")) {
      var first = get(path);
      assertEquals(200, first.statusCode());
      var etag = header(first, "ETag");
      var again = get(path, "If-None-Match", etag);
      assertEquals(304, again.statusCode());
      assertEquals("", again.body());
      assertEquals(etag, header(again, "ETag"));
      assertEquals(200, get(path, "If-None-Match", "\"other\"").statusCode());
    }
  }

  @Test
  void aTimeoutIsADuration() throws Exception {
    for (var right : Set.of("", "0", "32s", "1h1.5m", "-.5ms")) {
      assertEquals(200, get("/version?timeout=" + right).statusCode(), right);
    }
    var wrong =
        Map.of(
            "invalid", "invalid duration \"invalid\"",
            "5", "missing unit in duration \"5\"",
            "1h5", "missing unit in duration \"1h5\"");
    for (var each : wrong.entrySet()) {
      var answer = get("/api/v1/namespaces?timeout=" + each.getKey());
      assertEquals(400, answer.statusCode());
      assertEquals(
          "invalid timeout specified in the request URL - time: " + each.getValue(),
          Json.read(answer.body().getBytes(StandardCharsets.UTF_8)).path("message").asString());
    }
  }

  @Test
  void aDocumentWithItsHashNeverChanges() throws Exception {
    var index = Json.read(get("/openapi/v3").body().getBytes(StandardCharsets.UTF_8));
    var url = index.at("/paths/apis~1batch~1v1/serverRelativeURL").asString();
    var document = get(url);
    assertEquals(200, document.statusCode());
    assertEquals("public, immutable", header(document, "Cache-Control"));
    assertTrue(header(document, "Expires").endsWith("GMT"));
    var old = get("/openapi/v3/apis/batch/v1?hash=OLD");
    assertEquals(301, old.statusCode());
    assertEquals(url, header(old, "Location"));
    assertEquals(404, get("/openapi/v3/apis/none/v1").statusCode());
  }

  @Test
  void documentsAreToBeHadAsProtobuf() throws Exception {
    var v2 = binary("/openapi/v2", V2_PROTOBUF);
    assertEquals(
        "application/com.github.proto-openapi.spec.v2.v1.0+protobuf", header(v2, "Content-Type"));
    var json = Json.read(get("/openapi/v2").body().getBytes(StandardCharsets.UTF_8));
    // Field 9 holds the definitions, each in a field 1 whose own field 1 is its name.
    assertEquals(names(json.path("definitions")), entries(field(v2.body(), 9), 1));
    // Field 8 holds the paths, each in a field 2.
    assertEquals(names(json.path("paths")), entries(field(v2.body(), 8), 2));
    var v3 = binary("/openapi/v3/apis/batch/v1", V3_PROTOBUF);
    var batch = Json.read(get("/openapi/v3/apis/batch/v1").body().getBytes(StandardCharsets.UTF_8));
    assertEquals(names(batch.at("/components/schemas")), entries(field(field(v3.body(), 5), 1), 1));
  }

  @Test
  void otherMediaTypesAreNotToBeHad() throws Exception {
    assertEquals(406, get("/openapi/v2", "Accept", "text/html").statusCode());
    assertEquals(406, get("/openapi/v3/api/v1", "Accept", V2_PROTOBUF).statusCode());
    assertEquals(200, get("/openapi/v2", "Accept", "text/html, */*;q=0.1").statusCode());
  }

  @Test
  void aCustomKindComesAndGoesInBothVersions() throws Exception {
    var name = "com.example.stable.v1.Foo";
    assertFalse(definitions().has(name));
    create(
        """
        {"type":"object","description":"A foo.","properties":{
          "spec":{"type":"object","required":["list","maybe"],"properties":{
            "list":{"type":"array","items":{"type":"string"}},
            "maybe":{"type":"string","nullable":true},
            "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true,
                    "properties":{"dummy":{"type":"object"}}},
            "size":{"x-kubernetes-int-or-string":true},
            "count":{"type":"integer","minimum":1,"default":2,
                     "x-kubernetes-validations":[{"rule":"self > 0","message":"no"}]}}}}}
        """);
    await(name + " comes", () -> definitions().has(name));
    var v2 = definitions().path(name);
    assertEquals("Foo", v2.at("/x-kubernetes-group-version-kind/0/kind").asString());
    var spec = v2.at("/properties/spec");
    assertEquals("[\"list\"]", spec.path("required").toString());
    var properties = spec.path("properties");
    assertEquals(
        "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}", properties.path("list").toString());
    assertEquals("{}", properties.path("maybe").toString());
    assertEquals(
        "{\"x-kubernetes-preserve-unknown-fields\":true}", properties.path("free").toString());
    assertEquals("{\"x-kubernetes-int-or-string\":true}", properties.path("size").toString());
    assertFalse(properties.path("count").has("default"));
    var v3 = json("/openapi/v3/apis/stable.example.com/v1").at("/components/schemas").path(name);
    var count = v3.at("/properties/spec/properties/count");
    assertEquals(2, count.path("default").asInt());
    assertEquals("no", count.at("/x-kubernetes-validations/0/message").asString());
    assertTrue(v3.at("/properties/spec/properties/maybe/nullable").asBoolean());
    assertEquals(2, v3.at("/properties/spec/properties/size/anyOf").size());

    server.send(
        "DELETE",
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/foos.stable.example.com",
        "");
    await(name + " goes", () -> !definitions().has(name));
    await("the page goes", () -> get("/openapi/v3/apis/stable.example.com/v1").statusCode() == 404);
  }

  @Test
  void aggregatedDiscoveryIsServedInItsVersion() throws Exception {
    for (var path : Set.of("/api", "/apis")) {
      var all = get(path, "Accept", AGGREGATED.formatted("v2") + ",application/json");
      assertEquals(AGGREGATED.formatted("v2"), header(all, "Content-Type"));
      var etag = header(all, "ETag");
      var again = get(path, "Accept", AGGREGATED.formatted("v2"), "If-None-Match", etag);
      assertEquals(304, again.statusCode());
      // The version before it is gone: the next form that the client takes is served.
      var older = AGGREGATED.formatted("v2beta1") + ",application/json";
      assertEquals("application/json", header(get(path, "Accept", older), "Content-Type"));
      var first = get(path, "Accept", "application/json, " + AGGREGATED.formatted("v2"));
      assertEquals("application/json", header(first, "Content-Type"));
    }
  }

  @Test
  void healthIsToldCheckByCheck() throws Exception {
    assertEquals("ok", get("/livez").body());
    assertEquals("[+]ping ok\nlivez check passed\n", get("/livez?verbose").body());
    assertEquals("ok", get("/readyz/first-objects").body());
    assertEquals(
        "[+]ping excluded: ok\n[+]first-objects ok\n"
            + "warn: some health checks cannot be excluded: no matches for \"none\"\n"
            + "readyz check passed\n",
        get("/readyz?verbose&exclude=ping&exclude=none").body());
    assertEquals(404, get("/livez/none").statusCode());
  }

  private static void create(String schema) throws Exception {
    var definition =
        """
        {"metadata":{"name":"foos.stable.example.com"},"spec":{"group":"stable.example.com",
         "scope":"Namespaced","names":{"plural":"foos","singular":"foo","kind":"Foo"},
         "versions":[{"name":"v1","served":true,"storage":true,
           "schema":{"openAPIV3Schema":%s}}]}}
        """
            .formatted(schema);
    var path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    var answer = server.send("POST", path, definition, "Content-Type", "application/json");
    assertEquals(201, answer.statusCode(), answer.body());
  }

  private static JsonNode definitions() throws Exception {
    return json("/openapi/v2").path("definitions");
  }

  private static JsonNode json(String path) throws Exception {
    return Json.read(get(path).body().getBytes(StandardCharsets.UTF_8));
  }

  private static HttpResponse<String> get(String path, String... headers) throws Exception {
    return server.send("GET", path, "", headers);
  }

  private static HttpResponse<byte[]> binary(String path, String accept) throws Exception {
    var request = server.request("GET", path, "", "Accept", accept);
    return server.client().send(request, HttpResponse.BodyHandlers.ofByteArray());
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private static Set<String> names(JsonNode object) {
    return new HashSet<>(object.propertyNames());
  }

  private static byte[] field(byte[] message, int number) throws IOException {
    var input = CodedInputStream.newInstance(message);
    for (var tag = input.readTag(); tag != 0; tag = input.readTag()) {
      if (tag == (number << 3 | 2)) {
        return input.readByteArray();
      }
      input.skipField(tag);
    }
    throw new AssertionError("no field " + number);
  }

  private static Set<String> entries(byte[] message, int number) throws IOException {
    var found = new HashSet<String>();
    var input = CodedInputStream.newInstance(message);
    for (var tag = input.readTag(); tag != 0; tag = input.readTag()) {
      if (tag == (number << 3 | 2)) {
        found.add(new String(field(input.readByteArray(), 1), StandardCharsets.UTF_8));
      } else {
        input.skipField(tag);
      }
    }
    return found;
  }
}
