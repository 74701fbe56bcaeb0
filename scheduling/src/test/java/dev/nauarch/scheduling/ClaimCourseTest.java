package dev.nauarch.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.resource.v1.AllocatedDeviceStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of claims and their devices in the course of time, whoever else writes them. */
class ClaimCourseTest extends DeviceScene {

  private void conditions() {
    gpus();
    world.node("n1");
    world.node("n2");
    world.slice(
        "fabric",
        "fabric",
        1,
        1,
        "'allNodes':true,'devices':["
            + device(
                "a",
                "'bindsToNode':true,'bindingConditions':['ready'],'bindingFailureConditions':['failed']")
            + "]");
    world.claims.make("one", ANY);
    world.pod("p", "one");
    world.settle();
  }

  private void condition(String type) {
    world.claims.change(
        "one",
        claim -> {
          claim
              .getStatus()
              .setDevices(
                  List.of(
                      DeviceWorld.model(
                          "{'driver':'d','pool':'fabric','device':'a','conditions':[{'type':'"
                              + type
                              + "','status':'True','reason':'R','message':''}]}",
                          AllocatedDeviceStatus.class)));
          return claim;
        });
  }

  @Test
  void aPodIsBoundOnceItsDevicesAreReady() {
    conditions();
    assertEquals("", world.nodeOf("p"));
    assertEquals(List.of("gpu=fabric/a"), world.claims.devicesOf("one"));
    assertEquals(
        List.of("ready"),
        ClaimShelf.results(world.claims.named("one")).getFirst().getBindingConditions());
    condition("ready");
    world.settle();
    assertTrue(!world.nodeOf("p").isEmpty());
  }

  @Test
  void devicesThatCanNotBeMadeReadyAreGivenBackAndOthersAreTried() {
    conditions();
    world.devices("n1", device("z", ""));
    condition("failed");
    world.pass(Duration.ofSeconds(30));
    world.pass(Duration.ofSeconds(30));
    assertEquals(
        List.of("gpu=n1/z"), world.claims.devicesOf("one"), world.why("p") + world.nodeOf("p"));
    assertEquals("n1", world.nodeOf("p"));
  }

  @Test
  void devicesThatTakeTooLongAreGivenBack() {
    conditions();
    world.devices("n1", device("z", ""));
    world.pass(Duration.ofMinutes(11));
    world.pass(Duration.ofSeconds(30));
    world.pass(Duration.ofSeconds(30));
    assertEquals(
        List.of("gpu=n1/z"), world.claims.devicesOf("one"), world.why("p") + world.nodeOf("p"));
  }

  @Test
  void aClaimWhoseNodeIsGoneGetsOtherDevices() {
    twoNodes();
    world.claims.make(
        "one",
        "'requests':["
            + request("gpu", cel("\\\"model\\\" in device.attributes[\\\"d\\\"]"))
            + "]");
    world.claims.change(
        "one",
        claim -> {
          return DeviceWorld.model(
              "{'metadata':{'namespace':'default','name':'one','uid':'u1'},'spec':{'devices':{"
                  + ANY
                  + "}},"
                  + "'status':{'allocation':{'devices':{'results':[{'request':'gpu','driver':'d','pool':'n3','device':'a'}]},'nodeSelector':{'nodeSelectorTerms':[{'matchFields':[{'key':'metadata.name','operator':'In','values':['n3']}]}]}}}}",
              io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim.class);
        });
    world.pod("p", "one");
    world.settle();
    world.pass(Duration.ofSeconds(30));
    assertTrue(!world.nodeOf("p").isEmpty(), world.why("p") + world.nodeOf("p"));
    assertTrue(!world.claims.devicesOf("one").getFirst().contains("n3"));
  }

