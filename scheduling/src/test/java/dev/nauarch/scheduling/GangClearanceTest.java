package dev.nauarch.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.extender.Answer;
import dev.nauarch.scheduling.extender.Extender;
import dev.nauarch.scheduling.extender.Question;
import dev.nauarch.scheduling.extender.Question.Victim;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** How gangs wait for the word of extenders on who stops for them, and what comes of it. */
class GangClearanceTest {

  private record Asked(ObjectKey pod, Question question) {}

  private final Queue<Asked> asked = new ArrayDeque<>();
  private final List<String> stopped = new ArrayList<>();
  private final Map<String, String> nominatedByPod = new TreeMap<>();
  private final Map<String, String> whyByPod = new TreeMap<>();
  private SchedulerCore core = new SchedulerCore(SchedulerOptions.DEFAULT);
  private Instant now = Instant.EPOCH;

  private static Extender extender(String url, boolean ignorable) {
    return new Extender(
        url,
        new Extender.Verbs("", "", "", "preempt"),
        1,
        new Extender.Connection(Duration.ofSeconds(1), true, Optional.empty()),
        List.of("nvidia.com/gpu"),
        ignorable);
  }

  /** Three nodes, full with pods of which that on c is dearest, and a gang of two. */
  private void begin(Extender... extenders) {
    begin(List.of("low-a gpus=4 on=a", "low-b gpus=4 on=b"), extenders);
  }

  private void begin(List<String> running, Extender... extenders) {
    core = Texts.core(extenders);
    tell(new SchedulerEvent.Synced());
    for (var node : List.of("a", "b", "c")) {
      tell(Texts.node(Texts.words("node " + node + " gpus=4")));
    }
    tell(new SchedulerEvent.GangSeen(Texts.gang(Texts.words("gang pair whole"), now)));
    running.forEach(this::pod);
    pod("low-c gpus=4 on=c priority=1");
    tell(new SchedulerEvent.GangSeen(Texts.gang(Texts.words("gang train min=2"), now)));
    pod("train-0 gpus=4 gang=train priority=5");
    pod("train-1 gpus=4 gang=train priority=5");
  }

  private void pod(String words) {
    tell(new SchedulerEvent.PodSeen(Texts.pod(Texts.words("pod " + words), now)));
  }

  private void tell(SchedulerEvent event) {
    for (var command : core.on(List.of(event), now)) {
      switch (command) {
        case SchedulerCommand.AskExtender ask -> asked.add(new Asked(ask.pod(), ask.question()));
        case SchedulerCommand.EvictPod evict -> stopped.add(evict.pod().name());
        case SchedulerCommand.NominateNode(var pod, var node) ->
            nominatedByPod.put(pod.name(), node);
        case SchedulerCommand.ReportPod report ->
            whyByPod.put(report.pod().name(), report.why().message());
        default -> {}
      }
    }
  }

  private void advance(long seconds) {
    now = now.plusSeconds(seconds);
    tell(new SchedulerEvent.Woken());
  }

  /** Answers the only question, which is about these pods by their nodes. */
  private void answer(Map<String, String> about, Answer answer) {
    var one = Objects.requireNonNull(asked.poll(), "nobody is asked");
    assertTrue(asked.isEmpty(), "it is asked once for all");
    var victims = new TreeMap<String, String>();
    one.question()
        .victimsByNode()
        .forEach(
            (node, all) ->
                victims.put(
                    node,
                    String.join(
                        ",", all.pods().stream().map(Victim::pod).map(ObjectKey::name).toList())));
    assertEquals(about, victims);
    tell(new SchedulerEvent.ExtenderAnswered(one.pod(), one.question().number(), answer));
  }

  private static Answer may(String... nodes) {
    var uidsByNode = new TreeMap<String, List<String>>();
    for (var node : nodes) {
      uidsByNode.put(node, List.of("uid-low-" + node));
    }
    return new Answer.Preempted(uidsByNode);
  }

  private void assertSaid(String words) {
    var why = Objects.requireNonNull(whyByPod.get("train-0"));
    assertTrue(why.contains(words), why);
  }

