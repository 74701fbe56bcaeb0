package dev.nauarch.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices of which claims share the capacity or the counters: which, and on which node. */
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

  private void partitions() {
    gpus();
    world.node("n1");
    world.slice(
        "counters",
        "n1",
        1,
        2,
        "'nodeName':'n1','sharedCounters':[{'name':'gpu0','counters':{'memory':{'value':'80Gi'}}}]");
    world.slice(
        "parts",
        "n1",
        1,
        2,
        "'nodeName':'n1','devices':["
            + device(
                "whole",
                "'consumesCounters':[{'counterSet':'gpu0','counters':{'memory':{'value':'80Gi'}}}]")
            + ","
            + device(
                "half1",
                "'attributes':{'part':{'bool':true}},'consumesCounters':[{'counterSet':'gpu0','counters':{'memory':{'value':'40Gi'}}}]")
            + ","
            + device(
                "half2",
                "'attributes':{'part':{'bool':true}},'consumesCounters':[{'counterSet':'gpu0','counters':{'memory':{'value':'40Gi'}}}]")
            + "]");
  }

  @Test
  void partitionsShareTheirCounters() {
    partitions();
    var part =
        "'requests':[" + request("gpu", cel("\\\"part\\\" in device.attributes[\\\"d\\\"]")) + "]";
    world.claims.make("half", part);
    world.pod("p", "half");
    world.claims.make(
        "whole",
        "'requests':["
            + request("gpu", cel("!(\\\"part\\\" in device.attributes[\\\"d\\\"])"))
            + "]");
    world.settle();
    world.pod("q", "whole");
    world.settle();
    assertEquals(List.of("gpu=n1/half1"), world.claims.devicesOf("half"));
    assertEquals("", world.nodeOf("q"));
    world.claims.make("other", part);
    world.pod("r", "other");
    world.settle();
    assertEquals(List.of("gpu=n1/half2"), world.claims.devicesOf("other"));
    world.gone("p");
    world.gone("r");
    world.pass(Duration.ofSeconds(30));
    assertEquals(
        List.of("gpu=n1/whole"),
        world.claims.devicesOf("whole"),
        world.why("q") + world.nodeOf("q"));
  }

  @Test
  void capacityIsConsumedByShareAndRoundedAsItsPolicySays() {
    gpus();
    world.node("n1");
    world.devices(
        "n1",
        device(
            "nic",
            "'allowMultipleAllocations':true,'capacity':{'bandwidth':{'value':'10G','requestPolicy':{'default':'1G','validRange':{'min':'1G','step':'1G'}}}}"));
    var six =
        "'requests':[" + request("nic", "'capacity':{'requests':{'bandwidth':'5500M'}}") + "]";
    world.claims.make("c1", six);
    world.claims.make("c2", six);
    world.claims.make("c3", ANY);
    world.pod("p1", "c1");
    world.pod("p2", "c2");
    world.pod("p3", "c3");
    world.settle();
    var result = ClaimShelf.results(world.claims.named("c1")).getFirst();
    assertEquals(new Quantity("6G"), result.getConsumedCapacity().get("bandwidth"));
    assertEquals(36, result.getShareID().length());
    assertEquals("", world.nodeOf("p2"));
    var other = ClaimShelf.results(world.claims.named("c3")).getFirst();
    assertEquals(new Quantity("1G"), other.getConsumedCapacity().get("bandwidth"));
    assertTrue(!other.getShareID().equals(result.getShareID()));
    world.claims.make(
        "c4", "'requests':[" + request("nic", "'capacity':{'requests':{'speed':'1'}}") + "]");
    world.pod("p4", "c4");
    world.settle();
    assertEquals("", world.nodeOf("p4"));
  }
}
