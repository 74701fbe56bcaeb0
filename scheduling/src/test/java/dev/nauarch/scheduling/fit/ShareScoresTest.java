package dev.nauarch.scheduling.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.model.DeviceNeeds;
import dev.nauarch.scheduling.model.Neighbours;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.PodShape;
import dev.nauarch.scheduling.model.PodState;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes for pods that ask for devices as resources. */
class ShareScoresTest {

  private static final String GPU = "nvidia.com/gpu";

  private final Cluster cluster = new Cluster();
  private final Search search = new Search(cluster);
  private int names;

  private void node(String name, long cores, String resource, long amount) {
    var amounts = new Amounts(1000 * cores, 1L << 40, 0, 110, new TreeMap<>());
    cluster.put(
        new NodeState(name, new TreeMap<>(), List.of(), amounts.with(resource, amount), false));
  }

  private PodState pod(long cores, String resource, long amount) {
    var asked = new Amounts(1000 * cores, 1 << 30, 0, 1, new TreeMap<>()).with(resource, amount);
    return new PodState(
        new ObjectKey("default", "p" + names++),
        "uid",
        new TreeMap<>(),
        new TreeMap<>(),
        PodShape.of(asked),
        Neighbours.ANY,
        0,
        true,
        Instant.EPOCH,
        "",
        PodState.Stage.LIVE,
        List.of(),
        PodState.Membership.ALONE,
        DeviceNeeds.NONE);
  }

  private String place(PodState pod) {
    var node = search.best(pod).orElse("");
    if (!node.isEmpty()) {
      cluster.place(pod.on(node));
    }
    return node;
  }

  @Test
  void whatIsNotADeviceIsPacked() {
    node("a", 8, "hugepages-2Mi", 8L << 30);
    node("b", 8, "hugepages-2Mi", 8L << 30);
    assertEquals("a", place(pod(1, "hugepages-2Mi", 1L << 30)));
    assertEquals("a", place(pod(1, "hugepages-2Mi", 1L << 30)));
    assertEquals("b", place(pod(1, "hugepages-2Mi", 7L << 30)));
  }

  @Test
  void manyUnitsOfADeviceAreNoTrouble() {
    node("a", 8, "example.com/fuse", 1_000_000_000L);
    node("b", 8, "example.com/fuse", 1_000_000_000L);
    for (var i = 0; i < 3; i++) {
      var pod = pod(1, "example.com/fuse", 1);
      cluster.mixes().add(pod.shape().requests(), 1);
      assertEquals("a", place(pod));
    }
    assertEquals("b", place(pod(1, "example.com/fuse", 1_000_000_000L)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whoFollowsTheMixFindsWhatAFirstLookFindsAndNobodyGetsMoreThanThereIs(long seed) {
    var random = new SplittableRandom(seed);
    for (var i = 0; i < 20; i++) {
      node("n" + i, 32 + 32L * random.nextInt(3), GPU, 1L << random.nextInt(4));
    }
    for (var i = 0; i < 200; i++) {
      var pod = pod(1 + random.nextInt(16), GPU, 1L << random.nextInt(4));
      cluster.mixes().add(pod.shape().requests(), 1);
      assertEquals(new Search(cluster).best(pod), search.best(pod));
      place(pod);
      for (var node = 0; node < cluster.numbers(); node++) {
        var free = Objects.requireNonNull(cluster.slot(node)).free();
        assertTrue(free.of(GPU) >= 0 && free.cpuMillis() >= 0, free.toString());
      }
    }
  }
}
