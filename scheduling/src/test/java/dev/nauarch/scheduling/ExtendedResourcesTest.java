package dev.nauarch.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Pods that ask for extended resources for which devices stand (KEP-5004). */
class ExtendedResourcesTest extends DeviceScene {

  private static final String RESOURCE = "example.com/gpu";
  private static final String IMPLICIT = "deviceclass.resource.kubernetes.io/gpu";

  private void mapped() {
    world.deviceClass(
        "gpu", cel("device.driver == \\\"d\\\"") + ",'extendedResourceName':'" + RESOURCE + "'");
  }

  private ResourceClaim claimFor(String pod) {
    return world.claimFor(pod).orElseThrow(() -> new AssertionError(pod + ": " + world.why(pod)));
  }

  @Test
  void devicesStandForAResource() {
    mapped();
    world.node("n1");
    world.devices("n1", device("a", ""), device("b", ""), device("c", ""));
    world.asking("p", Map.of(RESOURCE, 2L));
    world.settle();
    assertEquals("n1", world.nodeOf("p"), world.why("p"));
    var claim = claimFor("p");
    assertEquals(
        List.of("container-0-request-0=n1/a", "container-0-request-0=n1/b"),
        world.claims.devicesOf(claim.getMetadata().getName()));
    assertEquals(
        "true",
        claim.getMetadata().getAnnotations().get("resource.kubernetes.io/extended-resource-claim"));
    assertEquals("p", claim.getStatus().getReservedFor().getFirst().getName());
    assertTrue(claim.getMetadata().getName().startsWith("p-extended-resources-"));
    assertTrue(world.pods.firstEntry().getValue().devices().extended().isNoted());
  }

  @Test
  void aClassHasANameOfItsOwnToo() {
    gpus();
    world.node("n1");
    world.devices("n1", device("a", ""));
    world.asking("p", Map.of(IMPLICIT, 1L));
    world.settle();
    assertEquals("n1", world.nodeOf("p"), world.why("p"));
    assertEquals(1, world.claims.devicesOf(claimFor("p").getMetadata().getName()).size());
  }

  @Test
  void aNodeThatHasTheResourceItselfComesFirstAndGivesNoDevices() {
    mapped();
    world.node("n1");
    world.devices("n1", device("a", ""));
    world.owning("n2", RESOURCE, 1);
    world.devices("n2", device("b", ""));
    for (var i = 1; i <= 3; i++) {
      world.asking("p" + i, Map.of(RESOURCE, 1L));
    }
    world.settle();
    assertEquals("n2", world.nodeOf("p1"), world.why("p1"));
    assertTrue(world.claimFor("p1").isEmpty());
    assertEquals("n1", world.nodeOf("p2"), world.why("p2"));
    assertEquals("", world.nodeOf("p3"));
    assertEquals(
        "0/2 nodes are available: 1 Insufficient example.com/gpu, 1 cannot allocate all claims.",
        world.why("p3").substring(0, world.why("p3").indexOf(" preemption")));
    world.gone("p2");
    world.pass(Duration.ofSeconds(30));
    assertEquals("n1", world.nodeOf("p3"), world.why("p3"));
    assertEquals(1, world.claims.all().size());
  }

  @Test
  void aNodeMayHaveOneResourceAndDevicesForAnother() {
    mapped();
    world.deviceClass("nic", cel("device.driver == \\\"d\\\""));
    world.owning("n1", RESOURCE, 2);
    world.devices("n1", device("a", ""));
    world.asking("p", Map.of(RESOURCE, 1L, "deviceclass.resource.kubernetes.io/nic", 1L));
    world.settle();
    assertEquals("n1", world.nodeOf("p"), world.why("p"));
    assertEquals(
        List.of("container-0-request-0=n1/a"),
        world.claims.devicesOf(claimFor("p").getMetadata().getName()));
  }

  @Test
  void devicesThatPodsShareInTurnAreClaimedOnce() {
    mapped();
    world.node("n1");
    world.devices("n1", device("a", ""), device("b", ""));
    world.claims.make("one", ANY);
    world.pod("c", "one");
    world.asking("p", Map.of(RESOURCE, 1L));
    world.asking("q", Map.of(RESOURCE, 1L));
    world.settle();
    assertEquals("n1", world.nodeOf("c"));
    assertEquals(1, List.of("p", "q").stream().filter(n -> !world.nodeOf(n).isEmpty()).count());
  }

  @Test
  void aResourceMaybeMappedLater() {
    world.node("n1");
    world.devices("n1", device("a", ""));
    world.asking("p", Map.of(RESOURCE, 1L));
    world.settle();
    assertTrue(world.why("p").contains("Insufficient " + RESOURCE), world.why("p"));
    mapped();
    world.pass(Duration.ofSeconds(30));
    assertEquals("n1", world.nodeOf("p"), world.why("p"));
  }

  @Test
  void whatAnEarlierSchedulerHasLeftGoesFirst() {
    mapped();
    world.node("n1");
    world.node("n2");
    world.devices("n1", device("a", ""));
    world.asking("p", Map.of(RESOURCE, 1L));
    world.hear(world.news.size());
    world.carryOutUnheard();
    var first = claimFor("p").getMetadata().getUid();
    world.devices("n2", device("b", ""));
    world.noSlice("n1");
    world.restart(true);
    world.pass(Duration.ofSeconds(30));
    world.pass(Duration.ofSeconds(30));
    assertEquals("n2", world.nodeOf("p"), world.why("p"));
    var claim = claimFor("p");
    assertTrue(!claim.getMetadata().getUid().equals(first), first);
    assertEquals(1, world.claims.all().size());
  }

  @Test
  void ofClassesOfOneAgeForOneResourceTheFirstByNameCounts() {
    world.deviceClass(
        "old",
        cel("device.attributes[\\\"d\\\"].kind == \\\"old\\\"")
            + ",'extendedResourceName':'"
            + RESOURCE
            + "'");
    world.deviceClass(
        "new",
        cel("device.attributes[\\\"d\\\"].kind == \\\"new\\\"")
            + ",'extendedResourceName':'"
            + RESOURCE
            + "'");
    world.node("n1");
    world.devices(
        "n1",
        device("a", "'attributes':{'kind':{'string':'old'}}"),
        device("b", "'attributes':{'kind':{'string':'new'}}"));
    world.asking("p", Map.of(RESOURCE, 1L));
    world.settle();
    assertEquals(
        List.of("container-0-request-0=n1/b"),
        world.claims.devicesOf(claimFor("p").getMetadata().getName()));
  }
}
