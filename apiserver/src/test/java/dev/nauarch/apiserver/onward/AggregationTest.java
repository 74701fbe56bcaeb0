package dev.nauarch.apiserver.onward;

import static dev.nauarch.apiserver.Awaiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.TestServer;
import dev.nauarch.apiserver.certificates.ClusterCertificates;
import dev.nauarch.apiserver.http.TlsIdentity;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A group of the API that a real server of another kind serves, over TLS that both ends prove. */
@SuppressWarnings("NullAway.Init") // set before each test
class AggregationTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String SERVICES = "/apis/apiregistration.k8s.io/v1/apiservices";
  private static final String NAME = "v1.demo.example.com";
  private static final String ROOT = DemoServer.ROOT;
  private static final String THINGS = DemoServer.THINGS;
  private static final String V2 =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

  private TestServer server;
  private ClusterCertificates own;
  private Backend extension;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    server = TestServer.startCluster(directory.resolve("cluster"));
    own =
        ClusterCertificates.open(
            directory.resolve("extension"),
            new ClusterCertificates.Options("demo.default.svc", "10.0.0.1", List.of()),
            InstantSource.system());
    var identity =
        new TlsIdentity(
            List.of(own.server().certificate()),
            own.server().key(),
            server.certificates().frontProxy().authority());
    extension = Backend.secure(identity.context(), DemoServer::page);
  }

  @AfterEach
  void close() throws IOException {
    extension.close();
    server.close();
  }

  private HttpResponse<String> send(String method, String path, String body, String... headers)
      throws Exception {
    return server
        .client()
        .send(server.request(method, path, body, headers), BodyHandlers.ofString());
  }

  private JsonNode get(String path, String... headers) throws Exception {
    var answer = send("GET", path, "", headers);
    assertEquals(200, answer.statusCode(), answer.body());
    return JSON.readTree(answer.body());
  }

  private void post(String path, String body) throws Exception {
    var answer = send("POST", path, body, "Content-Type", "application/json");
    assertEquals(201, answer.statusCode(), answer.body());
  }

  private void patch(String path, String body) throws Exception {
    var answer = send("PATCH", path, body, "Content-Type", "application/merge-patch+json");
    assertEquals(200, answer.statusCode(), answer.body());
  }

  private String condition(String name) throws Exception {
    for (var each : get(SERVICES + "/" + name).at("/status/conditions")) {
      return each.path("status").asString()
          + " "
          + each.path("reason").asString()
          + ": "
          + each.path("message").asString();
    }
    return "";
  }

  private void awaitCondition(String wanted) throws Exception {
    try {
      await(wanted, () -> condition(NAME).startsWith(wanted));
    } catch (AssertionError e) {
      throw new AssertionError("wanted " + wanted + " but was " + condition(NAME), e);
    }
  }

  private String bundle() {
    return Base64.getEncoder().encodeToString(own.authorityPem().getBytes(StandardCharsets.UTF_8));
  }

  private void register(String trust) throws Exception {
    post(
        SERVICES,
        """
        {"metadata":{"name":"%s"},"spec":{"group":"demo.example.com","version":"v1",
         "groupPriorityMinimum":2000,"versionPriority":10,%s
         "service":{"namespace":"default","name":"demo"}}}
        """
            .formatted(NAME, trust));
  }

  private void service() throws Exception {
    post(
        "/api/v1/namespaces/default/services",
        "{\"metadata\":{\"name\":\"demo\"},\"spec\":{\"ports\":[{\"name\":\"https\",\"port\":443}]}}");
  }

  private void slice(int port, boolean isReady) throws Exception {
    post(
        "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices",
        """
        {"metadata":{"name":"demo","labels":{"kubernetes.io/service-name":"demo"}},
         "addressType":"IPv4","endpoints":[{"addresses":["127.0.0.1"],
         "conditions":{"ready":%s}}],"ports":[{"name":"https","port":%d}]}
        """
            .formatted(isReady, port));
  }

  private void serve() throws Exception {
    register("\"caBundle\":\"" + bundle() + "\",");
    service();
    slice(extension.port(), true);
    awaitCondition("True Passed: all checks passed");
  }

  @Test
  void aServerIsAvailableOnceEverythingOnTheWayToItIsThere() throws Exception {
    register("\"caBundle\":\"" + bundle() + "\",");
    awaitCondition("False ServiceNotFound: service/demo in \"default\" is not present");
    var answer = send("GET", THINGS, "");
    assertEquals(503, answer.statusCode());
    assertEquals("service unavailable\n", answer.body());
    post(
        "/api/v1/namespaces/default/services",
        "{\"metadata\":{\"name\":\"demo\"},\"spec\":{\"ports\":[{\"name\":\"https\",\"port\":444}]}}");
    awaitCondition(
        "False ServicePortError: service/demo in \"default\" is not listening on port 443");
    patch(
        "/api/v1/namespaces/default/services/demo",
        "{\"spec\":{\"ports\":[{\"name\":\"https\",\"port\":443}]}}");
    awaitCondition(
        "False EndpointsNotFound: cannot find endpointslices for service/demo in \"default\"");
    slice(extension.port(), false);
    awaitCondition(
        "False MissingEndpoints: endpointslices for service/demo in \"default\" have no addresses"
            + " with port name \"https\"");
    patch(
        "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/demo",
        "{\"endpoints\":[{\"addresses\":[\"127.0.0.1\"],\"conditions\":{\"ready\":true}}]}");
    awaitCondition("True Passed: all checks passed");
    assertEquals("true", get("/openapi/v3" + ROOT).path("mine").asString());
    patch(SERVICES + "/" + NAME, "{\"spec\":{\"caBundle\":\"" + wrongBundle() + "\"}}");
    awaitCondition(
        "False FailedDiscoveryCheck: failing or missing response from https://127.0.0.1:"
            + extension.port()
            + ROOT
            + ": ");
    patch(SERVICES + "/" + NAME, "{\"spec\":{\"caBundle\":null,\"insecureSkipTLSVerify\":true}}");
    awaitCondition("True Passed: all checks passed");
    var row =
        get(SERVICES + "/" + NAME, "Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
            .at("/rows/0/cells");
    assertEquals("default/demo", row.path(1).asString());
    assertEquals("True", row.path(2).asString());
  }

  /** One that answers is looked at every thirty seconds where nothing is heard of it. */
  @Test
  void whatBecomesOfAServerIsSeenLongBeforeTheNextLook() throws Exception {
    serve();
    var begin = System.nanoTime();
    var slice = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/demo";
    var endpoints =
        "{\"endpoints\":[{\"addresses\":[\"127.0.0.1\"],\"conditions\":{\"ready\":%s}}]}";
    patch(slice, endpoints.formatted("false"));
    awaitCondition("False MissingEndpoints: ");
    patch(slice, endpoints.formatted("true"));
    awaitCondition("True Passed: all checks passed");
    extension.close();
    await("nobody answers", () -> send("GET", THINGS, "").statusCode() == 503);
    awaitCondition("False FailedDiscoveryCheck: ");
    var took = Duration.ofNanos(System.nanoTime() - begin);
    assertTrue(took.compareTo(Duration.ofSeconds(9)) < 0, took::toString);
  }

  private String wrongBundle() {
    var pem = server.certificates().authorityPem();
    return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void requestsGoOnWithTheirUserAndAnswersComeBack() throws Exception {
    serve();
    var who = get(THINGS + "/who?a=%20b", "X-Remote-User", "somebody-else");
    assertEquals("kubernetes-admin", who.path("x-remote-user").asString());
    assertEquals("system:masters,system:authenticated", who.path("x-remote-group").asString());
    assertEquals("https", who.path("x-forwarded-proto").asString());
    assertEquals("GET " + THINGS + "/who?a=%20b HTTP/1.1", things().getLast());
    who =
        get(
            THINGS + "/who",
            "Impersonate-User",
            "bob",
            "Impersonate-Group",
            "system:masters",
            "Impersonate-Uid",
            "7",
            "Impersonate-Extra-scopes%2fx",
            "a");
    assertEquals("bob", who.path("x-remote-user").asString());
    assertEquals("7", who.path("x-remote-uid").asString());
    assertEquals("a", who.path("x-remote-extra-scopes%2fx").asString());
    assertFalse(who.has("impersonate-user"));
    var made = send("POST", THINGS, "{\"kind\":\"Thing\"}", "Content-Type", "application/json");
    assertEquals(201, made.statusCode());
    assertEquals("{\"kind\":\"Thing\"}", made.body());
    assertEquals(404, send("GET", THINGS + "/none", "").statusCode());
    assertEquals(
        "{\"type\":\"ADDED\"}\n{\"type\":\"DELETED\"}\n",
        send("GET", THINGS + "?watch=true", "").body());
    var asked = things();
    assertEquals(403, send("GET", THINGS + "/who", "", "Impersonate-User", "bob").statusCode());
    assertEquals(asked, things());
  }

  /** The first lines of what was asked about things; the server asks for documents, too. */
  private List<String> things() {
    return extension.asked().stream()
        .map(Backend.Asked::first)
        .filter(line -> line.contains(THINGS))
        .toList();
  }

  @Test
  void anUpgradeLeadsThrough() throws Exception {
    serve();
    try (var socket =
        server.client().sslContext().getSocketFactory().createSocket("127.0.0.1", server.port())) {
      socket.setSoTimeout(10_000);
      var head =
          "GET "
              + THINGS
              + "/x/shout HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      var text = new StringBuilder();
      while (text.indexOf("\r\n\r\n") < 0) {
        text.append((char) socket.getInputStream().read());
      }
      assertTrue(text.toString().startsWith("HTTP/1.1 101 "), text.toString());
      socket.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      var echoed = socket.getInputStream().readNBytes(5);
      assertEquals("HELLO", new String(echoed, StandardCharsets.US_ASCII));
    }
  }

  @Test
  void discoveryAndOpenApiShowTheGroupAmongTheOthers() throws Exception {
    serve();
    var item = groupIn(get("/apis", "Accept", V2));
    assertEquals("Current", item.at("/versions/0/freshness").asString());
    var resource = item.at("/versions/0/resources/0");
    assertEquals("things", resource.path("resource").asString());
    assertEquals("Namespaced", resource.path("scope").asString());
    assertEquals("th", resource.at("/shortNames/0").asString());
    assertEquals("demo.example.com", resource.at("/responseKind/group").asString());
    assertEquals("scale", resource.at("/subresources/0/subresource").asString());
    assertEquals("autoscaling", resource.at("/subresources/0/responseKind/group").asString());
    assertEquals(
        "demo.example.com/v1",
        get("/apis/demo.example.com").at("/preferredVersion/groupVersion").asString());
    assertTrue(get("/apis").toString().contains("\"demo.example.com/v1\""));
    assertEquals("things", get(ROOT).at("/resources/0/name").asString());
    assertTrue(get("/openapi/v3").path("paths").has("apis/demo.example.com/v1"));
    oneSwaggerHasBoth();
    extension.close();
    await("nobody answers", () -> send("GET", THINGS, "").statusCode() == 503);
    // Until it is known that it is gone, and from then on.
    var refused = send("GET", THINGS, "").body();
    assertTrue(
        refused.startsWith("error trying to reach service: ")
            || refused.startsWith("service unavailable"),
        refused);
    awaitCondition("False FailedDiscoveryCheck");
    oneSwaggerHasBoth();
    var stale = groupIn(get("/apis", "Accept", V2)).at("/versions/0");
    assertEquals("Stale", stale.path("freshness").asString());
    assertEquals("things", stale.at("/resources/0/resource").asString());
    assertEquals(503, send("GET", ROOT, "").statusCode());
    assertEquals(200, send("DELETE", SERVICES + "/" + NAME, "").statusCode());
    await("the group goes", () -> !get("/apis").toString().contains("demo.example.com"));
    assertFalse(get("/openapi/v2").path("definitions").has("com.example.demo.v1.Thing"));
    await("nobody is asked", () -> send("GET", THINGS, "").statusCode() == 404);
  }

  /** The group's entry, which comes after Kubernetes' own groups and before defined ones. */
  private static JsonNode groupIn(JsonNode list) {
    var names =
        list.path("items").valueStream().map(each -> each.at("/metadata/name").asString()).toList();
    assertEquals("apiregistration.k8s.io", names.getFirst());
    assertEquals("apps", names.get(1));
    var at = names.indexOf("demo.example.com");
    assertTrue(names.indexOf("storage.k8s.io") < at && at < names.indexOf("jobset.x-k8s.io"));
    return list.path("items").get(at);
  }

  private void oneSwaggerHasBoth() throws Exception {
    var swagger = get("/openapi/v2");
    assertTrue(swagger.path("paths").has("/apis/demo.example.com/v1/things"));
    assertFalse(swagger.path("paths").has("/of/others"));
    assertTrue(swagger.path("definitions").has("com.example.demo.v1.Thing"));
    assertFalse(swagger.toString().contains("another one's"), "our own stays");
    var etag = send("GET", "/openapi/v2", "").headers().firstValue("ETag").orElseThrow();
    assertEquals(304, send("GET", "/openapi/v2", "", "If-None-Match", etag).statusCode());
    var protobuf = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
    assertTrue(send("GET", "/openapi/v2", "", "Accept", protobuf).body().contains("v1.Thing"));
  }

  @Test
  void whatThisServerServesHasServicesOfItsOwn() throws Exception {
    await("v1.apps is there", () -> condition("v1.apps").startsWith("True Local: "));
    var apps = get(SERVICES + "/v1.apps");
    assertEquals(
        "onstart",
        apps.at("/metadata/labels/kube-aggregator.kubernetes.io~1automanaged").asString());
    assertEquals(17800, apps.at("/spec/groupPriorityMinimum").asInt());
    assertEquals(15, apps.at("/spec/versionPriority").asInt());
    assertEquals(18000, get(SERVICES + "/v1.").at("/spec/groupPriorityMinimum").asInt());
    post(
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
        """
        {"metadata":{"name":"dogs.zoo.example.com"},"spec":{"group":"zoo.example.com",
         "names":{"plural":"dogs","kind":"Dog"},"scope":"Namespaced","versions":[{"name":"v1",
         "served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"}}}]}}
        """);
    var name = SERVICES + "/v1.zoo.example.com";
    await("it comes", () -> send("GET", name, "").statusCode() == 200);
    assertEquals(
        "true",
        get(name).at("/metadata/labels/kube-aggregator.kubernetes.io~1automanaged").asString());
    assertEquals(1000, get(name).at("/spec/groupPriorityMinimum").asInt());
    patch(name, "{\"spec\":{\"versionPriority\":5}}");
    await("it is put right", () -> get(name).at("/spec/versionPriority").asInt() == 100);
    send(
        "DELETE",
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/dogs.zoo.example.com",
        "");
    await("it goes", () -> send("GET", name, "").statusCode() == 404);
  }

  @Test
  void aFrontProxyIsBelievedForWhomItAsksAndNobodyElseIs() throws Exception {
    var proxy = server.certificates().frontProxy().client();
    var identity =
        new TlsIdentity(
            List.of(proxy.certificate()), proxy.key(), server.certificates().authority());
    var path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    var body = "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"SelfSubjectReview\"}";
    var headers =
        new String[] {
          "X-Remote-User",
          "ann",
          "X-Remote-Uid",
          "9",
          "X-Remote-Group",
          "g1",
          "X-Remote-Group",
          "system:masters",
          "X-Remote-Extra-a%2fb",
          "c",
          "Content-Type",
          "application/json"
        };
    try (var client = HttpClient.newBuilder().sslContext(identity.context()).build()) {
      var answer =
          client.send(server.request("POST", path, body, headers), BodyHandlers.ofString());
      assertEquals(201, answer.statusCode(), answer.body());
      var user = JSON.readTree(answer.body()).at("/status/userInfo");
      assertEquals("ann", user.path("username").asString());
      assertEquals("9", user.path("uid").asString());
      assertEquals(
          "[\"g1\",\"system:masters\",\"system:authenticated\"]", user.path("groups").toString());
      assertEquals("{\"a/b\":[\"c\"]}", user.path("extra").toString());
      var nobody = client.send(server.request("GET", "/api", ""), BodyHandlers.ofString());
      assertEquals(401, nobody.statusCode());
    }
    var own = send("POST", path, body, headers);
    assertTrue(own.body().contains("\"kubernetes-admin\""), own.body());
    var map = "/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication";
    var data = get(map).path("data");
    assertEquals("[\"front-proxy-client\"]", data.path("requestheader-allowed-names").asString());
    assertEquals(server.certificates().authorityPem(), data.path("client-ca-file").asString());
    assertTrue(
        data.path("requestheader-client-ca-file").asString().startsWith("-----BEGIN CERTIFICATE"));
  }

  @Test
  void whatMakesNoSenseIsRefused() throws Exception {
    refused(
        "metadata.name: Invalid value: \\\"x.y\\\": must be `spec.version+\\\".\\\"+spec.group`:"
            + " \\\"v1.g.io\\\"",
        "x.y",
        "\"group\":\"g.io\",\"version\":\"v1\",\"groupPriorityMinimum\":1,\"versionPriority\":1");
    refused(
        "spec.groupPriorityMinimum: Invalid value: 20001: must be positive and less than 20000",
        "v1.g.io",
        "\"group\":\"g.io\",\"version\":\"v1\",\"groupPriorityMinimum\":20001,\"versionPriority\":1");
    refused(
        "spec.versionPriority: Invalid value: 0: must be positive and less than 1000",
        "v1.g.io",
        "\"group\":\"g.io\",\"version\":\"v1\",\"groupPriorityMinimum\":1,\"versionPriority\":0");
    refused(
        "spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have",
        "v1.g.io",
        "\"group\":\"g.io\",\"version\":\"v1\",\"groupPriorityMinimum\":1,\"versionPriority\":1,"
            + "\"insecureSkipTLSVerify\":true");
    refused(
        "spec.service.name: Required value",
        "v1.g.io",
        "\"group\":\"g.io\",\"version\":\"v1\",\"groupPriorityMinimum\":1,\"versionPriority\":1,"
            + "\"service\":{\"namespace\":\"a\"}");
    refused(
        "spec.group: Required value: only v1 may have an empty group",
        "v2.",
        "\"version\":\"v2\",\"groupPriorityMinimum\":1,\"versionPriority\":1");
  }

  private void refused(String message, String name, String spec) throws Exception {
    var body = "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{" + spec + "}}";
    var answer = send("POST", SERVICES, body, "Content-Type", "application/json");
    assertEquals(422, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains(message), answer.body());
  }
}
