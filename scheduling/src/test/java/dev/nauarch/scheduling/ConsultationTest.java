package dev.nauarch.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.extender.Answer;
import dev.nauarch.scheduling.extender.Extender;
import dev.nauarch.scheduling.extender.Question;
import dev.nauarch.scheduling.model.PodState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How pods wait for the word of extenders, and what comes of it. */
class ConsultationTest {

  private static final Extender.Connection CONNECTION =
      new Extender.Connection(Duration.ofSeconds(1), true, Optional.empty());

  private SchedulerCore core = new SchedulerCore(SchedulerOptions.DEFAULT);
  private final Map<String, Question> questionByPod = new TreeMap<>();
  private final Map<String, String> nodeByPod = new TreeMap<>();
  private final List<String> stopped = new ArrayList<>();
  private final Map<String, String> whyByPod = new TreeMap<>();
  private final Map<String, PodState> pods = new TreeMap<>();
  private Instant now = Instant.EPOCH;

  private static Extender extender(
      String url, String filter, String prioritize, boolean ignorable) {
    return extender(new Extender.Verbs(filter, prioritize, "", ""), url, ignorable);
  }

  private static Extender extender(Extender.Verbs verbs, String url, boolean ignorable) {
    return new Extender(url, verbs, 5, CONNECTION, List.of("nvidia.com/gpu"), ignorable);
  }

  private void begin(Extender... extenders) {
    core = Texts.core(extenders);
    tell(new SchedulerEvent.Synced());
    for (var node : List.of("node a gpus=4", "node b gpus=4", "node c gpus=4")) {
      tell(Texts.node(Texts.words(node)));
    }
  }

  private void tell(SchedulerEvent event) {
    for (var command : core.on(List.of(event), now)) {
      switch (command) {
        case SchedulerCommand.AskExtender ask ->
            questionByPod.put(ask.pod().name(), ask.question());
        case SchedulerCommand.BindPod bind -> {
          nodeByPod.put(bind.pod().name(), bind.node());
          var pod = Objects.requireNonNull(pods.get(bind.pod().name()));
          tell(new SchedulerEvent.PodSeen(pod.on(bind.node())));
        }
        case SchedulerCommand.CommitGang commit ->
            tell(new SchedulerEvent.GangCommitted(commit.gang()));
        case SchedulerCommand.EvictPod evict -> stopped.add(evict.pod().name());
        case SchedulerCommand.ReportPod report ->
            whyByPod.put(report.pod().name(), report.why().message());
        default -> {}
      }
    }
  }

  private void pod(String words) {
    var pod = Texts.pod(Texts.words("pod " + words), now);
    pods.put(pod.key().name(), pod);
    tell(new SchedulerEvent.PodSeen(pod));
  }

  private Question question(String pod) {
    return Objects.requireNonNull(questionByPod.remove(pod), "nothing was asked");
  }

  private void answer(String pod, Question question, Answer answer) {
    tell(
        new SchedulerEvent.ExtenderAnswered(
            new ObjectKey("default", pod), question.number(), answer));
  }

  private void advance(long seconds) {
    now = now.plusSeconds(seconds);
    tell(new SchedulerEvent.Woken());
  }

  private static Answer.Filtered only(String... nodes) {
    return new Answer.Filtered(
        List.of(nodes), new TreeMap<>(Map.of("a", "node(s) had no cable")), new TreeMap<>());
  }

  @Test
  void thoseWhoAreAskedDecideTogether() {
    begin(extender("http://one", "filter", "", false), extender("http://two", "f", "p", false));
    pod("train gpus=1");
    var first = question("train");
    assertEquals("http://one", first.extender().urlPrefix());
    assertEquals(List.of("a", "b", "c"), first.nodes());
    answer("train", first, only("b", "c"));
    var second = question("train");
    assertEquals("f", second.verb());
    assertEquals(List.of("b", "c"), second.nodes());
    answer("train", second, only("b", "c"));
    var third = question("train");
    assertEquals(Question.Topic.PRIORITIZE, third.topic());
    answer("train", third, new Answer.Prioritized(new TreeMap<>(Map.of("c", 9L, "b", 1L))));
    assertEquals(Map.of("train", "c"), nodeByPod);
  }

  @Test
  void othersArePlacedMeanwhile() {
    begin(extender("http://one", "filter", "", false));
    pod("train gpus=1");
    pod("web cpu=1");
    assertEquals("a", nodeByPod.get("web"));
    assertTrue(whyByPod.isEmpty());
    answer("train", question("train"), only("b"));
    assertEquals("b", nodeByPod.get("train"));
  }

  @Test
  void whoRefusesIsARuleOfItsOwn() {
    begin(extender("http://one", "filter", "", false));
    pod("train gpus=1");
    answer("train", question("train"), only());
    assertEquals(
        "0/3 nodes are available: 1 node(s) had no cable, 2 node(s) didn't pass the extender."
            + " preemption: 0/3 nodes are available: 3 No preemption victims found for incoming"
            + " pod.",
        whyByPod.get("train"));
    advance(20);
    assertTrue(questionByPod.isEmpty(), "nothing has changed");
    tell(Texts.node(Texts.words("node d gpus=4")));
    advance(20);
    answer("train", question("train"), only("d"));
    assertEquals("d", nodeByPod.get("train"));
  }

  @Test
  void withoutAnAnswerAPodWaitsAndAsksAgain() {
    begin(extender("http://one", "filter", "", false));
    pod("train gpus=1");
    answer("train", question("train"), new Answer.Failed("no answer came in time"));
    assertTrue(
        String.valueOf(whyByPod.get("train"))
            .contains("3 extender http://one failed: no answer came in time"),
        whyByPod::toString);
    assertTrue(questionByPod.isEmpty());
    advance(10);
    answer("train", question("train"), only("b"));
    assertEquals("b", nodeByPod.get("train"));
  }

