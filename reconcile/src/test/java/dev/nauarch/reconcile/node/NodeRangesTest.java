package dev.nauarch.reconcile.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.World;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class NodeRangesTest {

  private final World world = new World();

  private void node(String name, String range, Map<String, String> labels) {
    world.add(
        Resources.NODES,
        new NodeBuilder()
            .withNewMetadata()
            .withName(name)
            .withLabels(labels)
            .endMetadata()
            .withNewSpec()
            .withPodCIDR(range.isEmpty() ? null : range)
            .endSpec()
            .build());
  }

  private Optional<String> rangeOf(String name) {
    var node = world.get(Resources.NODES, new ObjectKey("", name)).orElseThrow();
    return Optional.ofNullable(node.getSpec().getPodCIDR());
  }

  @Test
  void everyNodeGetsTheFirstRangeThatNoOtherHas() {
    node("b", "", Map.of());
    node("a", "10.244.2.0/24", Map.of());
    node("c", "", Map.of());
    node("pretended", "", Map.of("nauarch.dev/simulated", "true"));
    world.settle(new NodeRanges("10.244.0.0/16"));
    assertEquals(Optional.of("10.244.2.0/24"), rangeOf("a"));
    assertEquals(Optional.of("10.244.1.0/24"), rangeOf("b"));
    assertEquals(Optional.of("10.244.3.0/24"), rangeOf("c"));
    assertEquals(Optional.empty(), rangeOf("pretended"));
  }

  @Test
  void whoGetsNoneIsTold() {
    node("a", "", Map.of());
    node("b", "", Map.of());
    world.settle(new NodeRanges("10.244.6.0/23"));
    assertEquals(Optional.of("10.244.7.0/24"), rangeOf("a"));
    assertEquals(Optional.empty(), rangeOf("b"));
    assertTrue(
        world.events().contains("CIDRNotAvailable: Node b status is now: CIDRNotAvailable"),
        () -> world.events().toString());
  }

  @Test
  void onlyRangesThatHoldPartsAreTaken() {
    assertThrows(IllegalArgumentException.class, () -> new NodeRanges("10.244.0.0/25"));
    assertThrows(IllegalArgumentException.class, () -> new NodeRanges("fd00::/64"));
  }
}
