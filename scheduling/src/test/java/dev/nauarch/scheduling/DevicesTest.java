package dev.nauarch.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What pods with claims of devices get, and why not. */
class DevicesTest extends DeviceScene {

  @Test
  void aPodGoesWhereItsClaimCanHaveADevice() {
    twoNodes();
    world.claims.make(
        "one",
        "'requests':["
            + request(
                "gpu", cel("device.attributes[\\\"d\\\"].?model.orValue(\\\"\\\") == \\\"big\\\""))
            + "]");
    world.pod("p", "one");
    world.settle();
    assertEquals("n2", world.nodeOf("p"), world.why("p") + world.nodeOf("p"));
    assertEquals(List.of("gpu=n2/c"), world.claims.devicesOf("one"));
    var claim = world.claims.named("one");
    var allocation = claim.getStatus().getAllocation();
    assertEquals("2026-01-01T00:00:00Z", allocation.getAllocationTimestamp());
    var field =
        allocation.getNodeSelector().getNodeSelectorTerms().getFirst().getMatchFields().getFirst();
    assertEquals(
        "metadata.name In [n2]",
        field.getKey() + " " + field.getOperator() + " " + field.getValues());
    assertEquals("p", claim.getStatus().getReservedFor().getFirst().getName());
    assertEquals(
        List.of("resource.kubernetes.io/delete-protection"), claim.getMetadata().getFinalizers());
  }

  @Test
  void noDeviceIsGivenTwiceAndAPodWaitsUntilOneIsFree() {
    twoNodes();
    for (var i = 1; i <= 4; i++) {
      world.claims.make("c" + i, ANY);
      world.pod("p" + i, "c" + i);
    }
    world.settle();
    assertEquals("", world.nodeOf("p4"));
    assertEquals(
        "0/2 nodes are available: 2 cannot allocate all claims.",
        world.why("p4").substring(0, world.why("p4").indexOf(" preemption")));
    world.gone("p2");
    world.pass(Duration.ofSeconds(30));
    assertTrue(!world.nodeOf("p4").isEmpty(), world.why("p4") + world.nodeOf("p4"));
  }

  @Test
  void aClaimIsSharedAndKeepsItsPodsTogether() {
    twoNodes();
    world.claims.make("one", ANY);
    for (var i = 1; i <= 3; i++) {
      world.pod("p" + i, "one");
    }
    world.settle();
    assertEquals(world.nodeOf("p1"), world.nodeOf("p2"));
    assertEquals(world.nodeOf("p1"), world.nodeOf("p3"));
    assertEquals(3, world.claims.named("one").getStatus().getReservedFor().size());
    assertEquals(1, world.claims.devicesOf("one").size());
  }

  @Test
  void aClaimThatIsMissingIsNamed() {
    twoNodes();
    world.pod("p", "none");
    world.settle();
    assertTrue(
        world.why("p").contains("2 resourceclaim.resource.k8s.io \"none\" not found"),
        world.why("p") + world.nodeOf("p"));
    world.claims.make("none", ANY);
    world.settle();
    assertTrue(!world.nodeOf("p").isEmpty());
  }

  @Test
  void aClassThatIsMissingIsNamed() {
    world.node("n1");
    world.devices("n1", device("a", ""));
    world.claims.make("one", ANY);
    world.pod("p", "one");
    world.settle();
    assertTrue(
        world.why("p").contains("request gpu: device class gpu does not exist"),
        world.why("p") + world.nodeOf("p"));
    gpus();
    world.pass(Duration.ofSeconds(30));
    assertEquals("n1", world.nodeOf("p"));
  }

