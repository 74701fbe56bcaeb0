package dev.nauarch.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedInputStream;
import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.codec.ProtobufCodec;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.store.Mutation;
import dev.nauarch.store.Precondition;
import dev.nauarch.store.memory.MemoryStore;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers in all their forms and formats. */
class FormsTest {

  private static final Catalog CATALOG = Catalog.builtIn(TestServer.VERSION);
  private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
  private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";
  private static final String AS = ";as=%s;v=v1;g=meta.k8s.io";
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String FEW = MAPS + "?labelSelector=size%3Dsmall";
  private static final String WIDGETS = "/apis/stable.example.com/v1/namespaces/default/widgets";
  private static final String DEFINITION =
      """
      {"metadata":{"name":"widgets.stable.example.com"},"spec":{"group":"stable.example.com",
       "scope":"Namespaced","names":{"plural":"widgets","singular":"widget","kind":"Widget"},
       "versions":[{"name":"v1","served":true,"storage":true,
         "subresources":{"scale":{"specReplicasPath":".spec.replicas",
           "statusReplicasPath":".status.replicas"}},
         "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object",
           "properties":{"replicas":{"type":"integer"}}},"status":{"type":"object",
           "properties":{"replicas":{"type":"integer"}}}}}}}]}}
      """;
  private static final int LARGE_MAPS = 150;