  @Test
  void extenderIsAskedOnceAboutAllWhoWouldStop() {
    begin(extender("http://one", false));
    assertEquals(List.of(), stopped);
    answer(Map.of("a", "low-a", "b", "low-b"), may("a", "b"));
    assertEquals(List.of("low-a", "low-b"), stopped);
    assertEquals(new TreeSet<>(List.of("a", "b")), new TreeSet<>(nominatedByPod.values()));
    assertSaid("room is being made by stopping 2 pods of lower priority.");
    assertTrue(asked.isEmpty());
  }

  @Test
  void nodeThatIsStruckOutIsNotClearedAndOthersAreAskedAbout() {
    begin(extender("http://one", false));
    answer(Map.of("a", "low-a", "b", "low-b"), may("a"));
    assertEquals(List.of(), stopped);
    answer(Map.of("a", "low-a", "c", "low-c"), may("a", "c"));
    assertEquals(List.of("low-a", "low-c"), new ArrayList<>(new TreeSet<>(stopped)));
  }

  @Test
  void whereTooFewNodesAreLeftNobodyStops() {
    begin(extender("http://one", false));
    answer(Map.of("a", "low-a", "b", "low-b"), may());
    assertEquals(List.of(), stopped);
    assertSaid("nobody stops: an extender leaves too few who may.");
    assertTrue(nominatedByPod.isEmpty());
    // What it said counts for this attempt only.
    tell(Texts.node(Texts.words("node d gpus=1")));
    advance(20);
    answer(Map.of("a", "low-a", "b", "low-b"), may("a", "b"));
    assertEquals(List.of("low-a", "low-b"), stopped);
  }

  @Test
  void groupThatStopsWholeIsSparedWhole() {
    begin(
        List.of(
            "pair-0 gpus=2 gang=pair on=a", "pair-1 gpus=2 gang=pair on=a", "low-b gpus=4 on=b"),
        extender("http://one", false));
    var answer =
        new Answer.Preempted(
            new TreeMap<>(Map.of("a", List.of("uid-pair-0"), "b", List.of("uid-low-b"))));
    answer(Map.of("a", "pair-0,pair-1", "b", "low-b"), answer);
    assertEquals(List.of("low-b"), stopped);
  }

  @Test
  void eachExtenderIsAskedAboutWhatTheOneBeforeHasLeft() {
    begin(extender("http://one", false), extender("http://two", false));
    answer(Map.of("a", "low-a", "b", "low-b"), may("a", "b"));
    assertEquals(List.of(), stopped);
    answer(Map.of("a", "low-a", "b", "low-b"), may("a", "b"));
    assertEquals(List.of("low-a", "low-b"), stopped);
  }

  @Test
  void withoutAnAnswerNobodyStopsAndItIsAskedAgain() {
    begin(extender("http://one", false));
    answer(Map.of("a", "low-a", "b", "low-b"), new Answer.Failed("no route"));
    assertEquals(List.of(), stopped);
    assertSaid("nobody stops: extender http://one failed: no route.");
    advance(1);
    answer(Map.of("a", "low-a", "b", "low-b"), may("a", "b"));
    assertEquals(List.of("low-a", "low-b"), stopped);
  }

  @Test
  void extenderThatCanBeIgnoredIsNotMissed() {
    begin(extender("http://one", true));
    answer(Map.of("a", "low-a", "b", "low-b"), new Answer.Failed("no route"));
    assertEquals(List.of("low-a", "low-b"), stopped);
  }

  @Test
  void whereThePodIsGoneInWhoseNameItWasAskedItIsAskedAnew() {
    begin(extender("http://one", false));
    pod("train-2 gpus=4 gang=train priority=5");
    tell(new SchedulerEvent.PodGone(new ObjectKey("default", "train-0")));
    asked.poll();
    answer(Map.of("a", "low-a", "b", "low-b"), may("a", "b"));
    assertEquals(List.of("low-a", "low-b"), stopped);
  }
}