  @Test
  void aWrongExpressionRefusesItsClaimOnly() {
    twoNodes();
    world.claims.make("bad", "'requests':[" + request("gpu", cel("device.nonsense > 1")) + "]");
    world.claims.make(
        "broken",
        "'requests':[" + request("gpu", cel("device.attributes[\\\"d\\\"].nothing == 1")) + "]");
    world.claims.make(
        "dear",
        "'requests':["
            + request(
                "gpu",
                cel(
                    "[1,2,3,4,5,6,7,8,9,10].all(a, [1,2,3,4,5,6,7,8,9,10].all(b, [1,2,3,4,5,6,7,8,9,10].all(c, [1,2,3,4,5,6,7,8,9,10].all(d, [1,2,3,4,5,6,7,8,9,10].all(e, [1,2,3,4,5,6,7,8,9,10].all(f, a + b + c + d + e + f > 0))))))"))
            + "]");
    world.claims.make("good", ANY);
    for (var name : List.of("bad", "broken", "dear", "good")) {
      world.pod(name, name);
    }
    world.settle();
    assertTrue(
        world.why("bad").contains("request gpu: selector #0: CEL compile error"),
        world.why("bad") + world.nodeOf("bad"));
    assertTrue(
        world.why("broken").contains("request gpu: selector #0: CEL runtime error"),
        world.why("broken") + world.nodeOf("broken"));
    assertTrue(
        world.why("dear").contains("actual cost limit exceeded"),
        world.why("dear") + world.nodeOf("dear"));
    assertTrue(!world.nodeOf("good").isEmpty(), world.why("good") + world.nodeOf("good"));
  }

  @Test
  void aDomainWithoutAttributesIsEmpty() {
    twoNodes();
    for (var expression :
        List.of(
            "!has(device.attributes[\\\"other.example\\\"].x)",
            "size(device.attributes[\\\"other.example\\\"]) == 0")) {
      world.claims.make("one", "'requests':[" + request("gpu", cel(expression)) + "]");
      world.pod("p", "one");
      world.settle();
      assertTrue(!world.nodeOf("p").isEmpty(), expression + world.why("p") + world.nodeOf("p"));
      world.gone("p");
      world.claims.drop("one");
    }
  }

  @Test
  void capacityIsComparedAsAQuantity() {
    twoNodes();
    world.claims.make(
        "one",
        "'requests':["
            + request(
                "gpu",
                cel(
                    "\\\"memory\\\" in device.capacity[\\\"d\\\"] && device.capacity[\\\"d\\\"].memory.compareTo(quantity(\\\"40Gi\\\")) >= 0"))
            + "]");
    world.pod("p", "one");
    world.settle();
    assertEquals(
        List.of("gpu=n2/c"), world.claims.devicesOf("one"), world.why("p") + world.nodeOf("p"));
  }

  @Test
  void aValueMayGetAName() {
    twoNodes();
    world.claims.make(
        "one",
        "'requests':["
            + request(
                "gpu",
                cel(
                    "cel.bind(d, device.attributes[\\\"d\\\"], has(d.model) && d.model == \\\"big\\\")"))
            + "]");
    world.pod("p", "one");
    world.settle();
    assertEquals(List.of("gpu=n2/c"), world.claims.devicesOf("one"), world.why("p"));
  }

  @Test
  void allMeansAllThatMatchAndNoneIsNotEnough() {
    twoNodes();
    world.claims.make(
        "all",
        "'requests':["
            + request(
                "gpu",
                "'allocationMode':'All'," + cel("!(\\\"model\\\" in device.attributes[\\\"d\\\"])"))
            + "]");
    world.pod("p", "all");
    world.settle();
    assertEquals(
        List.of("gpu=n1/a", "gpu=n1/b"),
        world.claims.devicesOf("all"),
        world.why("p") + world.nodeOf("p"));
  }

