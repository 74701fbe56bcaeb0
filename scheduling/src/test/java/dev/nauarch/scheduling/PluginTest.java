package dev.nauarch.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.scheduling.explain.Explanation;
import dev.nauarch.scheduling.model.PluginUse;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.Policy;
import dev.nauarch.scheduling.model.Profile;
import dev.nauarch.scheduling.plugin.NodeFilter;
import dev.nauarch.scheduling.plugin.NodeScore;
import dev.nauarch.scheduling.plugin.Verdict;
import dev.nauarch.scheduling.translate.NodeTranslation;
import dev.nauarch.scheduling.translate.PodTranslation;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What plug-ins of one's own do to pods, and what is said of it. */
class PluginTest {

  private static final NodeFilter LICENCE =
      (pod, node) ->
          node.annotations().containsKey("licence") || !pod.annotations().containsKey("licensed")
              ? Verdict.POSSIBLE
              : Verdict.refused("node(s) had no licence");

  private static final NodeFilter BROKEN =
      (pod, node) -> {
        throw new IllegalStateException("no data of " + pod.name());
      };

  private static final NodeFilter FEW =
      (pod, node) ->
          node.pods().isEmpty() ? Verdict.POSSIBLE : Verdict.refusedForPods("node(s) had company");

  private static final NodeScore FULLEST =
      (pod, node) -> (int) Math.min(NodeScore.MAX, node.requested("cpu") / 100);

  private static PluginUse rule(String name, NodeFilter filter) {
    return new PluginUse(name, Optional.of(filter), Optional.empty(), 1);
  }

  private static SchedulerOptions options(PluginUse... plugins) {
    return new SchedulerOptions(
        List.of(
            new Profile(
                "default-scheduler", Policy.DEFAULT.with(List.of(plugins)), List.of(), List.of()),
            Profile.of("plain")),
        SchedulerOptions.DEFAULT.backoffFirst(),
        SchedulerOptions.DEFAULT.backoffMax(),
        SchedulerOptions.DEFAULT.parkedMax());
  }

  private static SchedulerEvent node(String name, SchedulerOptions options, String... annotations) {
    var builder =
        new NodeBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewStatus()
            .addToAllocatable("cpu", new Quantity("8"))
            .addToAllocatable("memory", new Quantity("8Gi"))
            .addToAllocatable("pods", new Quantity("10"))
            .endStatus();
    for (var annotation : annotations) {
      builder.editMetadata().addToAnnotations(annotation, "yes").endMetadata();
    }
    return new SchedulerEvent.NodeSeen(NodeTranslation.of(builder.build(), options));
  }

  private static Rehearsal.Outcome place(
      SchedulerOptions options, List<SchedulerEvent> present, PodBuilder... pods) {
    var states = new ArrayList<PodState>();
    for (var pod : pods) {
      states.add(PodTranslation.of(pod.build(), options));
    }
    return new Rehearsal(options, present, Instant.EPOCH).pods(Rehearsal.Coming.of(states));
  }

  private static SchedulerEvent there(PodBuilder pod, String node, SchedulerOptions options) {
    var bound = pod.editSpec().withNodeName(node).endSpec().build();
    return new SchedulerEvent.PodSeen(PodTranslation.of(bound, options));
  }

  private static Explanation why(Rehearsal.Outcome outcome) {
    return outcome.why().orElseThrow();
  }

  @Test
  void aRuleKeepsPodsFromNodesAndSaysWhy() {
    var options = options(rule("Licences", LICENCE));
    var wanting = Pods.named("p").editMetadata().addToAnnotations("licensed", "yes").endMetadata();
    var nodes = List.of(node("a", options), node("b", options), node("c", options, "licence"));
    assertEquals(Map.of("c", 1), place(options, nodes, wanting).podsByNode());
    var refused = why(place(options, nodes.subList(0, 2), wanting));
    assertTrue(
        refused.message().startsWith("0/2 nodes are available: 2 node(s) had no licence."),
        refused::message);
    var row = refused.removed().getFirst();
    assertEquals("Licences", row.cause());
    assertEquals(2, row.nodes());
    assertEquals(2, row.alone());
    assertTrue(
        refused.relaxations().getFirst().startsWith("do as the plug-in Licences wants"),
        refused.relaxations()::toString);
  }

  @Test
  void twoPluginsAreTwoRules() {
    var options = options(rule("Licences", LICENCE), rule("Few", FEW));
    var wanting = Pods.named("p").editMetadata().addToAnnotations("licensed", "yes").endMetadata();
    var present = List.of(node("a", options), there(Pods.named("other"), "a", options));
    var refused = why(place(options, present, wanting));
    assertEquals(2, refused.removed().size());
    assertTrue(refused.removed().stream().allMatch(row -> row.alone() == 0));
    assertTrue(refused.message().contains(": 1 node(s) had no licence."), refused::message);
  }

  @Test
  void aRuleThatThrowsIsToldAndEverybodyElseGoesOn() {
    var options = options(rule("Broken", BROKEN));
    var plain = Pods.named("q").editSpec().withSchedulerName("plain").endSpec();
    var outcome = place(options, List.of(node("a", options)), Pods.named("p"), plain);
    assertEquals(Map.of("a", 1), outcome.podsByNode());
    assertTrue(
        why(outcome)
            .message()
            .contains("plug-in Broken failed: java.lang.IllegalStateException: no data of p"),
        why(outcome)::message);
  }

  @Test
  void aScoreThatIsOutOfRangeIsTold() {
    var options =
        options(new PluginUse("Far", Optional.empty(), Optional.of((pod, node) -> 101), 1));
    var outcome = place(options, List.of(node("a", options)), Pods.named("p"));
    assertTrue(
        why(outcome).message().contains("plug-in Far gave a score of 101"), why(outcome)::message);
  }

  @Test
  void aScoreCountsAsMuchAsTheProfileSays() {
    var options = options(new PluginUse("Full", Optional.empty(), Optional.of(FULLEST), 100));
    var present =
        List.of(node("a", options), node("b", options), there(Pods.named("other"), "b", options));
    assertEquals(
        Map.of("b", 2), place(options, present, Pods.named("p"), Pods.named("q")).podsByNode());
    assertEquals(Map.of("a", 1), place(options(), present, Pods.named("p")).podsByNode());
  }

  @Test
  void podsStopWhereARuleSaysThatTheyAreInTheWay() {
    var options = options(rule("Few", FEW));
    var present = List.of(node("a", options), there(Pods.named("other"), "a", options));
    var urgent = Pods.named("p").editSpec().withPriority(9).endSpec();
    assertEquals(1, place(options, present, urgent).victims().size());
    assertTrue(place(options, present, Pods.named("q")).victims().isEmpty());
    var licences = options(rule("Licences", LICENCE));
    var wanting = urgent.editMetadata().addToAnnotations("licensed", "yes").endMetadata();
    assertTrue(place(licences, present, wanting).victims().isEmpty());
    assertFalse(place(licences, present, wanting).why().isEmpty());
  }
}
