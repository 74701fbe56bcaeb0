package dev.nauarch.nodeagent.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.quota.Amount;
import dev.nauarch.api.quota.Amounts;
import dev.nauarch.kernel.Randomness;
import io.fabric8.kubernetes.api.model.ContainerExtendedResourceRequest;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a node takes, and whom it refuses. */
class NodeSharesTest {
  private static final Amounts NODE =
      amounts("cpu=4,memory=8Gi,ephemeral-storage=10Gi,pods=3,nvidia.com/gpu=4");

  private static Amounts amounts(String text) {
    var all = Amounts.NONE;
    for (var each : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      var sides = each.split("=", 2);
      all = all.with(sides[0], Amount.parse(sides[1]));
    }
    return all;
  }

  /** A pod that asks for amounts, and for ports such as {@code 80/UDP@10.0.0.1}. */
  private static Pod pod(String amounts, String ports) {
    var pod =
        new PodBuilder()
            .withNewMetadata()
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withName("main")
            .withNewResources()
            .withRequests(quantities(amounts))
            .endResources()
            .endContainer()
            .endSpec()
            .build();
    for (var port : ports.isEmpty() ? new String[0] : ports.split(" ", -1)) {
      var parts = port.split("[/@]", -1);
      pod.getSpec()
          .getContainers()
          .getFirst()
          .getPorts()
          .add(
              new ContainerPortBuilder()
                  .withContainerPort(1)
                  .withHostPort(Integer.valueOf(parts[0]))
                  .withProtocol(parts.length > 1 ? parts[1] : null)
                  .withHostIP(parts.length > 2 ? parts[2] : null)
                  .build());
    }
    return pod;
  }

  private static Map<String, Quantity> quantities(String amounts) {
    return new TreeMap<>(amounts(amounts).quantities());
  }

  private static String refusal(NodeShares<String> node, Pod pod) {
    return Admission.refusal(pod, node, NODE, Optional.empty())
        .map(refusal -> refusal.reason() + ": " + refusal.message())
        .orElse("");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      textBlock =
          """
          cpu=1                                | ''
          cpu=3,memory=7Gi                     | ''
          cpu=3001m                            | OutOfcpu: Node didn't have enough resource: cpu, requested: 3001, used: 1000, capacity: 4000
          memory=8Gi                           | OutOfmemory: Node didn't have enough resource: memory, requested: 8589934592, used: 1073741824, capacity: 8589934592
          ephemeral-storage=11Gi               | OutOfephemeral-storage: Node didn't have enough resource: ephemeral-storage, requested: 11811160064, used: 0, capacity: 10737418240
          nvidia.com/gpu=3                     | OutOfnvidia.com/gpu: Node didn't have enough resource: nvidia.com/gpu, requested: 3, used: 2, capacity: 4
          hugepages-2Mi=2Mi                    | OutOfhugepages-2Mi: Node didn't have enough resource: hugepages-2Mi, requested: 2097152, used: 0, capacity: 0
          example.com/of-nobody=1              | ''
          cpu=9,nvidia.com/gpu=9               | OutOfcpu: Node didn't have enough resource: cpu, requested: 9000, used: 1000, capacity: 4000
          """)
  void aPodThatDoesNotFitIsRefusedInKubernetesWords(String asked, String expected) {
    var node = new NodeShares<String>();
    node.put("there", NodeShare.of(pod("cpu=1,memory=1Gi,nvidia.com/gpu=2", "")));
    assertEquals(expected, refusal(node, pod(asked, "")));
  }

  @ParameterizedTest
  @CsvSource({
    "80, true",
    "80/UDP, false",
    "81, false",
    "80/TCP@10.0.0.1, true",
    "90/TCP@10.0.0.1, true",
    "90/TCP@10.0.0.2, false",
    "90, true",
  })
  void aPortIsTakenOnItsAddressOrOnAll(String wanted, boolean isTaken) {
    var node = new NodeShares<String>();
    node.put("there", NodeShare.of(pod("", "80 90/TCP@10.0.0.1")));
    var words =
        "NodePorts: Predicate NodePorts failed: node(s) didn't have free ports for the requested"
            + " pod ports";
    assertEquals(isTaken ? words : "", refusal(node, pod("", wanted)));
    node.remove("there");
    assertEquals("", refusal(node, pod("", wanted)));
  }

  @Test
  void onlySoManyPodsAreTaken() {
    var node = new NodeShares<String>();
    for (var name : List.of("a", "b", "c")) {
      assertEquals("", refusal(node, pod("", "")));
      node.put(name, NodeShare.of(pod("", "")));
    }
    var words =
        "OutOfpods: Node didn't have enough resource: pods, requested: 1, used: 3, capacity: 3";
    assertEquals(words, refusal(node, pod("", "")));
  }

  @Test
  void whatAClaimStandsForIsNoneOfTheNodesAmounts() {
    var pod = pod("nvidia.com/gpu=9", "");
    pod.setStatus(
        new PodBuilder()
            .withNewStatus()
            .withNewExtendedResourceClaimStatus()
            .withRequestMappings(
                new ContainerExtendedResourceRequest("main", "container-0", "nvidia.com/gpu"))
            .endExtendedResourceClaimStatus()
            .endStatus()
            .build()
            .getStatus());
    assertEquals("", refusal(new NodeShares<>(), pod));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void sumsAreThoseOfAFreshCount(long seed) {
    var chance = new Randomness(seed);
    var node = new NodeShares<Integer>();
    var model = new HashMap<Integer, NodeShare>();
    for (var step = 0; step < 400; step++) {
      var key = chance.nextInt(6);
      if (chance.nextInt(3) == 0) {
        node.remove(key);
        model.remove(key);
      } else {
        var asked = "cpu=%dm,memory=%d".formatted(chance.nextInt(900), chance.nextInt(9));
        var share = NodeShare.of(pod(asked, String.valueOf(1 + chance.nextInt(4))));
        node.put(key, share);
        model.put(key, share);
      }
      var fresh = new NodeShares<Integer>();
      model.forEach(fresh::put);
      var wanted = pod("cpu=" + chance.nextInt(5), String.valueOf(1 + chance.nextInt(6)));
      var large = NODE.with("pods", Amount.of(9));
      assertEquals(
          Admission.refusal(wanted, fresh, large, Optional.empty()),
          Admission.refusal(wanted, node, large, Optional.empty()));
      assertTrue(
          fresh.othersThan(key).withoutZeros().isSameAs(node.othersThan(key).withoutZeros()));
    }
  }
}