  @Test
  void theFirstAlternativeThatIsAvailableIsTaken() {
    twoNodes();
    var list =
        "'requests':[{'name':'gpu','firstAvailable':[{'name':'two','deviceClassName':'gpu','count':2},{'name':'one','deviceClassName':'gpu'}]}]";
    world.claims.make("c1", list);
    world.pod("p1", "c1");
    world.settle();
    assertEquals(List.of("gpu/two=n1/a", "gpu/two=n1/b"), world.claims.devicesOf("c1"));
    world.claims.make("c2", list);
    world.pod("p2", "c2");
    world.settle();
    assertEquals(List.of("gpu/one=n2/c"), world.claims.devicesOf("c2"));
  }

  @Test
  void constraintsMatchOrTellApart() {
    gpus();
    world.node("n1");
    world.devices(
        "n1",
        device("a", "'attributes':{'numa':{'int':0}}"),
        device("b", "'attributes':{'numa':{'int':1}}"),
        device("c", "'attributes':{'numa':{'int':1}}"),
        device("x", ""));
    world.claims.make(
        "same",
        "'requests':["
            + request("r", "'count':2")
            + "],'constraints':[{'matchAttribute':'d/numa'}]");
    world.pod("p", "same");
    world.settle();
    assertEquals(
        List.of("r=n1/b", "r=n1/c"),
        world.claims.devicesOf("same"),
        world.why("p") + world.nodeOf("p"));
    world.gone("p");
    world.claims.make(
        "apart",
        "'requests':["
            + request("r", "'count':2")
            + ","
            + request("s", "'count':1")
            + "],'constraints':[{'distinctAttribute':'d/numa','requests':['r']}]");
    world.pod("q", "apart");
    world.pass(Duration.ofSeconds(30));
    assertEquals(
        List.of("r=n1/a", "r=n1/b", "s=n1/c"),
        world.claims.devicesOf("apart"),
        world.why("q") + world.nodeOf("q"));
  }

  @Test
  void aTaintKeepsAwayWhoDoesNotTolerateIt() {
    gpus();
    world.node("n1");
    world.devices("n1", device("a", "'taints':[{'key':'sick','effect':'NoSchedule'}]"));
    world.claims.make("plain", ANY);
    world.claims.make(
        "bold",
        "'requests':["
            + request("gpu", "'tolerations':[{'key':'sick','operator':'Exists'}]")
            + "]");
    world.pod("p", "plain");
    world.settle();
    assertEquals("", world.nodeOf("p"));
    world.pod("q", "bold");
    world.settle();
    assertEquals("n1", world.nodeOf("q"));
    assertEquals(
        "sick",
        world
            .claims
            .named("bold")
            .getStatus()
            .getAllocation()
            .getDevices()
            .getResults()
            .getFirst()
            .getTolerations()
            .getFirst()
            .getKey());
  }

  @Test
  void aRuleTaintsAndItsEndHelps() {
    gpus();
    world.node("n1");
    world.devices("n1", device("a", ""));
    world.rule("r", "'deviceSelector':{'pool':'n1'},'taint':{'key':'k','effect':'NoSchedule'}");
    world.claims.make("one", ANY);
    world.pod("p", "one");
    world.settle();
    assertEquals("", world.nodeOf("p"));
    world.noRule("r");
    world.pass(Duration.ofSeconds(30));
    assertEquals("n1", world.nodeOf("p"));
  }

  @Test
  void aPoolIsUsedOnceItIsCompleteAndInItsNewestGeneration() {
    gpus();
    world.node("n1");
    world.slice("s1", "pool", 1, 2, "'nodeName':'n1','devices':[" + device("a", "") + "]");
    world.claims.make("one", ANY);
    world.claims.make("all", "'requests':[" + request("gpu", "'allocationMode':'All'") + "]");
    world.pod("p", "one");
    world.pod("q", "all");
    world.settle();
    assertEquals("", world.nodeOf("p"));
    assertTrue(
        world
            .why("q")
            .contains(
                "request gpu: asks for all devices, but resource pool d/pool is currently being updated"),
        world.why("q") + world.nodeOf("q"));
    world.gone("q");
    world.slice("s2", "pool", 2, 1, "'nodeName':'n1','devices':[" + device("b", "") + "]");
    world.pass(Duration.ofSeconds(30));
    assertEquals(List.of("gpu=pool/b"), world.claims.devicesOf("one"));
  }

