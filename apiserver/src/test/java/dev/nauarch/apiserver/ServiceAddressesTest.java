package dev.nauarch.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The addresses of services are objects, and come from all ranges that there are. */
@SuppressWarnings("NullAway.Init") // set before each test
class ServiceAddressesTest {

  private static final String NETWORKING = "/apis/networking.k8s.io/v1/";
  private static final String SERVICES = "/api/v1/namespaces/default/services";

  private TestServer server;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    server = TestServer.startCluster(directory);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    return server
        .client()
        .send(
            server.request(method, path, body, "Content-Type", "application/json"),
            BodyHandlers.ofString());
  }

  private JsonNode ok(String method, String path, String body) throws Exception {
    var answer = send(method, path, body);
    assertTrue(answer.statusCode() < 300, answer.body());
    return JsonMapper.shared().readTree(answer.body());
  }

  private static String service(String name, String address) {
    return "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"clusterIP\":\"%s\",\"ports\":[{\"port\":80}]}}"
        .formatted(name, address);
  }

  @Test
  void anAddressIsAnObjectForAsLongAsAServiceHasIt() throws Exception {
    var address = ok("POST", SERVICES, service("web", "")).at("/spec/clusterIP").asString("");
    var object = ok("GET", NETWORKING + "ipaddresses/" + address, "");
    assertEquals("web", object.at("/spec/parentRef/name").asString(""));
    assertEquals("services", object.at("/spec/parentRef/resource").asString(""));
    var labels = object.path("metadata").path("labels");
    assertEquals(
        "ipallocator.k8s.io", labels.path("ipaddress.kubernetes.io/managed-by").asString());
    assertEquals("IPv4", labels.path("ipaddress.kubernetes.io/ip-family").asString());
    for (var each : ok("GET", NETWORKING + "ipaddresses", "").path("items")) {
      assertEquals("IPAddress networking.k8s.io/v1", kind(each));
      assertTrue(each.at("/metadata").has("resourceVersion"), each::toString);
    }
    assertEquals("IPAddress networking.k8s.io/v1", kind(object));
    ok("DELETE", SERVICES + "/web", "");
    assertEquals(404, send("GET", NETWORKING + "ipaddresses/" + address, "").statusCode());
  }

  private static String kind(JsonNode object) {
    return object.path("kind").asString("") + " " + object.path("apiVersion").asString("");
  }

  @Test
  void anAddressThatSomebodyElseHasIsNotGiven() throws Exception {
    ok(
        "POST",
        NETWORKING + "ipaddresses",
        "{\"metadata\":{\"name\":\"10.96.0.77\"},\"spec\":{\"parentRef\":{\"group\":\"example.com\","
            + "\"resource\":\"gateways\",\"name\":\"g\"}}}");
    var refused = send("POST", SERVICES, service("web", "10.96.0.77"));
    assertEquals(422, refused.statusCode());
    assertTrue(refused.body().contains("provided IP is already allocated"), refused.body());
  }

  @Test
  void servicesGetAddressesOfFurtherRanges() throws Exception {
    assertEquals(422, send("POST", SERVICES, service("web", "10.200.0.9")).statusCode());
    ok(
        "POST",
        NETWORKING + "servicecidrs",
        "{\"metadata\":{\"name\":\"more\"},\"spec\":{\"cidrs\":[\"10.200.0.0/24\"]}}");
    int code = 0;
    for (int i = 0; i < 1000 && code != 201; i++) {
      code = send("POST", SERVICES, service("web", "10.200.0.9")).statusCode();
    }
    assertEquals(201, code);
    var range = ok("GET", NETWORKING + "servicecidrs/more", "");
    assertEquals("True", range.at("/status/conditions/0/status").asString(""));
    assertEquals(1, range.path("metadata").path("finalizers").size());
  }
}
