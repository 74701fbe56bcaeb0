package dev.nauarch.controlplane.scheduling;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.scheduling.SchedulerCommand;
import dev.nauarch.scheduling.extender.Answer;
import dev.nauarch.scheduling.extender.Question;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is said to extenders and what they say, in the form of {@code
 * k8s.io/kube-scheduler/extender/v1}. Its names are written with a capital, and are read in any
 * case, as Go does.
 */
final class ExtenderMessages {

  private ExtenderMessages() {}

  /**
   * A question.
   *
   * @param nodes the nodes that it is about; of extenders that know them, their names are enough
   */
  static ObjectNode question(Pod pod, Question question, List<Node> nodes) {
    var body = ModelCodec.emptyTree();
    body.set("Pod", ModelCodec.tree(pod));
    if (question.extender().connection().knowsNodes()) {
      body.putNull("Nodes");
      var names = body.putArray("NodeNames");
      question.nodes().forEach(names::add);
    } else {
      var list = body.putObject("Nodes");
      list.putObject("metadata");
      var items = list.putArray("items");
      nodes.forEach(node -> items.add(ModelCodec.tree(node)));
      body.putNull("NodeNames");
    }
    return body;
  }

  /**
   * The question who may stop.
   *
   * @param victims the pods that it is about, by uid; extenders that know nodes know them too
   */
  static ObjectNode question(Pod pod, Question question, Map<String, Pod> victims) {
    var knows = question.extender().connection().knowsNodes();
    var body = ModelCodec.emptyTree();
    body.set("Pod", ModelCodec.tree(pod));
    body.putNull(knows ? "NodeNameToVictims" : "NodeNameToMetaVictims");
    var all = body.putObject(knows ? "NodeNameToMetaVictims" : "NodeNameToVictims");
    question
        .victimsByNode()
        .forEach(
            (node, ofNode) -> {
              var one = all.putObject(node);
              var pods = one.putArray("Pods");
              for (var victim : ofNode.pods()) {
                var known = victims.get(victim.uid());
                if (knows) {
                  pods.addObject().put("UID", victim.uid());
                } else if (known != null) {
                  pods.add(ModelCodec.tree(known));
                }
              }
              one.put("NumPDBViolations", ofNode.violations());
            });
    return body;
  }

  /** The wish that a pod be bound. */
  static ObjectNode binding(SchedulerCommand.BindPod bind) {
    return ModelCodec.emptyTree()
        .put("PodName", bind.pod().name())
        .put("PodNamespace", bind.pod().namespace())
        .put("PodUID", bind.uid())
        .put("Node", bind.node());
  }

  /** What is wrong by what an extender says; empty where nothing is. */
  static String error(JsonNode answer) {
    return member(answer, "Error").asString("");
  }

  /** What an answer means. */
  static Answer answer(Question question, JsonNode answer) {
    return switch (question.topic()) {
      case PRIORITIZE -> new Answer.Prioritized(scores(answer));
      case PREEMPT -> new Answer.Preempted(victims(answer));
      case FILTER -> {
        var error = error(answer);
        yield error.isEmpty() ? filtered(question, answer) : new Answer.Failed(error);
      }
    };
  }

  private static Answer filtered(Question question, JsonNode answer) {
    var names = new ArrayList<String>();
    var listed = member(answer, "NodeNames");
    if (question.extender().connection().knowsNodes() && listed.isArray()) {
      listed.forEach(name -> names.add(name.asString("")));
    } else {
      for (var node : member(member(answer, "Nodes"), "items")) {
        names.add(node.path("metadata").path("name").asString(""));
      }
    }
    return new Answer.Filtered(
        names,
        texts(member(answer, "FailedNodes")),
        texts(member(answer, "FailedAndUnresolvableNodes")));
  }

  private static SortedMap<String, List<String>> victims(JsonNode answer) {
    var uidsByNode = new TreeMap<String, List<String>>();
    for (var node : member(answer, "NodeNameToMetaVictims").properties()) {
      var uids = new ArrayList<String>();
      member(node.getValue(), "Pods").forEach(pod -> uids.add(member(pod, "UID").asString("")));
      uidsByNode.put(node.getKey(), uids);
    }
    return uidsByNode;
  }

  private static SortedMap<String, Long> scores(JsonNode answer) {
    var scores = new TreeMap<String, Long>();
    for (var one : answer) {
      scores.put(member(one, "Host").asString(""), member(one, "Score").asLong(0));
    }
    return scores;
  }

  private static SortedMap<String, String> texts(JsonNode map) {
    var texts = new TreeMap<String, String>();
    for (var one : map.properties()) {
      texts.put(one.getKey(), one.getValue().asString(""));
    }
    return texts;
  }

  private static JsonNode member(JsonNode object, String name) {
    for (var one : object.properties()) {
      if (one.getKey().equalsIgnoreCase(name)) {
        return one.getValue();
      }
    }
    return MissingNode.getInstance();
  }
}
