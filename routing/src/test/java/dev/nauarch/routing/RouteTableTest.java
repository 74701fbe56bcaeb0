package dev.nauarch.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.api.ModelCodec;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RouteTableTest {
  private static final String GATEWAY =
      """
      {"metadata":{"name":"models","namespace":"default"},
       "spec":{"gatewayClassName":"nauarch","listeners":[
         {"name":"http","port":8000,"protocol":"HTTP","hostname":%s}]}}
      """;

  @Test
  void theModelOfTheBodyDecidesThroughItsHeader() {
    var table =
        table(
            "null",
            route("tiny", "", rule(header("X-Gateway-Model-Name", "tiny"), "InferencePool", "a")),
            route("big", "", rule(header("X-Gateway-Model-Name", "big"), "InferencePool", "b")));
    assertEquals(
        "a", find(table, "any", "/v1/completions", Map.of("x-gateway-model-name", "tiny")));
    assertEquals("b", find(table, "any", "/v1/completions", Map.of("x-gateway-model-name", "big")));
    assertEquals("none", find(table, "any", "/v1/completions", Map.of()));
    assertEquals(List.of("big", "tiny"), List.copyOf(table.models()));
  }

  @Test
  void theMostSpecificRuleWins() {
    var table =
        table(
            "null",
            route("all", "", rule("{}", "Service", "all")),
            route(
                "paths",
                "",
                rule(path("PathPrefix", "/v1"), "Service", "short"),
                rule(path("PathPrefix", "/v1/chat/"), "Service", "long"),
                rule(path("Exact", "/v1/chat/x"), "Service", "exact"),
                rule(path("RegularExpression", "/v[0-9]+/re"), "Service", "pattern")),
            route("host", "\"api.example.com\"", rule("{}", "Service", "host")),
            route("wild", "\"*.example.com\"", rule("{}", "Service", "wild")));
    assertEquals("all", find(table, "x", "/v12", Map.of()));
    assertEquals("short", find(table, "x", "/v1", Map.of()));
    assertEquals("long", find(table, "x", "/v1/chat/y", Map.of()));
    assertEquals("exact", find(table, "x", "/v1/chat/x", Map.of()));
    assertEquals("pattern", find(table, "x", "/v1/re", Map.of()));
    assertEquals("host", find(table, "api.example.com", "/v1/chat/x", Map.of()));
    assertEquals("wild", find(table, "a.b.example.com", "/", Map.of()));
    assertEquals("all", find(table, "example.com", "/", Map.of()));
  }

  @Test
  void aListenersHostnameNarrowsItsRoutes() {
    var table =
        table(
            "\"*.example.com\"",
            route("any", "", rule("{}", "Service", "any")),
            route("other", "\"example.org\"", rule("{}", "Service", "other")));
    assertEquals("any", find(table, "a.example.com", "/", Map.of()));
    assertEquals("none", find(table, "example.org", "/", Map.of()));
  }

  @Test
  void weightsDivideRequestsInProportion() {
    var rule =
        new Rule(
            List.of(),
            List.of(
                new Rule.Backend("Service", "default", "a", 80, 3),
                new Rule.Backend("Service", "default", "b", 80, 0),
                new Rule.Backend("Service", "default", "c", 80, 1)),
            Rule.HeaderChange.NONE,
            Rule.HeaderChange.NONE,
            java.util.Optional.empty());
    var count = new TreeMap<String, Integer>();
    for (var ticket = 0; ticket < 40; ticket++) {
      count.merge(rule.backend(ticket).orElseThrow().name(), 1, Integer::sum);
    }
    assertEquals(Map.of("a", 30, "c", 10), count);
  }

  @Test
  void aRouteWithWhatIsNotSupportedIsRefusedWithTheReason() {
    var route =
        decode(
            HTTPRoute.class,
            route("r", "", "{\"filters\":[{\"type\":\"URLRewrite\",\"urlRewrite\":{}}]}"));
    var attachment =
        RouteProjection.attach(route, List.of(decode(Gateway.class, GATEWAY.formatted("null"))))
            .getFirst();
    assertEquals("UnsupportedValue", attachment.refusal());
    assertEquals("the filter URLRewrite is not supported", attachment.message());
  }

  @Test
  void theShorterOfTheTimeoutsHolds() {
    var rule =
        "{\"timeouts\":{\"request\":\"%s\",\"backendRequest\":\"%s\"},"
            + "\"backendRefs\":[{\"name\":\"a\",\"port\":80}]}";
    for (var pair : List.of(List.of("5s", "2s"), List.of("2s", "0s"))) {
      var route = route("r", "", rule.formatted(pair.get(0), pair.get(1)));
      var way =
          table("null", route).find(8000, new RequestHead("h", "GET", "/", Map.of(), Map.of()));
      assertEquals(2000, way.orElseThrow().rule().timeoutMillis().orElseThrow());
    }
  }

  @Test
  void aParentOfAnotherGroupIsNoGateway() {
    var route =
        route("r", "", rule("{}", "Service", "a"))
            .replace("{\"name\":\"models\"}", "{\"group\":\"x.io\",\"name\":\"models\"}");
    assertEquals("none", find(table("null", route), "h", "/", Map.of()));
  }

  private static RouteTable table(String hostname, String... routes) {
    var gateway = decode(Gateway.class, GATEWAY.formatted(hostname));
    var all = new ArrayList<Route>();
    for (var text : routes) {
      RouteProjection.attach(decode(HTTPRoute.class, text), List.of(gateway))
          .forEach(attachment -> all.addAll(attachment.routes()));
    }
    return new RouteTable(all);
  }

  private static String find(
      RouteTable table, String host, String path, Map<String, String> headers) {
    return table
        .find(8000, new RequestHead(host, "POST", path, headers, Map.of()))
        .map(way -> way.rule().backends().getFirst().name())
        .orElse("none");
  }

  private static String route(String name, String hostnames, String... rules) {
    return """
        {"metadata":{"name":"%s","namespace":"default"},
         "spec":{"parentRefs":[{"name":"models"}],"hostnames":[%s],"rules":[%s]}}
        """
        .formatted(name, hostnames, String.join(",", rules));
  }

  private static String rule(String match, String kind, String backend) {
    return "{\"matches\":[%s],\"backendRefs\":[{\"kind\":\"%s\",\"name\":\"%s\",\"port\":80}]}"
        .formatted(match, kind, backend);
  }

  private static String header(String name, String value) {
    return "{\"headers\":[{\"name\":\"%s\",\"value\":\"%s\"}]}".formatted(name, value);
  }

  private static String path(String type, String value) {
    return "{\"path\":{\"type\":\"%s\",\"value\":\"%s\"}}".formatted(type, value);
  }

  private static <T> T decode(Class<T> type, String text) {
    return ModelCodec.decode(text.getBytes(StandardCharsets.UTF_8), type);
  }
}
