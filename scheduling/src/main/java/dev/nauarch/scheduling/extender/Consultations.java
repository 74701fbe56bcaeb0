package dev.nauarch.scheduling.extender;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.extender.Question.Topic;
import dev.nauarch.scheduling.model.PodState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What extenders were asked about pods, and what they said. A pod's extenders are asked one after
 * the other, first all that filter nodes, each about what the one before has left, and then all
 * that score them. Other pods are placed meanwhile.
 *
 * <pre>
 * nothing known → asking → said (until somebody takes it) → nothing known
 * </pre>
 */
public final class Consultations {

  /** One thing that is asked about each pod of an extender. */
  private record Step(Extender extender, Topic topic) {}

  private static final class Talk {
    private final ObjectKey pod;
    private final Said said;
    private final List<Step> steps;
    private int next;
    private long question;

    Talk(ObjectKey pod, List<String> nodes, List<Step> steps) {
      this.pod = pod;
      this.said = new Said(nodes);
      this.steps = steps;
    }

    Step step() {
      return steps.get(next);
    }

    boolean isOver() {
      return next == steps.size() || said.possible().isEmpty();
    }
  }

  /** A question, and the pod that it is about. */
  public record Asked(ObjectKey pod, Question question) {}

  private final List<Extender> extenders;
  private final Clearances clearances;
  private final Map<ObjectKey, Talk> talkByPod = new TreeMap<>();
  private long questions;

  /** With these extenders, in the order in which they are asked. */
  public Consultations(List<Extender> extenders) {
    this.extenders = List.copyOf(extenders);
    this.clearances = new Clearances(extenders);
  }

  /** Whether a pod needs somebody's word before it gets a place. */
  public boolean concern(PodState pod) {
    return !extenders.isEmpty()
        && extenders.stream().anyMatch(one -> one.isAsked() && one.manages(pod));
  }

  /** Whether somebody is being asked about a pod. */
  public boolean areOpen(ObjectKey pod) {
    var talk = talkByPod.get(pod);
    return (talk != null && !talk.isOver()) || clearances.areOpen(pod);
  }

  /** Who may stop for pods. */
  public Clearances clearances() {
    return clearances;
  }

  /** Begins to ask about a pod and the nodes that are possible by all other rules. */
  public Asked ask(PodState pod, List<String> nodes) {
    var steps = new ArrayList<Step>();
    for (var topic : List.of(Topic.FILTER, Topic.PRIORITIZE)) {
      for (var extender : extenders) {
        var verbs = extender.verbs();
        var verb = topic == Topic.FILTER ? verbs.filter() : verbs.prioritize();
        if (!verb.isEmpty() && extender.manages(pod)) {
          steps.add(new Step(extender, topic));
        }
      }
    }
    var talk = new Talk(pod.key(), nodes, steps);
    talkByPod.put(pod.key(), talk);
    return question(talk);
  }

  /**
   * Takes an answer up; the next question, if there is one. Answers that come too late are lost.
   */
  public Optional<Asked> answered(ObjectKey pod, long question, Answer answer) {
    if (question < 0) {
      return clearances.answered(pod, question, answer);
    }
    var talk = talkByPod.get(pod);
    if (talk == null || talk.question != question || talk.isOver()) {
      return Optional.empty();
    }
    talk.said.take(talk.step().extender(), talk.step().topic(), answer);
    talk.next++;
    return talk.isOver() ? Optional.empty() : Optional.of(question(talk));
  }

  private Asked question(Talk talk) {
    questions++;
    talk.question = questions;
    var step = talk.step();
    return new Asked(
        talk.pod,
        new Question(
            questions, step.extender(), step.topic(), talk.said.possible(), new TreeMap<>()));
  }

  /** Whether everything was said of a pod, and nobody has taken it yet. */
  public boolean isOver(ObjectKey pod) {
    var talk = talkByPod.get(pod);
    return talk != null && talk.isOver();
  }

  /** Takes what was said of a pod; it counts once. */
  public Optional<Said> take(ObjectKey pod) {
    var talk = talkByPod.get(pod);
    if (talk == null || !talk.isOver()) {
      return Optional.empty();
    }
    talkByPod.remove(pod);
    return Optional.of(talk.said);
  }

  /** The pod is gone, or is another now. */
  public void forget(ObjectKey pod) {
    clearances.forget(pod);
    talkByPod.remove(pod);
  }

  /** Who binds a pod in the scheduler's place. */
  public Optional<Extender> binder(PodState pod) {
    return extenders.isEmpty()
        ? Optional.empty()
        : extenders.stream()
            .filter(one -> !one.verbs().bind().isEmpty() && one.manages(pod))
            .findFirst();
  }
}
