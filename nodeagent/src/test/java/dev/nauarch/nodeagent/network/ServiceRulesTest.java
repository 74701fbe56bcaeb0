package dev.nauarch.nodeagent.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.nodeagent.network.ClusterServices.Endpoint;
import dev.nauarch.nodeagent.network.ClusterServices.Entry;
import dev.nauarch.nodeagent.network.ClusterServices.Port;
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
                new Endpoint("10.244.0.2", "", true, Map.of("", 8080)),
                new Endpoint("10.244.0.3", "", false, Map.of("", 8080)),
                new Endpoint("10.244.0.4", "", true, Map.of("", 8081))));
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
  void replacesItsWholeTableAndNoOther() {
    assertEquals(
        "table ip nauarch-t\ndelete table ip nauarch-t\ntable ip nauarch-t {",
        script(service("10.96.0.20"))
            .lines()
            .limit(3)
            .reduce((a, b) -> a + "\n" + b)
            .orElseThrow());
  }

  private static String script(Entry... entries) {
    var services = new TreeMap<String, Entry>();
    for (var entry : entries) {
      services.put(entry.namespace() + "/" + entry.name(), entry);
    }
    return ServiceRules.script("nauarch-t", "10.244.0.0/16", new ClusterServices(services));
  }

  private static Entry service(String ip, Endpoint... endpoints) {
    return new Entry(
        "default",
        "web",
        Optional.of(ip),
        Optional.empty(),
        List.of(new Port("", "tcp", 80, 30080)),
        List.of(endpoints));
  }
}
