package dev.nauarch.nodeagent.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.nodeagent.network.ClusterServices.Addresses;
import dev.nauarch.nodeagent.network.ClusterServices.Endpoint;
import dev.nauarch.nodeagent.network.ClusterServices.Entry;
import dev.nauarch.nodeagent.network.ClusterServices.Place;
import dev.nauarch.nodeagent.network.ClusterServices.Port;
import dev.nauarch.nodeagent.network.ClusterServices.Readiness;
import dev.nauarch.nodeagent.network.ClusterServices.Traffic;
import dev.nauarch.nodeagent.network.nft.Family;
import dev.nauarch.nodeagent.network.nft.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServiceRulesTest {
  private static final String IP = "10.96.0.20 . tcp . 80";
  private final ServiceRules rules = new ServiceRules(Family.IPV4);

  @Test
  void aConnectionGoesToOneOfTheEndpointsByANumber() {
    var items = rules.items(service(Traffic.ANYWHERE, at("10.244.0.2"), at("10.244.0.3")));
    assertEquals("goto spread-ips-2", element(items, "ips", IP));
    assertEquals("10.244.0.2 . 8080", element(items, "ips-endpoints", IP + " . 0"));
    assertEquals("10.244.0.3 . 8080", element(items, "ips-endpoints", IP + " . 1"));
    assertEquals("goto spread-node-ports-2", element(items, "node-ports", "tcp . 30080"));
    assertEquals("goto masquerade-all", element(items, "masqueraded-node-ports", "tcp . 30080"));
  }

  @Test
  void nobodyIsRefusedAndNobodyHereIsDropped() {
    var nobody = rules.items(service(Traffic.ANYWHERE));
    assertEquals("", element(nobody, "refused-ips", IP));
    assertEquals("", element(nobody, "refused-node-ports", "tcp . 30080"));
    assertNull(element(nobody, "ips", IP));
    var local = new Traffic(true, true, 0, List.of(), 0);
    var items = rules.items(service(local, elsewhere("10.244.9.2")));
    assertEquals("drop", element(items, "ips", IP));
    assertEquals("drop", element(items, "outside-node-ports", "tcp . 30080"));
    // Pods reach a node port as if they had asked for the cluster IP of a service for all.
    assertEquals("goto spread-node-ports-1", element(items, "node-ports", "tcp . 30080"));
    assertEquals("goto masquerade-own", element(items, "masqueraded-node-ports", "tcp . 30080"));
  }

  @Test
  void anEndpointThatStaysKeepsItsNumber() {
    var many = new ArrayList<Endpoint>();
    for (var i = 1; i <= 200; i++) {
      many.add(at("10.244.1." + i));
    }
    var before = rules.items(service(Traffic.ANYWHERE, many.toArray(Endpoint[]::new)));
    many.removeFirst();
    var now = rules.items(service(Traffic.ANYWHERE, many.toArray(Endpoint[]::new)));
    var changed =
        now.entrySet().stream()
            .filter(item -> item.getKey().holder().equals("ips-endpoints"))
            .filter(item -> !item.getValue().equals(before.get(item.getKey())))
            .count();
    assertEquals(1, changed);
    assertEquals("10.244.1.200 . 8080", element(now, "ips-endpoints", IP + " . 0"));
  }

  @Test
  void clientsThatStickHaveSetsWithTheirTime() {
    var sticky = new Traffic(false, false, 60, List.of(), 0);
    var items = rules.items(service(sticky, at("10.244.0.2"), at("10.244.0.3")));
    var chain = element(items, "ips", IP);
    assertTrue(chain != null && chain.startsWith("goto sticky-"), chain);
    var sets = items.keySet().stream().filter(i -> i.kind() == Item.Kind.SET).toList();
    assertEquals(2, sets.size());
    assertTrue(items.getOrDefault(sets.getFirst(), "").contains("timeout 60s"));
  }

  @Test
  void oneFamilyHasNothingOfTheOther() {
    var both =
        new Entry(
            "default",
            "web",
            Addresses.ofCluster("10.96.0.20", "fd00:0:0:0:0:0:0:14"),
            Optional.empty(),
            Traffic.ANYWHERE,
            List.of(new Port("", "tcp", 80, 0)),
            List.of(at("10.244.0.2"), at("fd01:0:0:0:0:0:0:2")));
    var items = new ServiceRules(Family.IPV6).items(both);
    assertEquals("goto spread-ips-1", element(items, "ips", "fd00:0:0:0:0:0:0:14 . tcp . 80"));
    assertFalse(items.toString().contains("10."), items::toString);
    assertFalse(rules.items(both).toString().contains("fd0"));
  }

  @Test
  void hostPortsAreNodePortsOfOnePod() {
    var ports =
        new HostPorts(
            List.of(
                new HostPorts.HostPort("", "tcp", 8080, "10.244.0.2", 80),
                new HostPorts.HostPort("192.0.2.1", "udp", 53, "10.244.0.2", 5353)));
    var items = ports.items(Family.IPV4);
    assertEquals("10.244.0.2 . 80", element(items, "node-ports-endpoints", "tcp . 8080 . 0"));
    assertEquals("10.244.0.2 . 5353", element(items, "ips-endpoints", "192.0.2.1 . udp . 53 . 0"));
    assertTrue(ports.items(Family.IPV6).isEmpty());
  }

  @Test
  void flowsOfUdpEndWithTheirEndpoint() {
    var before = udp(at("10.244.0.2"), at("10.244.0.3"));
    assertEquals(
        List.of(new StaleFlow(Family.IPV4, "10.96.0.20", 53, "10.244.0.3")),
        StaleFlow.of(before, udp(at("10.244.0.2"))));
    assertEquals(
        List.of(new StaleFlow(Family.IPV4, "10.96.0.20", 53, "")),
        StaleFlow.of(udp(), udp(at("10.244.0.2"))));
    assertEquals(List.of(), StaleFlow.of(before, before));
  }

  private static @Nullable String element(Map<Item, String> items, String set, String key) {
    return items.get(Item.element(set, key));
  }

  private static Endpoint at(String ip) {
    return new Endpoint(ip, "", Readiness.READY, Place.HERE, Map.of("", 8080));
  }

  private static Endpoint elsewhere(String ip) {
    return new Endpoint(ip, "", Readiness.READY, Place.ELSEWHERE, Map.of("", 8080));
  }

  private static Entry service(Traffic traffic, Endpoint... endpoints) {
    return entry(traffic, new Port("", "tcp", 80, 30080), endpoints);
  }

  private static Entry udp(Endpoint... endpoints) {
    return entry(Traffic.ANYWHERE, new Port("", "udp", 53, 0), endpoints);
  }

  private static Entry entry(Traffic traffic, Port port, Endpoint... endpoints) {
    return new Entry(
        "default",
        "web",
        Addresses.ofCluster("10.96.0.20"),
        Optional.empty(),
        traffic,
        List.of(port),
        List.of(endpoints));
  }
}
