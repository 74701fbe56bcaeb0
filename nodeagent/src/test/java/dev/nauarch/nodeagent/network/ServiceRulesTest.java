package dev.nauarch.nodeagent.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.nodeagent.network.ClusterServices.Endpoint;
import dev.nauarch.nodeagent.network.ClusterServices.Entry;
import dev.nauarch.nodeagent.network.ClusterServices.Locality;
import dev.nauarch.nodeagent.network.ClusterServices.Port;
import dev.nauarch.nodeagent.network.ClusterServices.Readiness;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ServiceRulesTest {

  @Test
  void spreadsAConnectionOverTheReadyEndpointsAlone() {
    var script =
        script(
            service(
                "10.96.0.20",
                new Endpoint("10.244.0.2", "", Readiness.READY, true, Map.of("", 8080)),
                new Endpoint("10.244.0.3", "", Readiness.NOT_READY, true, Map.of("", 8080)),
                new Endpoint("10.244.0.4", "", Readiness.READY, true, Map.of("", 8081))));
    assertTrue(script.contains("10.96.0.20 . tcp . 80 : goto service-0"), script);
    assertTrue(script.contains("numgen random mod 2"), script);
    assertTrue(script.contains("dnat to 10.244.0.2:8080"), script);
    assertTrue(script.contains("dnat to 10.244.0.4:8081"), script);
    assertFalse(script.contains("10.244.0.3"), script);
  }

  @Test
  void refusesConnectionsToAServiceWithoutReadyEndpoints() {
    var script = script(service("10.96.0.20"));
    assertTrue(script.contains("elements = { 10.96.0.20 . tcp . 80 }"), script);
    assertFalse(script.contains("goto service-0"), script);
  }

  @Test
  void endpointsThatAreEndingServeWhereNobodyIsReady() {
    var ending = new Endpoint("10.244.0.3", "", Readiness.ENDING, true, Map.of("", 8080));
    var gone = new Endpoint("10.244.0.4", "", Readiness.NOT_READY, true, Map.of("", 8080));
    assertTrue(script(service("10.96.0.20", ending, gone)).contains("dnat to 10.244.0.3:8080"));
    var ready = new Endpoint("10.244.0.2", "", Readiness.READY, true, Map.of("", 8080));
    assertFalse(script(service("10.96.0.20", ending, ready)).contains("10.244.0.3"));
  }

  @Test
  void trafficThatStaysOnTheMachineGoesToItsOwnEndpointsAlone() {
    var here = new Endpoint("10.244.0.2", "", Readiness.READY, true, Map.of("", 8080));
    var there = new Endpoint("10.244.9.3", "", Readiness.READY, false, Map.of("", 8080));
    var inside = script(service("10.96.0.20", new Locality(true, false), here, there));
    assertTrue(inside.contains("10.96.0.20 . tcp . 80 : goto service-0 }"), inside);
    assertTrue(inside.contains("numgen random mod 1 vmap"), inside);
    assertTrue(inside.contains("tcp . 30080 : goto service-1"), inside);
    assertTrue(inside.contains("numgen random mod 2 vmap"), inside);

    var outside = script(service("10.96.0.20", new Locality(false, true), there));
    assertTrue(outside.contains("10.96.0.20 . tcp . 80 : goto service-0"), outside);
    assertFalse(outside.contains("30080"), outside);
  }

  @Test
  void servicesAndSlicesSayWhoServesAndWhere() {
    var service =
        decode(
            """
            {"metadata":{"namespace":"default","name":"web"},"spec":{"clusterIP":"10.96.0.20",
             "internalTrafficPolicy":"Local","ports":[{"port":80,"nodePort":30080}]}}
            """,
            Service.class);
    var slice =
        decode(
            """
            {"metadata":{"namespace":"default","name":"web-1",
              "labels":{"kubernetes.io/service-name":"web"}},
             "addressType":"IPv4","ports":[{"port":8080}],"endpoints":[
              {"addresses":["10.244.0.2"],"nodeName":"here"},
              {"addresses":["10.244.9.3"],"nodeName":"there",
               "conditions":{"ready":false,"serving":true,"terminating":true}}]}
            """,
            EndpointSlice.class);
    var entry =
        ServiceProjection.of(List.of(service), List.of(slice), "here")
            .servicesByKey()
            .get("default/web");
    assertEquals(
        service(
            "10.96.0.20",
            new Locality(true, false),
            new Endpoint("10.244.0.2", "", Readiness.READY, true, Map.of("", 8080)),
            new Endpoint("10.244.9.3", "", Readiness.ENDING, false, Map.of("", 8080))),
        entry);
  }

  @Test
  void replacesItsWholeTableAndNoOther() {
    assertEquals(
        "table ip nauarch-t\ndelete table ip nauarch-t\ntable ip nauarch-t {",
        script(service("10.96.0.20"))
            .lines()
            .limit(3)
            .reduce((a, b) -> a + "\n" + b)
            .orElseThrow());
  }

  private static <T> T decode(String json, Class<T> type) {
    return ModelCodec.decode(json.getBytes(StandardCharsets.UTF_8), type);
  }

  private static String script(Entry... entries) {
    var services = new TreeMap<String, Entry>();
    for (var entry : entries) {
      services.put(entry.namespace() + "/" + entry.name(), entry);
    }
    return ServiceRules.script("nauarch-t", "10.244.0.0/16", new ClusterServices(services));
  }

  private static Entry service(String ip, Endpoint... endpoints) {
    return service(ip, Locality.ANYWHERE, endpoints);
  }

  private static Entry service(String ip, Locality locality, Endpoint... endpoints) {
    return new Entry(
        "default",
        "web",
        Optional.of(ip),
        Optional.empty(),
        locality,
        List.of(new Port("", "tcp", 80, 30080)),
        List.of(endpoints));
  }
}
