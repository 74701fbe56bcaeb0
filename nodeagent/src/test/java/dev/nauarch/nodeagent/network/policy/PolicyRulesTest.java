package dev.nauarch.nodeagent.network.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.nodeagent.PodIdentity;
import dev.nauarch.nodeagent.network.nft.Family;
import dev.nauarch.nodeagent.network.nft.Item;
import dev.nauarch.nodeagent.network.policy.PolicyPod.NamedPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class PolicyRulesTest {
  private static final NamedPort WEB = new NamedPort("web", "tcp", 8080);
  private final PolicyPod here = pod("x", "a", "10.244.0.2", true);
  private final PolicyPod peer = pod("x", "b", "10.244.9.3", false);

  @Test
  void aPodWithoutAPolicyAndPodsOfOtherNodesAreNotInTheTable() {
    assertTrue(items(Family.IPV4).isEmpty());
    var only = "{'podSelector':{'matchLabels':{'pod':'b'}},'policyTypes':['Ingress']}";
    assertTrue(items(Family.IPV4, only).isEmpty());
  }

  @Test
  void aPolicyThatDoesNotSaySoHoldsBackWhatItSpeaksOf() {
    assertEquals(List.of("ingress"), ways("{'podSelector':{}}"));
    assertEquals(List.of("egress", "ingress"), ways("{'podSelector':{},'egress':[{}]}"));
    assertEquals(List.of("egress"), ways("{'podSelector':{},'policyTypes':['Egress']}"));
  }

  @Test
  void podsThatComeAndGoChangeElementsAlone() {
    var spec = "{'podSelector':{},'ingress':[{'from':[{'podSelector':{}}]}]}";
    var before = items(Family.IPV4, List.of(here), spec);
    var now = new TreeMap<>(items(Family.IPV4, List.of(here, peer), spec));
    before.forEach((item, value) -> assertEquals(value, now.get(item)));
    now.keySet().removeAll(before.keySet());
    assertEquals(List.of("10.244.9.3"), now.keySet().stream().map(Item::key).toList());
  }

  @Test
  void eachFamilyHasItsOwnBlocksAndPods() {
    var spec =
        "{'podSelector':{},'egress':[{'to':[{'ipBlock':{'cidr':'fd00::/8','except':['fd01::/16']}},"
            + "{'ipBlock':{'cidr':'10.0.0.0/8'}}],'ports':[{'port':'web'}]}],"
            + "'policyTypes':['Egress']}";
    var both =
        new PolicyPod(
            "x",
            "uid-d",
            new TreeMap<>(),
            List.of("10.244.0.9", "fd02:0:0:0:0:0:0:9"),
            true,
            List.of(WEB));
    var four = items(Family.IPV4, List.of(both), spec).toString();
    assertTrue(four.contains("10.0.0.0-10.255.255.255"), four);
    assertTrue(four.contains("10.244.0.9 . tcp . 8080"), four);
    assertFalse(four.contains("fd"), four);
    var six = items(Family.IPV6, List.of(both), spec).toString();
    assertTrue(six.contains("fd00:0:0:0:0:0:0:0-fd00:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), six);
    assertFalse(six.contains("10.244"), six);
  }

  @Test
  void anAddressBelongsToThePodThatWasAttachedLast() {
    var settled =
        PolicyEnforcer.settle(List.of(here, peer), Map.of("uid-b", List.of("10.244.0.2")));
    assertEquals(List.of(), settled.getFirst().ips());
    assertEquals(List.of("10.244.0.2"), settled.getLast().ips());
  }

  @Test
  void aNewPodWaitsUntilItsRulesAreThere() throws Exception {
    var gate = new PolicyGate();
    var told = new CountDownLatch(1);
    gate.listen(told::countDown);
    var pod = new PodIdentity("x", "a", "uid-a");
    try (var thread = Executors.newVirtualThreadPerTaskExecutor()) {
      var admitted =
          thread.submit(
              () -> {
                gate.admit(pod, List.of("10.244.0.2"));
                return true;
              });
      told.await();
      gate.programmed(Map.of("uid-a", List.of("10.244.0.99")));
      assertFalse(admitted.isDone());
      gate.programmed(gate.attached());
      assertTrue(admitted.get());
    }
    gate.release(pod);
    assertEquals(Map.of(), gate.attached());
  }

  private List<String> ways(String spec) {
    return items(Family.IPV4, spec).keySet().stream()
        .filter(item -> item.kind() == Item.Kind.ELEMENT && !item.holder().equals("selves"))
        .map(Item::holder)
        .sorted()
        .toList();
  }

  private Map<Item, String> items(Family family, String... specs) {
    return items(family, List.of(here, peer), specs);
  }

  private static Map<Item, String> items(Family family, List<PolicyPod> pods, String... specs) {
    var policies = new ArrayList<NetworkPolicy>();
    for (var spec : specs) {
      var json = "{'metadata':{'namespace':'x','name':'p" + policies.size() + "'},'spec':" + spec;
      var bytes = (json + "}").replace('\'', '"').getBytes(StandardCharsets.UTF_8);
      policies.add(ModelCodec.decode(bytes, NetworkPolicy.class));
    }
    var labels = new TreeMap<String, SortedMap<String, String>>();
    labels.put("x", new TreeMap<>());
    return PolicyRules.items(family, new PolicyWorld(policies, pods, labels));
  }

  private static PolicyPod pod(String namespace, String name, String ip, boolean isHere) {
    var labels = new TreeMap<>(Map.of("pod", name));
    return new PolicyPod(namespace, "uid-" + name, labels, List.of(ip), isHere, List.of(WEB));
  }
}
