package dev.nauarch.nodeagent.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.quota.Amount;
import dev.nauarch.api.quota.Amounts;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom a node refuses by what is written on it. */
class AdmissionTest {
  private static final Amounts ROOM =
      Amounts.NONE.with("cpu", Amount.of(2)).with("pods", Amount.of(2));
  private static final String AFFINITY =
      "NodeAffinity: Predicate NodeAffinity failed: node(s) didn't match Pod's node"
          + " affinity/selector";
  private static final String TAINTS =
      "TaintToleration: Predicate TaintToleration failed: node(s) had taints that the pod didn't"
          + " tolerate";

  private static PodBuilder pod() {
    return new PodBuilder()
        .withNewMetadata()
        .withName("pod")
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("main")
        .endContainer()
        .endSpec();
  }

  private static Pod selecting(String key, String value) {
    return pod().editSpec().addToNodeSelector(key, value).endSpec().build();
  }

  /** A pod that requires of its node what an expression says. */
  private static Pod requiring(String key, String operator, String... values) {
    return pod()
        .editSpec()
        .withNewAffinity()
        .withNewNodeAffinity()
        .withNewRequiredDuringSchedulingIgnoredDuringExecution()
        .addNewNodeSelectorTerm()
        .addToMatchExpressions(new NodeSelectorRequirement(key, operator, List.of(values)))
        .endNodeSelectorTerm()
        .endRequiredDuringSchedulingIgnoredDuringExecution()
        .endNodeAffinity()
        .endAffinity()
        .endSpec()
        .build();
  }

  private static Node node(Taint... taints) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName("one")
        .withLabels(Map.of("zone", "a", "gpus", "8"))
        .endMetadata()
        .withNewSpec()
        .withTaints(taints)
        .endSpec()
        .build();
  }

  private static Taint taint(String key, String effect) {
    return new Taint(effect, key, null, "yes");
  }

  private static String refusal(Pod pod, Node node) {
    return refusal(pod, new NodeShares<>(), Optional.of(node));
  }

  private static String refusal(Pod pod, NodeShares<String> taken, Optional<Node> node) {
    return Admission.refusal(pod, taken, ROOM, node)
        .map(refusal -> refusal.reason() + ": " + refusal.message())
        .orElse("");
  }

  @Test
  void aNodeWithoutALabelThatIsSelectedRefuses() {
    assertEquals("", refusal(selecting("zone", "a"), node()));
    assertEquals(AFFINITY, refusal(selecting("zone", "b"), node()));
    assertEquals(AFFINITY, refusal(selecting("rack", ""), node()));
  }

  @ParameterizedTest
  @CsvSource({
    "zone, In, a, true",
    "zone, In, b, false",
    "zone, NotIn, a, false",
    "rack, NotIn, a, true",
    "rack, Exists, , false",
    "rack, DoesNotExist, , true",
    "gpus, Gt, 7, true",
    "gpus, Gt, 8, false",
    "gpus, Lt, 9, true",
    "zone, Lt, 9, false",
  })
  void aNodeThatRequiredAffinityDoesNotMatchRefuses(
      String key, String operator, String value, boolean isTaken) {
    var values = value == null ? new String[0] : new String[] {value};
    assertEquals(isTaken ? "" : AFFINITY, refusal(requiring(key, operator, values), node()));
  }

  @Test
  void oneOfTheTermsIsEnoughAndSelectorsHoldBeside() {
    var either = requiring("zone", "In", "b");
    var terms =
        either
            .getSpec()
            .getAffinity()
            .getNodeAffinity()
            .getRequiredDuringSchedulingIgnoredDuringExecution()
            .getNodeSelectorTerms();
    terms.add(
        new NodeSelectorTermBuilder()
            .addToMatchFields(new NodeSelectorRequirement("metadata.name", "In", List.of("one")))
            .build());
    assertEquals("", refusal(either, node()));
    either.getSpec().setNodeSelector(Map.of("zone", "b"));
    assertEquals(AFFINITY, refusal(either, node()));
  }

  @Test
  void onlyATaintThatSendsPodsAwayRefusesThoseWhoDoNotTolerateIt() {
    assertEquals("", refusal(pod().build(), node(taint("down", "NoSchedule"))));
    assertEquals(TAINTS, refusal(pod().build(), node(taint("down", "NoExecute"))));
    var bearing =
        pod()
            .editSpec()
            .withTolerations(new Toleration("NoExecute", "down", "Exists", 60L, null))
            .endSpec()
            .build();
    assertEquals("", refusal(bearing, node(taint("down", "NoExecute"))));
    assertEquals(
        TAINTS, refusal(bearing, node(taint("down", "NoExecute"), taint("other", "NoExecute"))));
  }

  @ParameterizedTest
  @CsvSource({
    "linux, linux, ''",
    "windows, linux, PodOSSelectorNodeLabelDoesNotMatch",
    "linux, windows, PodOSNotSupported",
  })
  void anotherSystemsPodsAreRefused(String label, String system, String reason) {
    var pod =
        pod()
            .editMetadata()
            .addToLabels("kubernetes.io/os", label)
            .endMetadata()
            .editSpec()
            .withNewOs(system)
            .endSpec()
            .build();
    assertEquals(reason, refusal(pod, node()).split(":", -1)[0]);
  }

  /** Of all that is wrong Kubernetes tells one thing. */
  @Test
  void theFirstOfManyReasonsIsTold() {
    var pod = selecting("zone", "b");
    var container = pod.getSpec().getContainers().getFirst();
    container.setPorts(List.of(new ContainerPortBuilder().withHostPort(80).build()));
    var taken = new NodeShares<String>();
    taken.put("there", NodeShare.of(pod));
    var node = node(taint("down", "NoExecute"));

    container.setResources(
        pod()
            .editSpec()
            .editFirstContainer()
            .withNewResources()
            .addToRequests("cpu", new Quantity("3"))
            .endResources()
            .endContainer()
            .endSpec()
            .build()
            .getSpec()
            .getContainers()
            .getFirst()
            .getResources());
    assertEquals("OutOfcpu", first(pod, taken, node));
    container.setResources(null);
    assertEquals("NodeAffinity", first(pod, taken, node));
    pod.getSpec().setNodeSelector(Map.of());
    assertEquals("NodePorts", first(pod, taken, node));
    container.setPorts(List.of());
    assertEquals("TaintToleration", first(pod, taken, node));
  }

  private static String first(Pod pod, NodeShares<String> taken, Node node) {
    return refusal(pod, taken, Optional.of(node)).split(":", -1)[0];
  }

  @Test
  void whatIsNotKnownOfANodeRefusesNobodyAndWhatIsMayBeOld() {
    var pod = selecting("zone", "b");
    assertEquals("", refusal(pod, new NodeShares<>(), Optional.empty()));
    var refused = Admission.refusal(pod, new NodeShares<>(), ROOM, Optional.of(node()));
    assertTrue(refused.orElseThrow().isOfNodeState());
    var none = Admission.refusal(pod, new NodeShares<>(), Amounts.NONE, Optional.of(node()));
    assertFalse(none.orElseThrow().isOfNodeState());
  }
}
