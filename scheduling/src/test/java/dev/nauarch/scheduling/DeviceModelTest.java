package dev.nauarch.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.PodState;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What must never happen to devices, whatever comes in which order: claims and pods come and go,
 * pods ask for devices as resources, which some nodes have themselves for a while, slices change
 * under decisions, news and answers come late, others write claims too, and the scheduler is
 * stopped in the middle of it.
 */
class DeviceModelTest {

  private static final int STEPS = 300;
  private static final int NODES = 3;

  /** A device of each kind: two halves that share a counter, one that is shared, and plain ones. */
  private static final String HALF =
      "{'name':'half%d','attributes':{'kind':{'string':'half'}},'consumesCounters':[{'counterSet':'set','counters':{'memory':{'value':'%d'}}}]}";

  private static final String SHARED =
      "{'name':'nic','attributes':{'kind':{'string':'nic'}},'allowMultipleAllocations':true,'capacity':{'bw':{'value':'10','requestPolicy':{'default':'3'}}}}";
  private static final String PLAIN = "{'name':'gpu%d','attributes':{'kind':{'string':'gpu'}}%s}";

  static LongStream seeds() {
    return LongStream.range(1, 60);
  }

  private final DeviceWorld world = new DeviceWorld();
  private int names;
  private int generation = 1;

  @ParameterizedTest
  @MethodSource("seeds")
  void devicesAreNeverGivenTwice(long seed) {
    var random = new SplittableRandom(seed);
    begin(random);
    for (var step = 0; step < STEPS; step++) {
      act(random);
      check();
    }
    world.settle();
    world.restart(false);
    for (var round = 0; round < 5; round++) {
      world.pass(Duration.ofMinutes(6));
      check();
    }
    nothingIsLeftOver();
  }

  private void begin(SplittableRandom random) {
    for (var kind : List.of("gpu", "half", "nic")) {
      world.deviceClass(
          kind,
          "'extendedResourceName':'d/%1$s','selectors':[{'cel':{'expression':'device.attributes[\\\"d\\\"].kind == \\\"%1$s\\\"'}}]"
              .formatted(kind));
    }
    for (var i = 0; i < NODES; i++) {
      world.node("n" + i);
      slices("n" + i, random);
    }
  }

  /** All slices of a node anew, in the next generation; some devices may be missing or tainted. */
  private void slices(String node, SplittableRandom random) {
    var devices = new ArrayList<String>();
    for (var i = 0; i < 3; i++) {
      if (random.nextInt(5) > 0) {
        var taint =
            random.nextInt(6) == 0 ? ",'taints':[{'key':'sick','effect':'NoSchedule'}]" : "";
        devices.add(PLAIN.formatted(i, taint));
      }
    }
    devices.add(HALF.formatted(0, 10));
    devices.add(HALF.formatted(1, 10));
    devices.add(SHARED);
    generation++;
    world.slice(
        node + "-sets",
        node,
        generation,
        2,
        "'nodeName':'"
            + node
            + "','sharedCounters':[{'name':'set','counters':{'memory':{'value':'15'}}}]");
    world.slice(
        node,
        node,
        generation,
        2,
        "'nodeName':'" + node + "','devices':[" + String.join(",", devices) + "]");
  }

  private void act(SplittableRandom random) {
    switch (random.nextInt(23)) {
      case 0, 1, 2 -> {
        var claim = claim(random);
        world.pod("p" + names, claim);
      }
      case 20, 21 -> ask(random);
      case 22 -> changeNode(random);
      case 3 -> shareSomeClaim(random);
      case 4, 5, 6 -> {
        if (!world.pods.isEmpty()) {
          var keys = List.copyOf(world.pods.keySet());
          world.gone(keys.get(random.nextInt(keys.size())).name());
        }
      }
      case 7 -> slices("n" + random.nextInt(NODES), random);
      case 8 -> touchClaim(random);
      case 9 -> {
        if (random.nextInt(8) == 0) {
          world.restart(random.nextBoolean());
        }
      }
      case 10 -> dropUnusedClaim();
      case 11 -> world.pass(Duration.ofSeconds(random.nextInt(20)));
      case 12, 13, 14 -> world.hear(1 + random.nextInt(4));
      case 15, 16, 17 -> {
        if (!world.requests.isEmpty()) {
          world.carryOut();
        }
      }
      default -> {
        if (!world.requests.isEmpty()) {
          world.carryOutUnheard();
        }
      }
    }
  }

  /** A pod that asks for devices as resources. */
  private void ask(SplittableRandom random) {
    var kind = List.of("gpu", "half", "nic").get(random.nextInt(3));
    world.asking("p" + ++names, Map.of("d/" + kind, 1L + random.nextInt(2)));
  }

  /** A node has some of the devices as a resource of its own, or has them no more. */
  private void changeNode(SplittableRandom random) {
    var node = "n" + random.nextInt(NODES);
    if (random.nextInt(3) == 0) {
      world.owning(node, "d/gpu", random.nextInt(3));
    } else {
      world.node(node);
    }
  }

