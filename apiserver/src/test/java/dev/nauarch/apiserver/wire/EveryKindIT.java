package dev.nauarch.apiserver.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.TestServer;
import dev.nauarch.apiserver.object.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What no kind may take, asked of every kind that the catalog serves. */
@SuppressWarnings("NullAway.Init") // set before the first test
class EveryKindIT {

  private static final Map<Schema.Type, String> VALUES =
      Map.of(
          Schema.Type.OBJECT, "{}",
          Schema.Type.ARRAY, "[]",
          Schema.Type.STRING, "\"x\"",
          Schema.Type.INTEGER, "5",
          Schema.Type.NUMBER, "1.5",
          Schema.Type.BOOLEAN, "true");

  private static TestServer server;
  private static WireExchange exchange;

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException {
    server = TestServer.startCluster(directory);
    exchange = new WireExchange(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @TestFactory
  List<DynamicTest> kinds() {
    var tests = new ArrayList<DynamicTest>();
    for (var kind : Catalog.builtIn(TestServer.VERSION).kinds()) {
      if (kind.verbs().contains("create")) {
        var name = kind.apiVersion() + " " + kind.kind();
        tests.add(DynamicTest.dynamicTest(name, () -> ask(kind)));
      }
    }
    assertTrue(tests.size() > 30, "the catalog serves many kinds");
    return tests;
  }

  private static void ask(Kind kind) throws IOException {
    refused(400, kind, "");
    refused(400, kind, "{");
    refused(400, kind, "[]");
    refused(400, kind, "{\"kind\":5}");
    var head = "{\"apiVersion\":\"" + kind.apiVersion() + "\",\"kind\":\"" + kind.kind() + "\"";
    assertTrue(post(kind, head + "}").status() < 500);
    var named = head + ",\"metadata\":{\"name\":\"a\"},";
    refused(400, kind, named + "\"bogus\":1}");
    refused(400, kind, named + "\"metadata\":{\"name\":\"b\"}}");
    for (var property : kind.schema().propertyNames()) {
      var type = kind.schema().property(property).orElseThrow().type();
      for (var value : VALUES.entrySet()) {
        var body = named + "\"" + property + "\":" + value.getValue() + "}";
        if (property.equals("metadata")) {
          body = head + ",\"metadata\":" + value.getValue() + "}";
        }
        var answer = post(kind, body);
        var isFit = fitting(type).contains(value.getKey());
        var what = property + ": " + value.getValue() + " " + answer.text();
        assertTrue(isFit || (answer.status() >= 400 && answer.status() < 500), what);
      }
    }
  }

  /** What a client may send where a type is expected. */
  private static Set<Schema.Type> fitting(Schema.Type type) {
    return switch (type) {
      case ANY -> EnumSet.allOf(Schema.Type.class);
      case INT_OR_STRING -> EnumSet.of(Schema.Type.INTEGER, Schema.Type.STRING);
      case NUMBER -> EnumSet.of(Schema.Type.INTEGER, Schema.Type.NUMBER);
      default -> EnumSet.of(type);
    };
  }

  private static void refused(int code, Kind kind, String body) throws IOException {
    var answer = post(kind, body);
    assertEquals(code, answer.status(), () -> body + ": " + answer.text());
    var status = Json.parse(answer.body()).orElseThrow();
    assertEquals("BadRequest", Json.text(status, "reason"), body);
  }

  private static RawHttp.Answer post(Kind kind, String body) throws IOException {
    var group = kind.group().isEmpty() ? "/api/" : "/apis/" + kind.group() + "/";
    var namespace = kind.namespaced() ? "/namespaces/default/" : "/";
    var path = group + kind.version() + namespace + kind.names().plural();
    return exchange.send(
        "POST",
        path + "?dryRun=All&fieldValidation=Strict",
        Map.of("content-type", "application/json"),
        body.getBytes(StandardCharsets.UTF_8));
  }
}
