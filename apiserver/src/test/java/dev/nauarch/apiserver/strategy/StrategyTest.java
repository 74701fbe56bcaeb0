package dev.nauarch.apiserver.strategy;

import static dev.nauarch.apiserver.port.MemoryView.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.bootstrap.BootstrapObjects;
import dev.nauarch.apiserver.port.MemoryView;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.strategy.network.AddressRange;
import dev.nauarch.apiserver.strategy.network.Allocations;
import dev.nauarch.apiserver.strategy.network.ServiceAllocator;
import dev.nauarch.apiserver.strategy.network.ServiceStrategy;
import dev.nauarch.apiserver.strategy.pod.PodStrategy;
import dev.nauarch.store.memory.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** What strategies do beyond refusing: filling in, taking addresses, warning. */
class StrategyTest {

  private static final ObjectNode NONE = tree("{}");

  private final MemoryStore store = new MemoryStore();
  private Instant now = Instant.parse("2026-11-21T10:00:00Z");
  private final ServiceAllocator allocator = allocator("10.96.0.0/24", 1);
  private final ServiceStrategy services = new ServiceStrategy(allocator);

  @Test
  void aServiceIsGivenAFreeAddress() {
    var first = stored("a", "{}");
    var second = stored("b", "{}");
    var address = address(first);
    assertTrue(address.startsWith("10.96.0."), address);
    assertNotEquals(address, address(second));
    assertEquals(address, first.path("spec").path("clusterIPs").path(0).asString());
  }

  @Test
  void twoServersNeverGiveTheSameAddress() {
    var other = new ServiceStrategy(allocator("10.96.0.0/24", 1));
    var addresses = new HashSet<String>();
    for (int i = 0; i < 100; i++) {
      var strategy = i % 2 == 0 ? services : other;
      var service = service("s" + i, "{}");
      strategy.reserve(service, NONE).stored();
      assertTrue(addresses.add(address(service)));
    }
  }

  @Test
  void anAddressThatIsTakenOrOutsideIsRefused() {
    stored("a", "{'clusterIP':'10.96.0.10'}");
    var taken = assertThrows(ApiException.class, () -> stored("b", "{'clusterIP':'10.96.0.10'}"));
    assertEquals(
        "Service \"b\" is invalid: spec.clusterIPs: Invalid value: [\"10.96.0.10\"]: failed to"
            + " allocate IP 10.96.0.10: provided IP is already allocated",
        taken.getMessage());
    var outside = assertThrows(ApiException.class, () -> stored("c", "{'clusterIP':'10.97.0.1'}"));
    assertTrue(
        outside.toString().contains("The range of valid IPs is 10.96.0.0/24"), outside::toString);
  }

  @Test
  void whatAServiceHadIsFreeWhenItIsGone() {
    var first = stored("a", "{'clusterIP':'10.96.0.10'}");
    services.released(first);
    stored("b", "{'clusterIP':'10.96.0.10'}");
    // The first one's end, told again, must not free what the second one has.
    services.released(first);
    assertThrows(ApiException.class, () -> stored("c", "{'clusterIP':'10.96.0.10'}"));
  }

  @Test
  void anAbandonedWriteTakesNothing() {
    var service = service("a", "{'clusterIP':'10.96.0.10'}");
    services.reserve(service, NONE).abandoned();
    stored("b", "{'clusterIP':'10.96.0.10'}");
    assertEquals(1, store.range("/registry/", "", 0, 0).entries().size());
  }

  @Test
  void aServiceThatTurnsInwardsGivesItsPortBack() {
    var old = stored("a", "{'type':'NodePort','ports':[{'port':80,'nodePort':30080}]}");
    var plain = old.deepCopy();
    plain.withObject("spec").put("type", "ClusterIP");
    services.prepareForUpdate(plain, old, "", User.ANONYMOUS);
    assertEquals(List.of(), services.validateUpdate(plain, old, ""));
    services.reserve(plain, old).stored();
    stored("b", "{'type':'NodePort','ports':[{'port':80,'nodePort':30080}]}");
    var error =
        assertThrows(
            ApiException.class,
            () -> stored("c", "{'type':'NodePort','ports':[{'port':80,'nodePort':30080}]}"));
    assertTrue(error.toString().contains("provided port is already allocated"), error::toString);
  }

  @Test
  void aServiceKeepsTheNodePortsOfThePortsThatKeepTheirNames() {
    var old =
        stored(
            "a",
            "{'type':'NodePort','ports':[{'name':'web','port':80,'nodePort':30080},"
                + "{'name':'more','port':81,'nodePort':30081}]}");
    var sent =
        service(
            "a",
            "{'type':'NodePort','ports':[{'name':'more','port':82},{'name':'web','port':80}]}");
    services.prepareForUpdate(sent, old, "", User.ANONYMOUS);
    assertEquals(
        "[30081,30080]",
        sent.path("spec").path("ports").findValues("nodePort").toString().replace(" ", ""));
    assertEquals(List.of(), services.validateUpdate(sent, old, ""));
  }

