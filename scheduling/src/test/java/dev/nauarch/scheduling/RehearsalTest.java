package dev.nauarch.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RehearsalTest {

  private static final List<SchedulerEvent> PRESENT =
      events(
          "node a cpu=4", "node b cpu=4", "pod low cpu=4 on=a", "pod equal cpu=2 priority=5 on=b");

  private static List<SchedulerEvent> events(String... lines) {
    var events = new ArrayList<SchedulerEvent>();
    for (var line : lines) {
      var words = Texts.words(line);
      events.add(
          words.getFirst().equals("node")
              ? Texts.node(words)
              : new SchedulerEvent.PodSeen(Texts.pod(words, Instant.EPOCH)));
    }
    return events;
  }

  private static Rehearsal.Outcome rehearse(List<SchedulerEvent> present, String... lines) {
    var pods = events(lines).stream().map(event -> ((SchedulerEvent.PodSeen) event).pod()).toList();
    return new Rehearsal(SchedulerOptions.DEFAULT, present, Instant.EPOCH)
        .pods(Rehearsal.Coming.of(pods));
  }

  @Test
  void whatFitsHasItsPlaces() {
    var outcome = rehearse(PRESENT, "pod x cpu=1", "pod y cpu=1");
    assertEquals(Map.of("b", 2), outcome.podsByNode());
    assertTrue(outcome.why().isEmpty());
  }

  @Test
  void whoWouldHaveToStopIsNamedAndWhoWaitsIsToldWhy() {
    var outcome = rehearse(PRESENT, "pod x cpu=4 priority=5");
    assertEquals(Set.of(new ObjectKey("default", "low")), outcome.victims());
    assertEquals("InsufficientResources", outcome.why().orElseThrow().cause());
  }

  @Test
  void whatNeverFitsDoesNotFitAnEmptyClusterEither() {
    var empty = Rehearsal.withoutWork(PRESENT);
    assertTrue(rehearse(empty, "pod x cpu=4", "pod y cpu=4").why().isEmpty());
    var why = rehearse(empty, "pod x cpu=5").why().orElseThrow();
    assertEquals(
        List.of("ask for at most 4 cpu: then 2 nodes are possible, a among them"),
        why.relaxations());
  }

  @Test
  void whatWaitsAlreadyComesFirst() {
    var present = new ArrayList<>(PRESENT);
    present.addAll(events("pod waits cpu=2"));
    assertTrue(rehearse(present, "pod x cpu=1").why().isPresent());
  }
}
