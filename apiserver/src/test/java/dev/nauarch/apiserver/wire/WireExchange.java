package dev.nauarch.apiserver.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.nauarch.apiserver.TestServer;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Sends requests to a server, checks what holds for every answer, and writes answers down. */
final class WireExchange {

  /** Begins a line that names a path to wait for. */
  static final String AWAIT = "await ";

  /** What the server itself writes when it will. */
  private static final List<String> OF_THE_SERVER =
      List.of(
          "/registry/apiregistration.k8s.io/apiservices/",
          "/registry/rbac.authorization.k8s.io/clusterroles/");

  private static final List<List<String>> OTHER_FORMATS =
      List.of(List.of("application/yaml"), List.of("application/vnd.kubernetes.protobuf"));

  private static final int LINE_LENGTH_MAX = 400;

  /** What differs from run to run. */
  private static final Map<Pattern, String> MASKS =
      Map.of(
          Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"),
          "UID",
          Pattern.compile("(Upper-|a_b)[a-z0-9]{5}"),
          "$1XXXXX",
          Pattern.compile("current: [0-9]+"),
          "current: N",
          Pattern.compile("record \\([0-9]+\\)"),
          "record (N)",
          Pattern.compile("store is at [0-9]+"),
          "store is at N");

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  /** Words that only the server's own code uses. */
  private static final Pattern INSIDES =
      Pattern.compile(
          "(?s).*(\tat |java\\.|jackson|jetty|Exception|nauarch\\.(api|store|kernel)).*");

  private final TestServer server;
  private final RawHttp http;

  WireExchange(TestServer server) {
    this.server = server;
    this.http = server.raw();
  }

  /** The lines that describe the answer to a request. */
  List<String> play(WireCase test) throws IOException {
    var answer = send(test.method(), test.path(), test.headers(), test.body());
    for (var line : test.expected()) {
      if (line.startsWith(AWAIT)) {
        await(line.substring(AWAIT.length()));
      }
    }
    return described(answer);
  }

  /** Sends a request, and checks its answer, and that it left nothing behind if it was refused. */
  RawHttp.Answer send(String method, String path, Map<String, String> headers, byte[] body)
      throws IOException {
    var before = stored(server.store());
    var answer = http.send(method, path, headers, body);
    var what = method + " " + path + " " + text(body);
    check(what, answer);
    if (answer.status() >= 400 || path.contains("dryRun=All")) {
      assertEquals(before, stored(server.store()), what + " left something behind");
    }
    return answer;
  }

  private static String text(byte[] body) {
    return new String(body, 0, Math.min(body.length, LINE_LENGTH_MAX), StandardCharsets.UTF_8);
  }

  /** What holds for any answer to any request. */
  static void check(String title, RawHttp.Answer answer) {
    assertNotEquals(500, answer.status(), () -> title + ": " + answer.text());
    if (answer.status() < 400 || isPlain(answer)) {
      return;
    }
    var text = answer.text();
    assertFalse(INSIDES.matcher(text).matches(), () -> title + ": " + text);
    if (OTHER_FORMATS.contains(answer.header("content-type"))) {
      return;
    }
    assertEquals(List.of("application/json"), answer.header("content-type"), title);
    var status = Json.parse(answer.body()).orElseThrow(() -> new AssertionError(title + text));
    assertEquals("Status", Json.text(status, "kind"), title);
    assertEquals("v1", Json.text(status, "apiVersion"), title);
    assertEquals("Failure", Json.text(status, "status"), title);
    assertEquals(Json.object(), status.get("metadata"), title);
    assertEquals(answer.status(), status.path("code").asInt(0), title);
    assertFalse(Json.text(status, "reason").isEmpty(), title + text);
    assertFalse(Json.text(status, "message").isEmpty(), title + text);
  }

  private static boolean isPlain(RawHttp.Answer answer) {
    return answer.status() == 404 && answer.text().equals("404 page not found\n");
  }

  /** Every key with the revision of its value; definitions without, whose status is on its way. */
  private static Map<String, Long> stored(Store store) {
    var found = new TreeMap<String, Long>();
    for (var entry : store.range("", "", 0, 0).entries()) {
      if (OF_THE_SERVER.stream().noneMatch(entry.key()::startsWith)) {
        var isDefinition = entry.key().contains("/customresourcedefinitions/");
        found.put(entry.key(), isDefinition ? 0 : entry.revision());
      }
    }
    return found;
  }

  private void await(String path) throws IOException {
    for (var tries = 0; tries < 500; tries++) {
      if (http.get(path).status() == 200) {
        return;
      }
      LockSupport.parkNanos(10_000_000);
    }
    fail(path + " is not served");
  }

  private static List<String> described(RawHttp.Answer answer) {
    var lines = new ArrayList<String>();
    if (answer.status() < 400 || isPlain(answer)) {
      lines.add(answer.status() + (isPlain(answer) ? " 404 page not found" : ""));
    } else {
      describe(Json.parse(answer.body()).orElseThrow(), lines);
    }
    answer.header("warning").forEach(warning -> lines.add("warning: " + warning));
    return lines.stream().map(WireExchange::masked).toList();
  }

  private static void describe(ObjectNode status, List<String> lines) {
    lines.add(status.path("code").asInt(0) + " " + Json.text(status, "reason"));
    lines.add(Json.text(status, "message"));
    var details = Json.child(status, "details");
    var about = new StringBuilder("about:");
    for (var field : List.of("group", "kind", "name", "retryAfterSeconds")) {
      if (details.has(field)) {
        about.append(' ').append(field).append('=').append(details.path(field).asString());
      }
    }
    if (about.length() > "about:".length()) {
      lines.add(about.toString());
    }
    for (JsonNode cause : details.path("causes")) {
      lines.add(
          ("cause: " + Json.text(cause, "reason") + " " + Json.text(cause, "field"))
              .stripTrailing());
    }
  }

  private static String masked(String line) {
    var masked = CONTROL.matcher(line.replace("\n", "\\n")).replaceAll("?");
    for (var mask : MASKS.entrySet()) {
      masked = mask.getKey().matcher(masked).replaceAll(mask.getValue());
    }
    return masked.length() > LINE_LENGTH_MAX ? masked.substring(0, LINE_LENGTH_MAX) + "…" : masked;
  }
}
