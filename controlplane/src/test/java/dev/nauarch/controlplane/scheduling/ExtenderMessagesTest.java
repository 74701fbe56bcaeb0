package dev.nauarch.controlplane.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.SchedulerCommand;
import dev.nauarch.scheduling.extender.Answer;
import dev.nauarch.scheduling.extender.Extender;
import dev.nauarch.scheduling.extender.Question;
import dev.nauarch.scheduling.extender.Question.Topic;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The form in which Kubernetes' scheduler speaks to extenders. */
class ExtenderMessagesTest {

  private static final Pod POD = pod("p");

  private static Pod pod(String name) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace("default")
        .withName(name)
        .withUid("uid-" + name)
        .endMetadata()
        .build();
  }

  private static Node node(String name) {
    return new NodeBuilder().withNewMetadata().withName(name).endMetadata().build();
  }

  private static Question question(Topic topic, boolean knowsNodes) {
    var victims = new TreeMap<String, Question.Victims>();
    if (topic == Topic.PREEMPT) {
      var victim = new Question.Victim(new ObjectKey("default", "v"), "uid-v");
      victims.put("a", new Question.Victims(List.of(victim), 1));
    }
    return new Question(
        1,
        new Extender(
            "http://one",
            new Extender.Verbs("f", "p", "b", "s"),
            1,
            new Extender.Connection(Duration.ofSeconds(1), knowsNodes, Optional.empty()),
            List.of(),
            false),
        topic,
        List.of("a", "b"),
        victims);
  }

  private static JsonNode json(String text) {
    return ModelCodec.decode(
        text.replace('\'', '"').getBytes(StandardCharsets.UTF_8), JsonNode.class);
  }

  private static final String POD_JSON =
      "{'apiVersion':'v1','kind':'Pod','metadata':"
          + "{'name':'p','namespace':'default','uid':'uid-p'}}";

  @Test
  void whoKnowsNodesIsToldTheirNames() {
    assertEquals(
        json("{'Pod':" + POD_JSON + ",'Nodes':null,'NodeNames':['a','b']}"),
        ExtenderMessages.question(POD, question(Topic.FILTER, true), List.of()));
  }

  @Test
  void othersAreToldTheNodesThemselves() {
    assertEquals(
        json(
            "{'Pod':"
                + POD_JSON
                + ",'Nodes':{'metadata':{},'items':[{'apiVersion':'v1','kind':'Node','metadata':"
                + "{'name':'a'}}]},'NodeNames':null}"),
        ExtenderMessages.question(POD, question(Topic.PRIORITIZE, false), List.of(node("a"))));
  }

  @Test
  void thoseWhoWouldStopAreToldByUidOrWhole() {
    assertEquals(
        json(
            "{'Pod':"
                + POD_JSON
                + ",'NodeNameToVictims':null,'NodeNameToMetaVictims':"
                + "{'a':{'Pods':[{'UID':'uid-v'}],'NumPDBViolations':1}}}"),
        ExtenderMessages.question(POD, question(Topic.PREEMPT, true), Map.of()));
    assertEquals(
        json(
            "{'Pod':"
                + POD_JSON
                + ",'NodeNameToMetaVictims':null,'NodeNameToVictims':{'a':{'Pods':["
                + POD_JSON.replace("'p'", "'v'").replace("uid-p", "uid-v")
                + "],'NumPDBViolations':1}}}"),
        ExtenderMessages.question(POD, question(Topic.PREEMPT, false), Map.of("uid-v", pod("v"))));
  }

  @Test
  void bindingsNamePodAndNode() {
    var bind =
        new SchedulerCommand.BindPod(new ObjectKey("default", "p"), "uid-p", "a", Instant.EPOCH);
    assertEquals(
        json("{'PodName':'p','PodNamespace':'default','PodUID':'uid-p','Node':'a'}"),
        ExtenderMessages.binding(bind));
    assertEquals("no", ExtenderMessages.error(json("{'Error':'no'}")));
    assertEquals("", ExtenderMessages.error(json("{}")));
  }

  @Test
  void answersAreReadInAnyCase() {
    var failed = new TreeMap<>(Map.of("b", "full"));
    var none = new TreeMap<String, String>();
    var expected = new Answer.Filtered(List.of("a"), failed, none);
    assertEquals(
        expected,
        ExtenderMessages.answer(
            question(Topic.FILTER, true),
            json("{'NodeNames':['a'],'FailedNodes':{'b':'full'},'Error':''}")));
    assertEquals(
        expected,
        ExtenderMessages.answer(
            question(Topic.FILTER, false),
            json("{'nodes':{'items':[{'metadata':{'name':'a'}}]},'failedNodes':{'b':'full'}}")));
    assertEquals(
        new Answer.Filtered(List.of(), none, failed),
        ExtenderMessages.answer(
            question(Topic.FILTER, true),
            json("{'NodeNames':null,'FailedAndUnresolvableNodes':{'b':'full'}}")));
    assertEquals(
        new Answer.Failed("no"),
        ExtenderMessages.answer(question(Topic.FILTER, true), json("{'Error':'no'}")));
    assertEquals(
        new Answer.Prioritized(new TreeMap<>(Map.of("a", 7L))),
        ExtenderMessages.answer(
            question(Topic.PRIORITIZE, true), json("[{'Host':'a','Score':7}]")));
    assertEquals(
        new Answer.Preempted(new TreeMap<>(Map.of("a", List.of("uid-v")))),
        ExtenderMessages.answer(
            question(Topic.PREEMPT, true),
            json("{'NodeNameToMetaVictims':{'a':{'Pods':[{'UID':'uid-v'}]}}}")));
  }
}