  @Test
  void aClaimThatSomebodyElseAllocatedInTheMeantimeIsLookedAtAgain() {
    twoNodes();
    world.claims.make("one", ANY);
    world.pod("p", "one");
    world.hear(world.news.size());
    assertEquals(1, world.requests.size());
    world.claims.change(
        "one",
        claim ->
            claim
                .edit()
                .withNewStatus()
                .withAllocation(
                    DeviceWorld.model(
                        "{'devices':{'results':[{'request':'gpu','driver':'d','pool':'n2','device':'c'}]},'nodeSelector':{'nodeSelectorTerms':[{'matchFields':[{'key':'metadata.name','operator':'In','values':['n2']}]}]}}",
                        io.fabric8.kubernetes.api.model.resource.v1.AllocationResult.class))
                .endStatus()
                .build());
    world.carryOut();
    world.pass(Duration.ofSeconds(30));
    assertEquals("n2", world.nodeOf("p"));
    assertEquals(List.of("gpu=n2/c"), world.claims.devicesOf("one"));
  }

  @Test
  void aClaimSharedByAsManyAsMayTakesNoMore() {
    twoNodes();
    world.claims.make("one", ANY);
    for (var i = 0; i < 260; i++) {
      world.pod("p" + i, "one");
    }
    world.settle();
    world.pass(Duration.ofSeconds(30));
    assertEquals(256, world.claims.named("one").getStatus().getReservedFor().size());
    assertEquals(4, world.whyByPod.values().stream().filter(why -> why.contains("in use")).count());
  }

  @Test
  void aClaimOfAGroupIsReservedForTheGroupHoweverManyPodsItHas() {
    twoNodes();
    world.group("g", "one");
    world.claims.make("one", ANY);
    world.claims.make("other", ANY);
    for (var i = 0; i < 300; i++) {
      world.podOf("g", "p" + i, "one");
    }
    world.podOf("g", "q", "other");
    world.settle();
    world.pass(Duration.ofSeconds(30));
    assertTrue(world.pods.values().stream().allMatch(pod -> pod.isBound()), world.why("p299"));
    var users = world.claims.named("one").getStatus().getReservedFor();
    assertEquals(1, users.size());
    assertEquals(
        "scheduling.k8s.io podgroups g uid-g",
        String.join(
            " ",
            users.getFirst().getApiGroup(),
            users.getFirst().getResource(),
            users.getFirst().getName(),
            users.getFirst().getUid()));
    assertEquals(
        "pods", world.claims.named("other").getStatus().getReservedFor().getFirst().getResource());
    assertEquals(1, world.claims.devicesOf("one").size());
  }

  @Test
  void aPodWaitsUntilItsGroupIsKnown() {
    twoNodes();
    world.claims.make("one", ANY);
    world.podOf("g", "p", "one");
    world.settle();
    assertEquals("", world.nodeOf("p"));
    world.group("g", "one");
    world.settle();
    assertTrue(!world.nodeOf("p").isEmpty(), world.why("p"));
  }

  @Test
  void fiveThousandClaimsFindTheirDevices() {
    gpus();
    for (var node = 0; node < 500; node++) {
      world.node("n" + node);
      var devices = new String[10];
      for (var i = 0; i < devices.length; i++) {
        devices[i] = device("d" + i, "'attributes':{'index':{'int':" + i + "}}");
      }
      world.devices("n" + node, devices);
    }
    for (var i = 0; i < 5_000; i++) {
      world.claims.make("c" + i, ANY);
      world.pod("p" + i, "c" + i);
    }
    world.settle();
    assertEquals(
        5_000,
        world.claims.all().stream()
            .flatMap(claim -> ClaimShelf.results(claim).stream())
            .map(result -> result.getPool() + "/" + result.getDevice())
            .distinct()
            .count());
    assertTrue(world.pods.values().stream().allMatch(pod -> pod.isBound()));
  }

  @Test
  void moreThanAClaimMayHaveIsRefused() {
    gpus();
    world.node("n1");
    var devices = new String[40];
    for (var i = 0; i < 40; i++) {
      devices[i] = device("d" + i, "");
    }
    world.devices("n1", devices);
    world.claims.make("many", "'requests':[" + request("gpu", "'count':33") + "]");
    world.claims.make("enough", "'requests':[" + request("gpu", "'count':32") + "]");
    world.pod("p", "many");
    world.pod("q", "enough");
    world.settle();
    assertEquals("", world.nodeOf("p"));
    assertEquals("n1", world.nodeOf("q"), world.why("q") + world.nodeOf("q"));
    assertEquals(32, world.claims.devicesOf("enough").size());
  }
}