  private static TestServer server;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    // The cache of a store that holds something knows no change before its start.
    var store = new MemoryStore();
    for (var i = 0; i < 3; i++) {
      store.write(new Mutation.Put("/before/" + i, new byte[] {1}, new Precondition.Absent()));
    }
    server = TestServer.startCluster(directory, store);
    var path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    assertEquals(201, json("POST", path, DEFINITION).statusCode());
    var text = "x".repeat(3000);
    for (var i = 0; i < LARGE_MAPS; i++) {
      var large =
          "{\"metadata\":{\"name\":\"large-%03d\"},\"data\":{\"text\":\"%s\"}}".formatted(i, text);
      assertEquals(201, json("POST", MAPS, large).statusCode());
    }
    for (var name : new String[] {"a", "b"}) {
      var small =
          "{\"metadata\":{\"name\":\"%s\",\"labels\":{\"size\":\"small\"}},\"data\":{\"k\":\"%s\"}}"
              .formatted(name, name);
      assertEquals(201, json("POST", MAPS, small).statusCode());
    }
    var widget =
        """
        {"apiVersion":"stable.example.com/v1","kind":"Widget","metadata":{"name":"w"},
         "spec":{"replicas":3}}
        """;
    var end = System.nanoTime() + 10_000_000_000L;
    while (json("POST", WIDGETS, widget).statusCode() != 201) {
      assertTrue(System.nanoTime() < end, "the kind did not come");
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void anObjectIsTheSameInEveryFormat() throws Exception {
    var json = read(get(MAPS + "/a", "application/json").body());
    var protobuf = get(MAPS + "/a", PROTOBUF);
    assertEquals(PROTOBUF, type(protobuf));
    assertEquals(json, decoded(protobuf.body(), map()));
    assertEquals("application/yaml", type(get(MAPS + "/a", "application/yaml")));
    var metadata = get(MAPS + "/a", PROTOBUF + AS.formatted("PartialObjectMetadata"));
    var partial = decoded(metadata.body(), partial());
    assertEquals("PartialObjectMetadata", Json.text(partial, "kind"));
    assertEquals("meta.k8s.io/v1", Json.text(partial, "apiVersion"));
    assertEquals(json.path("metadata"), partial.path("metadata"));
  }

  @Test
  void aListIsTheSameInEveryFormat() throws Exception {
    for (var path : new String[] {MAPS, FEW, MAPS + "?limit=3"}) {
      var json = read(get(path, "application/json").body());
      // The items of a list do not say what they are: the list does.
      json.path("items").forEach(item -> ((ObjectNode) item).remove(List.of("apiVersion", "kind")));
      var protobuf = get(path, PROTOBUF);
      assertEquals(json.path("items"), items(protobuf.body(), map()));
      var metadata = read(get(path, json(AS.formatted("PartialObjectMetadataList"))).body());
      assertEquals("PartialObjectMetadataList", Json.text(metadata, "kind"));
      assertEquals(json.path("items").size(), metadata.path("items").size());
      assertFalse(metadata.at("/items/0").has("data"));
      var binary = get(path, PROTOBUF + AS.formatted("PartialObjectMetadataList"));
      assertEquals(
          metadata.at("/items/0/metadata"),
          items(binary.body(), partial()).path(0).path("metadata"));
      var table = read(get(path, json(AS.formatted("Table"))).body());
      assertEquals("Table", Json.text(table, "kind"));
      assertEquals(json.path("items").size(), table.path("rows").size());
      assertEquals("Name", table.at("/columnDefinitions/0/name").asString());
      assertEquals(
          Json.text(json, "metadata", "continue").isEmpty(),
          Json.text(table, "metadata", "continue").isEmpty());
    }
  }

  @Test
  void aLongListIsStreamedAndAShortOneIsNot() throws Exception {
    var large = get(MAPS, "application/json");
    assertTrue(large.headers().firstValue("Content-Length").isEmpty());
    assertEquals(LARGE_MAPS + 2, read(large.body()).path("items").size());
    assertFalse(get(FEW, "application/json").headers().firstValue("Content-Length").isEmpty());
  }

  @Test
  void onlyLongAnswersAreCompressed() throws Exception {
    var large = send("GET", MAPS, "", "Accept-Encoding", "gzip");
    assertEquals("gzip", large.headers().firstValue("Content-Encoding").orElse(""));
    try (var unpacked = new GZIPInputStream(new ByteArrayInputStream(large.body()))) {
      assertEquals(read(get(MAPS, "application/json").body()), read(unpacked.readAllBytes()));
    }
    var small = send("GET", FEW, "", "Accept-Encoding", "gzip");
    assertTrue(small.headers().firstValue("Content-Encoding").isEmpty());
    var unwanted = send("GET", MAPS, "", "Accept-Encoding", "gzip;q=0");
    assertTrue(unwanted.headers().firstValue("Content-Encoding").isEmpty());
  }

  @Test
  void aWatchComesInFramesOfProtobuf() throws Exception {
    var path = FEW.replace("?", "?watch=1&timeoutSeconds=1&allowWatchBookmarks=true&");
    var watch = get(path, PROTOBUF + ";stream=watch");
    assertEquals(PROTOBUF + ";stream=watch", type(watch));
    try (var frames = new DataInputStream(new ByteArrayInputStream(watch.body()))) {
      var first = event(frames);
      assertEquals("ADDED", first.type);
      assertEquals(read(get(MAPS + "/a", "application/json").body()), decoded(first.object, map()));
      assertEquals("ADDED", event(frames).type);
      var bookmark = event(frames);
      assertEquals("BOOKMARK", bookmark.type);
      var version = decoded(bookmark.object, map()).at("/metadata/resourceVersion").asString();
      assertTrue(Long.parseLong(version) > 0);
      assertEquals(0, frames.available());
    }
    var metadata = get(path, PROTOBUF + AS.formatted("PartialObjectMetadata"));
    try (var frames = new DataInputStream(new ByteArrayInputStream(metadata.body()))) {
      assertEquals("a", decoded(event(frames).object, partial()).at("/metadata/name").asString());
    }
  }

  @Test
  void aWatchThatComesTooLateIsToldSoInItsFormat() throws Exception {
    var answer = get(MAPS + "?watch=1&resourceVersion=1", PROTOBUF);
    try (var frames = new DataInputStream(new ByteArrayInputStream(answer.body()))) {
      var event = event(frames);
      assertEquals("ERROR", event.type);
      assertEquals(410, decoded(event.object, definition("Status")).path("code").asInt());
    }
  }

  @Test
  void aStatusHasTheFormatThatTheClientTakes() throws Exception {
    var missing = get(MAPS + "/none", PROTOBUF);
    assertEquals(404, missing.statusCode());
    var status = decoded(missing.body(), definition("Status"));
    assertEquals("configmaps \"none\" not found", Json.text(status, "message"));
    assertEquals("application/json", type(get(MAPS + "/none", PROTOBUF + ",application/json")));
    json("POST", MAPS, "{\"metadata\":{\"name\":\"gone\"}}");
    var deleted = send("DELETE", MAPS + "/gone", "", "Accept", PROTOBUF);
    assertEquals("Success", Json.text(decoded(deleted.body(), definition("Status")), "status"));
  }

  @Test
  void aCustomKindHasNoProtobufButThatOfItsMetadata() throws Exception {
    assertEquals(406, get(WIDGETS + "/w", PROTOBUF).statusCode());
    assertEquals(406, get(WIDGETS + "?watch=1", PROTOBUF).statusCode());
    var widget =
        "{\"apiVersion\":\"stable.example.com/v1\",\"kind\":\"Widget\","
            + "\"metadata\":{\"name\":\"never\"}}";
    assertEquals(406, send("POST", WIDGETS, widget, "Accept", PROTOBUF).statusCode());
    assertEquals(404, get(WIDGETS + "/never", "application/json").statusCode());
    assertEquals(
        "application/json", type(get(WIDGETS + "/w", PROTOBUF + ", application/json;q=0.1")));
    var metadata = get(WIDGETS + "/w", PROTOBUF + AS.formatted("PartialObjectMetadata"));
    assertEquals("w", decoded(metadata.body(), partial()).at("/metadata/name").asString());
    var scale = get(WIDGETS + "/w/scale", PROTOBUF);
    var form = CATALOG.form("autoscaling/v1", "Scale").orElseThrow();
    assertEquals(3, decoded(scale.body(), form).at("/spec/replicas").asInt());
  }

  @Test
  void whatIsServedInNoFormatIsNotAcceptable() throws Exception {
    assertEquals(406, get(MAPS, PROTOBUF + AS.formatted("Table")).statusCode());
    assertEquals(406, get(MAPS + "?watch=1", "application/yaml").statusCode());
    assertEquals(406, get(MAPS, "application/cbor").statusCode());
    var body = send("POST", MAPS, "x", "Content-Type", "application/cbor");
    assertEquals(415, body.statusCode());
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Event(String type, byte[] object) {}

  private static Event event(DataInputStream frames) throws IOException {
    var input = CodedInputStream.newInstance(frames.readNBytes(frames.readInt()));
    var type = "";
    var object = new byte[0];
    for (var tag = input.readTag(); tag != 0; tag = input.readTag()) {
      if (tag >> 3 == 1) {
        type = input.readString();
      } else {
        var extension = CodedInputStream.newInstance(input.readByteArray());
        extension.readTag();
        object = extension.readByteArray();
      }
    }
    return new Event(type, object);
  }

  private static JsonNode items(byte[] list, Schema item) throws Exception {
    var form =
        Schema.builder(Schema.Type.OBJECT)
            .definition(META + "SomeList")
            .property("metadata", () -> definition("ListMeta"))
            .fieldNumber("metadata", 1)
            .property("items", () -> Schema.builder(Schema.Type.ARRAY).items(() -> item).build())
            .fieldNumber("items", 2)
            .build();
    return decoded(list, form).path("items");
  }

  private static ObjectNode decoded(byte[] body, Schema form) throws Exception {
    return ProtobufCodec.decode(body, form).object();
  }

  private static Schema map() {
    return CATALOG.form("v1", "ConfigMap").orElseThrow();
  }

  private static Schema partial() {
    return Schema.builder(Schema.Type.OBJECT)
        .definition(META + "PartialObjectMetadata")
        .property("metadata", () -> definition("ObjectMeta"))
        .fieldNumber("metadata", 1)
        .build();
  }

  private static Schema definition(String name) {
    return CATALOG.definition(META + name).orElseThrow();
  }

  private static String json(String parameters) {
    return "application/json" + parameters;
  }

  private static ObjectNode read(byte[] json) {
    return Json.read(json);
  }

  private static String type(HttpResponse<?> response) {
    return response.headers().firstValue("Content-Type").orElse("");
  }

  private static HttpResponse<byte[]> get(String path, String accept) throws Exception {
    return send("GET", path, "", "Accept", accept);
  }

  private static HttpResponse<byte[]> json(String method, String path, String body)
      throws Exception {
    return send(method, path, body, "Content-Type", "application/json");
  }

  private static HttpResponse<byte[]> send(
      String method, String path, String body, String... headers) throws Exception {
    return server
        .client()
        .send(server.request(method, path, body, headers), BodyHandlers.ofByteArray());
  }
}
