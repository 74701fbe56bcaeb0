package dev.nauarch.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices whose capacity claims share: which of them, and on which node. */
class SharedDevicesTest extends DeviceScene {

  private static String shared(String name) {
    return device(name, "'allowMultipleAllocations':true,'capacity':{'memory':{'value':'80Gi'}}");
  }

  private void gpusOn(String... nodes) {
    gpus();
    for (var node : nodes) {
      world.node(node);
      world.devices(node, shared("a"), shared("b"));
    }
  }

  private void pod(String name, long gibibytes) {
    var capacity = "'capacity':{'requests':{'memory':'" + gibibytes + "Gi'}}";
    world.claims.make("c-" + name, "'requests':[" + request("gpu", capacity) + "]");
    world.pod(name, "c-" + name);
    world.settle();
  }

  private List<String> devicesOf(String pod) {
    return world.claims.devicesOf("c-" + pod);
  }

  @Test
  void aShareIsTakenOfTheFullestDeviceThatHasIt() {
    gpusOn("n1");
    pod("p30", 30);
    pod("p60", 60);
    pod("p20", 20);
    assertEquals(List.of("gpu=n1/a"), devicesOf("p30"));
    assertEquals(List.of("gpu=n1/b"), devicesOf("p60"));
    assertEquals(List.of("gpu=n1/b"), devicesOf("p20"), "20 are left of b and 50 of a");
    pod("p50", 50);
    assertEquals(List.of("gpu=n1/a"), devicesOf("p50"));
  }

  @Test
  void sharesGoToANodeThatIsBegunSoThatWholeDevicesAreLeft() {
    gpusOn("n1", "n2", "n3");
    for (var i = 0; i < 4; i++) {
      pod("half" + i, 40);
      assertEquals(world.nodeOf("half0"), world.nodeOf("half" + i));
    }
    var both = "'count':2,'capacity':{'requests':{'memory':'80Gi'}}";
    for (var name : List.of("x", "y")) {
      world.claims.make(name, "'requests':[" + request("gpu", both) + "]");
      world.pod(name, name);
      world.settle();
      assertEquals(2, world.claims.devicesOf(name).size(), world.why(name));
    }
  }

  @Test
  void wholeDevicesAreTakenOfANodeThatIsBegun() {
    gpus();
    for (var node : List.of("n1", "n2")) {
      world.node(node);
      world.devices(node, device("a", ""), device("b", ""));
    }
    for (var name : List.of("p1", "p2")) {
      world.claims.make(name, ANY);
      world.pod(name, name);
      world.settle();
    }
    assertEquals(world.nodeOf("p1"), world.nodeOf("p2"));
    world.claims.make("two", "'requests':[" + request("gpu", "'count':2") + "]");
    world.pod("two", "two");
    world.settle();
    assertEquals(2, world.claims.devicesOf("two").size(), world.why("two"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void noDeviceGivesMoreThanItHas(long seed) {
    var random = new SplittableRandom(seed);
    gpusOn("n1", "n2", "n3");
    var gibibytes = new TreeMap<String, Long>();
    for (var i = 0; i < 40; i++) {
      if (random.nextInt(4) == 0 && !gibibytes.isEmpty()) {
        var gone = List.copyOf(gibibytes.keySet()).get(random.nextInt(gibibytes.size()));
        gibibytes.remove(gone);
        world.gone(gone);
        world.claims.drop("c-" + gone);
        world.settle();
      } else {
        gibibytes.put("p" + i, 10L * (1 + random.nextInt(8)));
        pod("p" + i, Objects.requireNonNull(gibibytes.get("p" + i)));
      }
      var taken = new TreeMap<String, Long>();
      gibibytes.forEach(
          (pod, amount) ->
              devicesOf(pod).forEach(device -> taken.merge(device, amount, Long::sum)));
      assertTrue(taken.values().stream().allMatch(sum -> sum <= 80), taken::toString);
    }
    assertTrue(gibibytes.keySet().stream().anyMatch(pod -> !devicesOf(pod).isEmpty()));
  }
}