  @Test
  void whoCanBeIgnoredIsNotMissed() {
    begin(extender("http://one", "filter", "", true), extender("http://two", "", "p", false));
    pod("train gpus=1");
    answer("train", question("train"), new Answer.Failed("gone"));
    answer("train", question("train"), new Answer.Failed("gone too"));
    assertEquals(1, nodeByPod.size());
  }

  @Test
  void answersThatComeTooLateAreLost() {
    begin(extender("http://one", "filter", "", false));
    pod("train gpus=1");
    var old = question("train");
    pod("train gpus=2");
    var fresh = question("train");
    answer("train", old, only("b"));
    assertTrue(nodeByPod.isEmpty());
    answer("train", fresh, only("c"));
    assertEquals("c", nodeByPod.get("train"));
  }

  @Test
  void nodesThatFillUpMeanwhileAreNotTaken() {
    begin(extender("http://one", "filter", "", false));
    pod("train gpus=4");
    var asked = question("train");
    pod("other gpus=1 on=b");
    answer("train", asked, only("b"));
    assertTrue(nodeByPod.isEmpty());
    assertTrue(String.valueOf(whyByPod.get("train")).startsWith("0/3 nodes"), whyByPod::toString);
  }

  @Test
  void nodesThatCameMeanwhileAreAskedAbout() {
    begin(extender("http://one", "filter", "", false));
    pod("train gpus=1");
    var asked = question("train");
    tell(Texts.node(Texts.words("node d gpus=4")));
    answer("train", asked, only());
    var again = question("train");
    assertEquals(List.of("a", "b", "c", "d"), again.nodes());
    answer("train", again, only("d"));
    assertEquals("d", nodeByPod.get("train"));
  }

  private static Answer.Preempted may(String node, String... uids) {
    return new Answer.Preempted(new TreeMap<>(Map.of(node, List.of(uids))));
  }

  private void beginWithVictims() {
    begin(extender(new Extender.Verbs("", "", "", "preempt"), "http://one", false));
    pod("v1 gpus=4 on=a");
    pod("v2 gpus=2 on=b");
    pod("v3 gpus=2 on=b");
    pod("v4 gpus=4 on=c priority=3");
    pod("urgent gpus=4 priority=9");
  }

  @Test
  void extendersSayWhoMayStop() {
    beginWithVictims();
    var asked = question("urgent");
    assertEquals(Question.Topic.PREEMPT, asked.topic());
    assertEquals(List.of("a", "b", "c"), asked.nodes());
    assertTrue(stopped.isEmpty());
    answer("urgent", asked, may("c", "uid-v4"));
    assertEquals(List.of("v4"), stopped);
    assertTrue(
        String.valueOf(whyByPod.get("urgent")).contains("room is being made on node c"),
        whyByPod::toString);
  }

  @Test
  void whereNobodyMayStopNobodyDoes() {
    beginWithVictims();
    answer("urgent", question("urgent"), new Answer.Preempted(new TreeMap<>()));
    assertTrue(stopped.isEmpty());
    assertTrue(String.valueOf(whyByPod.get("urgent")).startsWith("0/3"), whyByPod::toString);
  }

  @Test
  void withoutAWordNobodyStops() {
    beginWithVictims();
    answer("urgent", question("urgent"), may("a", "uid-of-somebody-else"));
    assertTrue(stopped.isEmpty());
    assertTrue(
        String.valueOf(whyByPod.get("urgent"))
            .contains("it names pods on node a that it was not asked about"),
        whyByPod::toString);
    advance(10);
    answer("urgent", question("urgent"), may("a", "uid-v1"));
    assertEquals(List.of("v1"), stopped);
  }

  private void gang(String words) {
    tell(new SchedulerEvent.GangSeen(Texts.gang(Texts.words("gang " + words), now)));
  }

  @Test
  void gangIsTriedOnceAllIsSaidOfItsPods() {
    begin(extender("http://one", "filter", "", false));
    gang("train min=3");
    pod("train-0 gpus=4 gang=train");
    pod("train-1 gpus=4 gang=train");
    assertTrue(questionByPod.isEmpty(), "it is not complete");
    pod("train-2 gpus=4 gang=train");
    var first = question("train-0");
    assertEquals(List.of("a", "b", "c"), first.nodes());
    answer("train-0", first, only("c"));
    answer("train-1", question("train-1"), only("a", "b", "c"));
    assertTrue(nodeByPod.isEmpty(), "one answer is missing");
    answer("train-2", question("train-2"), only("b", "c"));
    assertEquals(Map.of("train-0", "c", "train-1", "a", "train-2", "b"), nodeByPod);
  }

  @Test
  void gangWaitsAndAsksAgainWhereThereIsNoAnswer() {
    begin(extender("http://one", "filter", "", false));
    gang("train min=2");
    pod("train-0 gpus=1 gang=train");
    pod("train-1 gpus=1 gang=train");
    answer("train-0", question("train-0"), only("a", "b"));
    answer("train-1", question("train-1"), new Answer.Failed("no route"));
    assertTrue(nodeByPod.isEmpty());
    var why = Objects.requireNonNull(whyByPod.get("train-0"));
    assertTrue(why.contains("1 of 2 pods of the gang fit"), why);
    assertTrue(why.contains("extender http://one failed: no route"), why);
    advance(1);
    answer("train-0", question("train-0"), only("a"));
    answer("train-1", question("train-1"), only("b"));
    assertEquals(Map.of("train-0", "a", "train-1", "b"), nodeByPod);
  }
}