  @Test
  void aBalancedServiceHasAPortForHealthAsLongAsItNeedsOne() {
    var local = "{'type':'LoadBalancer','externalTrafficPolicy':'Local'}";
    var old = stored("a", local);
    int port = old.path("spec").path("healthCheckNodePort").asInt(0);
    assertTrue(port >= 30_000, old::toString);
    var taken =
        "{'type':'LoadBalancer','externalTrafficPolicy':'Local','healthCheckNodePort':"
            + port
            + "}";
    assertThrows(ApiException.class, () -> stored("b", taken));
    var same = service("a", local);
    services.prepareForUpdate(same, old, "", User.ANONYMOUS);
    assertEquals(port, same.path("spec").path("healthCheckNodePort").asInt(0));
    var open = old.deepCopy();
    open.withObject("spec").put("externalTrafficPolicy", "Cluster");
    services.prepareForUpdate(open, old, "", User.ANONYMOUS);
    assertTrue(open.path("spec").path("healthCheckNodePort").isMissingNode(), open::toString);
    services.reserve(open, old).stored();
    stored("b", taken);
  }

  @Test
  void repairFreesWhatACrashLeftAndTakesWhatServicesHave() {
    services.reserve(service("lost", "{'clusterIP':'10.96.0.20'}"), NONE);
    var kept = service("kept", "{'clusterIP':'10.96.0.21'}");
    allocator.repair(List.of(kept));
    // The write may still be under way: what is young is left alone.
    assertThrows(ApiException.class, () -> stored("b", "{'clusterIP':'10.96.0.20'}"));
    now = now.plus(Duration.ofMinutes(6));
    allocator.repair(List.of(kept));
    stored("b", "{'clusterIP':'10.96.0.20'}");
    assertThrows(ApiException.class, () -> stored("c", "{'clusterIP':'10.96.0.21'}"));
  }

  @ParameterizedTest
  @CsvSource({
    "10.96.0.0/16, 10.96.0.1, true",
    "10.96.0.0/16, 10.96.255.254, true",
    "10.96.0.0/16, 10.96.255.255, false",
    "10.96.0.0/16, 10.96.0.0, false",
    "10.96.0.0/16, 10.97.0.1, false",
    "fd00::/112, fd00::1, true",
    "fd00::/112, 10.96.0.1, false",
    "10.96.0.0/16, x, false",
  })
  void aRangeKnowsItsAddresses(String cidr, String address, boolean isIn) {
    assertEquals(isIn, new AddressRange(cidr).contains(address));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|BestEffort",
        "{'requests':{'cpu':'1'}}|Burstable",
        "{'limits':{'cpu':'1','memory':'1Gi'}}|Guaranteed",
        "{'limits':{'cpu':'1','memory':'1Gi'},'requests':{'cpu':'500m'}}|Burstable"
      })
  void aPodGetsItsQualityOfService(String resources, String qosClass) {
    var pod =
        tree("{'spec':{'containers':[{'name':'c','image':'i','resources':" + resources + "}]}}");
    new PodStrategy().prepareForCreate(pod, User.ANONYMOUS);
    assertEquals(qosClass, pod.path("status").path("qosClass").asString());
    assertEquals("Pending", pod.path("status").path("phase").asString());
  }

  @ParameterizedTest
  @CsvSource({
    "i, Always",
    "i:latest, Always",
    "i:1, IfNotPresent",
    "r:5000/i, Always",
    "r:5000/i:2, IfNotPresent",
    "i@sha256:0, IfNotPresent"
  })
  void anImageWithATagIsPulledOnce(String image, String policy) {
    var pod = tree("{'spec':{'containers':[{'name':'c','image':'" + image + "'}]}}");
    new PodStrategy().prepareForCreate(pod, User.ANONYMOUS);
    assertEquals(
        policy, pod.path("spec").path("containers").path(0).path("imagePullPolicy").asString());
  }

  @ParameterizedTest
  @CsvSource({"'', Running, -1, 0", "n, Running, -1, 7", "n, Running, 3, 3", "n, Failed, -1, 0"})
  void aPodOnANodeIsGivenTimeToEnd(String node, String phase, long requested, long grace) {
    var pod =
        tree(
            "{'spec':{'terminationGracePeriodSeconds':7,'nodeName':'"
                + node
                + "'},'status':{'phase':'"
                + phase
                + "'}}");
    assertEquals(grace, new PodStrategy().gracePeriodSeconds(pod, requested));
  }

  @Test
  void aSecondStartWritesNothing() {
    BootstrapObjects.write(store, now);
    long revision = store.revision();
    assertTrue(revision > 40, () -> "revision " + revision);
    BootstrapObjects.write(store, now);
    assertEquals(revision, store.revision());
    assertFalse(
        store.get("/registry/rbac.authorization.k8s.io/clusterroles/cluster-admin").isEmpty());
  }

  private ServiceAllocator allocator(String cidr, long seed) {
    return new ServiceAllocator(
        new Allocations(store, () -> now),
        ServiceAllocator.Options.of(cidr),
        new MemoryView(),
        new Random(seed));
  }

  private ObjectNode stored(String name, String spec) {
    var service = service(name, spec);
    services.reserve(service, NONE).stored();
    return service;
  }

  private ObjectNode service(String name, String spec) {
    var service =
        tree(
            "{'metadata':{'namespace':'d','name':'"
                + name
                + "','uid':'u-"
                + name
                + "'},'spec':"
                + spec
                + "}");
    services.prepareForCreate(service, User.ANONYMOUS);
    return service;
  }

  private static String address(ObjectNode service) {
    return service.path("spec").path("clusterIP").asString("");
  }
}