  @Test
  void aPoolWithTwoDevicesOfOneNameIsRefused() {
    gpus();
    world.node("n1");
    world.slice("s1", "pool", 1, 2, "'nodeName':'n1','devices':[" + device("a", "") + "]");
    world.slice("s2", "pool", 1, 2, "'nodeName':'n1','devices':[" + device("a", "") + "]");
    world.claims.make("one", ANY);
    world.pod("p", "one");
    world.settle();
    assertTrue(
        world.why("p").contains("invalid resource pools were encountered"),
        world.why("p") + world.nodeOf("p"));
  }

  @Test
  void devicesAreReachedFromNodesThatTheirSliceSelects() {
    gpus();
    world.node("n1", "zone=a");
    world.node("n2", "zone=b");
    world.slice(
        "net",
        "net",
        1,
        1,
        "'perDeviceNodeSelection':true,'devices':["
            + device(
                "a",
                "'nodeSelector':{'nodeSelectorTerms':[{'matchExpressions':[{'key':'zone','operator':'In','values':['b']}]}]}")
            + ","
            + device("b", "'allNodes':true")
            + "]");
    world.claims.make("two", "'requests':[" + request("gpu", "'count':2") + "]");
    world.pod("p", "two");
    world.settle();
    assertEquals("n2", world.nodeOf("p"), world.why("p") + world.nodeOf("p"));
    var term =
        world
            .claims
            .named("two")
            .getStatus()
            .getAllocation()
            .getNodeSelector()
            .getNodeSelectorTerms()
            .getFirst();
    assertEquals("zone", term.getMatchExpressions().getFirst().getKey());
    assertEquals(List.of(), term.getMatchFields());
  }

  @Test
  void adminsSeeDevicesOfOthersInTheirNamespacesOnly() {
    gpus();
    world.node("n1");
    world.devices("n1", device("a", ""));
    world.claims.make("user", ANY);
    world.pod("u", "user");
    world.settle();
    world.claims.make("admin", "'requests':[" + request("gpu", "'adminAccess':true") + "]");
    world.pod("a", "admin");
    world.settle();
    assertTrue(
        world.why("a").contains("admin access to devices requires"),
        world.why("a") + world.nodeOf("a"));
    world.namespace("default", "resource.kubernetes.io/admin-access", "true");
    world.pass(Duration.ofSeconds(30));
    assertEquals("n1", world.nodeOf("a"), world.why("a") + world.nodeOf("a"));
    assertEquals(true, ClaimShelf.results(world.claims.named("admin")).getFirst().getAdminAccess());
    world.gone("u");
    world.claims.make("next", ANY);
    world.pod("v", "next");
    world.pass(Duration.ofSeconds(30));
    assertEquals("n1", world.nodeOf("v"), "whoever looks at a device does not take it");
  }

  @Test
  void configurationsOfClassAndClaimAreCopied() {
    world.deviceClass("gpu", "'config':[{'opaque':{'driver':'d','parameters':{'a':1}}}]");
    world.node("n1");
    world.devices("n1", device("a", ""));
    world.claims.make(
        "one",
        ANY
            + ",'config':[{'requests':['gpu'],'opaque':{'driver':'d','parameters':{'b':2}}},{'requests':['other'],'opaque':{'driver':'d','parameters':{'c':3}}}]");
    world.pod("p", "one");
    world.settle();
    var config = world.claims.named("one").getStatus().getAllocation().getDevices().getConfig();
    assertEquals(2, config.size(), world.why("p") + world.nodeOf("p"));
    assertEquals("FromClass", config.get(0).getSource());
    assertEquals(List.of("gpu"), config.get(0).getRequests());
    assertEquals("FromClaim", config.get(1).getSource());
  }
}
