package dev.nauarch.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server that emulates an older version knows nothing of what came later. */
class EmulatedVersionTest {

  private static final String PODS = "/api/v1/namespaces/default/pods?dryRun=All&fieldValidation=";
  private static final String POD =
      "{'metadata':{'name':'p'},'spec':{'os':{'name':'linux'},'schedulingGroup':{'podGroupName':'g'},"
          + "'containers':[{'name':'c','image':'host','lifecycle':{'stopSignal':'SIGUSR1'}}]}}";

  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init") // set by each test first
  private TestServer server;

  private void start(String version) throws Exception {
    server = TestServer.startCluster(directory, version);
    assertEquals(201, post("/api/v1/namespaces/default/serviceaccounts", account()).statusCode());
  }

  private static String account() {
    return "{'metadata':{'name':'default'}}";
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({"1.36,false", "1.37,true"})
  void aKindAndItsVersionAreServedFromTheirFirstVersionOn(String version, boolean isServed)
      throws Exception {
    start(version);
    assertEquals("v" + version + ".0+nauarch", get("/version").path("gitVersion").asString());
    var group = get("/apis/scheduling.k8s.io");
    assertEquals(
        isServed ? List.of("v1", "v1beta1") : List.of("v1"),
        group.path("versions").valueStream().map(v -> v.path("version").asString()).toList());
    var groups = "/apis/scheduling.k8s.io/v1beta1/namespaces/default/podgroups";
    assertEquals(isServed ? 200 : 404, send("GET", groups, "").statusCode());
    var created =
        post(
            groups,
            "{'metadata':{'name':'g'},'spec':{'schedulingPolicy':{'gang':{'minCount':1}}}}");
    assertEquals(isServed ? 201 : 404, created.statusCode());
    if (!isServed) {
      assertTrue(created.body().contains("could not find the requested resource"));
    }
    assertEquals(
        isServed ? 200 : 404,
        send("GET", "/openapi/v3/apis/scheduling.k8s.io/v1beta1", "").statusCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.36", "1.37"})
  void aFieldIsKnownFromItsFirstVersionOn(String version) throws Exception {
    start(version);
    var isKnown = version.equals("1.37");
    var strict = post(PODS + "Strict", POD);
    assertEquals(isKnown ? 201 : 400, strict.statusCode(), strict::body);
    for (var field : List.of("spec.schedulingGroup", "spec.containers[0].lifecycle.stopSignal")) {
      var unknown = "unknown field \\\"%s\\\"".formatted(field);
      assertEquals(!isKnown, strict.body().contains(unknown), strict::body);
    }

    var lenient = post(PODS + "Warn", POD);
    assertEquals(201, lenient.statusCode(), lenient::body);
    var spec = JsonMapper.shared().readTree(lenient.body()).path("spec");
    assertEquals(isKnown, spec.has("schedulingGroup"));
    assertEquals(isKnown, spec.path("containers").path(0).path("lifecycle").has("stopSignal"));
    assertEquals(
        !isKnown,
        lenient.headers().allValues("Warning").stream()
            .anyMatch(line -> line.contains("unknown field \\\"spec.schedulingGroup\\\"")));

    var openApi = send("GET", "/openapi/v3/api/v1", "").body();
    assertTrue(openApi.contains("\"topologySpreadConstraints\""));
    assertEquals(isKnown, openApi.contains("\"schedulingGroup\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.36", "1.37"})
  void whatIsDeprecatedSaysSo(String version) throws Exception {
    start(version);
    var endpoints = send("GET", "/api/v1/namespaces/default/endpoints", "");
    assertEquals(
        List.of(
            "299 - \"v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\""),
        endpoints.headers().allValues("Warning"));
    assertFalse(
        send("GET", "/api/v1/namespaces/default/pods", "").headers().map().containsKey("warning"));
  }

  private JsonNode get(String path) throws Exception {
    return JsonMapper.shared().readTree(send("GET", path, "").body());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return send("POST", path, body);
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    return server.send(
        method,
        path,
        body.replace('\'', '"'),
        "Content-Type",
        "application/json",
        "Accept",
        "application/json");
  }
}
