package dev.nauarch.nodeagent.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class RouteTableTest {

  private static Node node(String name, String range, String address) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .withCreationTimestamp("2026-11-23T04:00:0" + name.length() + "Z")
        .endMetadata()
        .withNewSpec()
        .withPodCIDR(range.isEmpty() ? null : range)
        .endSpec()
        .withNewStatus()
        .addNewAddress(name, "Hostname")
        .addNewAddress(address, "InternalIP")
        .endStatus()
        .build();
  }

  @Test
  void theOthersAreReachedByTheirAddresses() {
    var nodes =
        List.of(
            node("a", "10.244.0.0/24", "10.0.0.1"),
            node("bb", "10.244.1.0/24", "10.0.0.2"),
            node("cc", "", "10.0.0.3"),
            node("late", "10.244.1.0/24", "10.0.0.4"));
    assertEquals(Map.of("10.244.1.0/24", "10.0.0.2"), RouteTable.wanted(nodes, "a"));
  }

  @Test
  void onlyWhatDiffersIsChangedAndOnlyOfThisCluster() {
    var shown =
        """
        10.244.1.0/24 via 10.0.0.2 dev eth0
        10.244.2.0/24 via 10.0.0.9 dev eth0 linkdown
        10.244.3.0/24 via 10.0.0.4 dev eth0
        10.245.1.0/24 via 10.0.0.7 dev eth0
        """;
    var wanted =
        new TreeMap<>(
            Map.of(
                "10.244.1.0/24",
                "10.0.0.2",
                "10.244.2.0/24",
                "10.0.0.3",
                "10.244.4.0/24",
                "10.0.0.5"));
    assertEquals(
        List.of(
            "ip route del 10.244.3.0/24 via 10.0.0.4",
            "ip route replace 10.244.2.0/24 via 10.0.0.3 proto 158",
            "ip route replace 10.244.4.0/24 via 10.0.0.5 proto 158"),
        RouteTable.changes(RouteTable.parse(shown), wanted, "10.244.").stream()
            .map(words -> String.join(" ", words))
            .toList());
  }
}
