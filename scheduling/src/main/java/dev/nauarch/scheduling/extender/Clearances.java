package dev.nauarch.scheduling.extender;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.extender.Question.Topic;
import dev.nauarch.scheduling.extender.Question.Victims;
import dev.nauarch.scheduling.model.PodState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whom extenders let stop for pods. They are asked one after the other, each about what the one
 * before has left; each may strike nodes out, and choose others of a node's pods.
 */
public final class Clearances {

  /** What came of it. */
  public sealed interface Outcome {

    /** Those that may stop, by their uids, on each node where room may be made. */
    record Cleared(SortedMap<String, List<String>> uidsByNode) implements Outcome {}

    /** Somebody gave no answer without whom nobody may stop. */
    record Failed(String why) implements Outcome {}
  }

  private static final class Talk {
    private final ObjectKey pod;
    private final List<Extender> asked;
    private SortedMap<String, Victims> left;
    private Optional<String> failure = Optional.empty();
    private int next;
    private long question;

    Talk(ObjectKey pod, SortedMap<String, Victims> victims, List<Extender> asked) {
      this.pod = pod;
      this.left = victims;
      this.asked = asked;
    }

    boolean isOver() {
      return next == asked.size() || left.isEmpty() || failure.isPresent();
    }
  }

  private final List<Extender> extenders;
  private final Map<ObjectKey, Talk> talkByPod = new TreeMap<>();
  private long questions;

  /** With these extenders, in the order in which they are asked. */
  public Clearances(List<Extender> extenders) {
    this.extenders = extenders.stream().filter(one -> !one.verbs().preempt().isEmpty()).toList();
  }

  /** Whether somebody has a say in who stops for a pod. */
  public boolean concern(PodState pod) {
    return extenders.stream().anyMatch(one -> one.manages(pod));
  }

  /** Whether somebody is being asked about a pod. */
  public boolean areOpen(ObjectKey pod) {
    var talk = talkByPod.get(pod);
    return talk != null && !talk.isOver();
  }

  /** Begins to ask who may stop, of those that would have to. */
  public Consultations.Asked ask(PodState pod, SortedMap<String, Victims> victimsByNode) {
    return ask(pod, List.of(pod), victimsByNode);
  }

  /**
   * The same for several pods.
   *
   * @param pod in whose name; the answer is for it
   * @param all those whose extenders are asked
   */
  public Consultations.Asked ask(
      PodState pod, List<PodState> all, SortedMap<String, Victims> victimsByNode) {
    var asked = extenders.stream().filter(one -> all.stream().anyMatch(one::manages)).toList();
    var talk = new Talk(pod.key(), victimsByNode, asked);
    talkByPod.put(pod.key(), talk);
    return question(talk);
  }

  private Consultations.Asked question(Talk talk) {
    questions--; // so that no number is that of a question about nodes
    talk.question = questions;
    return new Consultations.Asked(
        talk.pod,
        new Question(
            questions,
            talk.asked.get(talk.next),
            Topic.PREEMPT,
            List.copyOf(talk.left.keySet()),
            talk.left));
  }

  /** Takes an answer up; the next question, if there is one. */
  public Optional<Consultations.Asked> answered(ObjectKey pod, long question, Answer answer) {
    var talk = talkByPod.get(pod);
    if (talk == null || talk.question != question || talk.isOver()) {
      return Optional.empty();
    }
    var extender = talk.asked.get(talk.next);
    switch (answer) {
      case Answer.Preempted(var uidsByNode) -> take(talk, extender, uidsByNode);
      case Answer.Failed(var why) -> fail(talk, extender, why);
      default -> fail(talk, extender, "it was asked who may stop");
    }
    talk.next++;
    return talk.isOver() ? Optional.empty() : Optional.of(question(talk));
  }

  private static void fail(Talk talk, Extender extender, String why) {
    if (!extender.isIgnorable()) {
      talk.failure = Optional.of("extender " + extender.urlPrefix() + " failed: " + why);
    }
  }

  /** Only pods that were named before are known here by more than their uid. */
  private static void take(
      Talk talk, Extender extender, SortedMap<String, List<String>> uidsByNode) {
    var left = new TreeMap<String, Victims>();
    for (var one : uidsByNode.entrySet()) {
      var before = talk.left.get(one.getKey());
      if (before == null) {
        fail(talk, extender, "it names node " + one.getKey() + ", which it was not asked about");
        return;
      }
      var pods =
          before.pods().stream().filter(victim -> one.getValue().contains(victim.uid())).toList();
      if (pods.size() < one.getValue().size()) {
        fail(
            talk,
            extender,
            "it names pods on node " + one.getKey() + " that it was not asked about");
        return;
      }
      if (!pods.isEmpty()) {
        left.put(one.getKey(), new Victims(pods, Math.min(pods.size(), before.violations())));
      }
    }
    talk.left = left;
  }

  /** Takes what was said of a pod; it counts once. */
  public Optional<Outcome> take(ObjectKey pod) {
    var talk = talkByPod.get(pod);
    if (talk == null || !talk.isOver()) {
      return Optional.empty();
    }
    talkByPod.remove(pod);
    if (talk.failure.isPresent()) {
      return Optional.of(new Outcome.Failed(talk.failure.get()));
    }
    var uidsByNode = new TreeMap<String, List<String>>();
    talk.left.forEach(
        (node, victims) ->
            uidsByNode.put(node, victims.pods().stream().map(Question.Victim::uid).toList()));
    return Optional.of(new Outcome.Cleared(uidsByNode));
  }

  /** The pod is gone, or is another now. */
  public void forget(ObjectKey pod) {
    talkByPod.remove(pod);
  }
}