  private void shareSomeClaim(SplittableRandom random) {
    var keys =
        world.claims.all().stream()
            .filter(claim -> claim.getMetadata().getOwnerReferences().isEmpty())
            .map(ObjectKey::of)
            .toList();
    if (!keys.isEmpty()) {
      world.pod("p" + ++names, keys.get(random.nextInt(keys.size())).name(), claim(random));
    }
  }

  private String claim(SplittableRandom random) {
    var name = "c" + ++names;
    var kind = List.of("gpu", "half", "nic").get(random.nextInt(3));
    world.claims.make(
        name,
        "'requests':[{'name':'r','exactly':{'deviceClassName':'%s','count':%d}}]"
            .formatted(kind, kind.equals("gpu") ? 1 + random.nextInt(2) : 1));
    return name;
  }

  /** Somebody else writes a claim: its version is another one now. */
  private void touchClaim(SplittableRandom random) {
    var claims = world.claims.all();
    if (!claims.isEmpty()) {
      var any = claims.get(random.nextInt(claims.size()));
      world.claims.change(any.getMetadata().getName(), claim -> claim);
    }
  }

  private void dropUnusedClaim() {
    world.claims.all().stream()
        .filter(claim -> ClaimShelf.results(claim).isEmpty())
        .findFirst()
        .map(claim -> claim.getMetadata().getName())
        .ifPresent(world.claims::drop);
  }

  private void check() {
    var users = new TreeMap<String, List<String>>();
    var bandwidth = new TreeMap<String, BigDecimal>();
    var memory = new TreeMap<String, BigDecimal>();
    for (var claim : world.claims.all()) {
      for (var result : ClaimShelf.results(claim)) {
        var device = result.getPool() + "/" + result.getDevice();
        if (result.getShareID() == null) {
          users.computeIfAbsent(device, _ -> new ArrayList<>()).add(ObjectKey.of(claim).name());
        } else {
          var taken = Quantity.getAmountInBytes(result.getConsumedCapacity().get("bw"));
          bandwidth.merge(device, taken, BigDecimal::add);
        }
        if (result.getDevice().startsWith("half")) {
          memory.merge(result.getPool(), BigDecimal.TEN, BigDecimal::add);
        }
      }
      if (claim.getStatus() != null) {
        assertTrue(claim.getStatus().getReservedFor().size() <= 256);
      }
    }
    users.forEach((device, claims) -> assertEquals(1, claims.size(), device + " has " + claims));
    bandwidth.forEach(
        (device, taken) -> assertTrue(taken.intValueExact() <= 10, device + " gives " + taken));
    memory.forEach(
        (pool, taken) -> assertTrue(taken.intValueExact() <= 15, pool + " gives " + taken));
    world.pods.values().stream().filter(pod -> pod.isBound()).forEach(this::hasItsDevices);
    world.pods.values().stream()
        .filter(pod -> pod.isBound() && pod.devices().extended().isNoted())
        .forEach(this::hasItsResources);
  }

  private void hasItsResources(PodState pod) {
    var claim = world.claimFor(pod.key().name()).orElseThrow();
    assertEquals(1, claim.getStatus().getReservedFor().size(), pod.key().toString());
    var results = ClaimShelf.results(claim);
    assertEquals(
        pod.devices().extended().asks().getFirst().count(), results.size(), pod.key().toString());
    for (var result : results) {
      assertEquals(pod.node(), result.getPool(), pod.key() + " is elsewhere than its devices");
    }
  }

  private void hasItsDevices(PodState pod) {
    for (var use : pod.devices().claims()) {
      var claim = world.claims.get(use.claim());
      assertTrue(
          claim.getStatus().getReservedFor().stream()
              .anyMatch(user -> user.getUid().equals(pod.uid())),
          pod.key() + " runs without " + use.claim() + " being reserved for it");
      for (var result : ClaimShelf.results(claim)) {
        assertEquals(pod.node(), result.getPool(), pod.key() + " is elsewhere than its devices");
      }
    }
  }

  /** In the end a pod that waits for a single device waits only while none is free. */
  private void nothingIsLeftOver() {
    for (var pod : world.pods.values()) {
      if (!pod.isBound()) {
        assertTrue(!world.why(pod.key().name()).isEmpty(), pod.key() + " waits without a reason");
        assertTrue(world.claimFor(pod.key().name()).isEmpty(), pod.key() + " waits with a claim");
      } else if (!pod.devices().extended().isNoted()) {
        assertTrue(world.claimFor(pod.key().name()).isEmpty(), pod.key() + " needs no claim");
      }
    }
    List.copyOf(world.pods.keySet()).forEach(key -> world.gone(key.name()));
    world.settle();
    for (var i = 0; i < NODES; i++) {
      world.claims.make(
          "last" + i, "'requests':[{'name':'r','exactly':{'deviceClassName':'half'}}]");
      world.pod("last" + i, "last" + i);
    }
    world.pass(Duration.ofMinutes(6));
    for (var i = 0; i < NODES; i++) {
      assertTrue(!world.nodeOf("last" + i).isEmpty(), world.why("last" + i));
    }
  }
}
