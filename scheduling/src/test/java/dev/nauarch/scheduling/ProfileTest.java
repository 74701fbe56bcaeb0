package dev.nauarch.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.scheduling.model.Filter;
import dev.nauarch.scheduling.model.NodeTerm;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.Policy;
import dev.nauarch.scheduling.model.Profile;
import dev.nauarch.scheduling.model.Requirement;
import dev.nauarch.scheduling.model.Weights;
import dev.nauarch.scheduling.translate.PodTranslation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProfileTest {

  private static final NodeTerm POOL =
      new NodeTerm(List.of(Requirement.equal("pool", "batch")), List.of(), 0);

  private static final Policy PACKING = Policy.DEFAULT.with(new Weights(0, 0, 1, 0, true, 0, 0, 0));

  private static final SchedulerOptions OPTIONS =
      new SchedulerOptions(
          List.of(
              Profile.of("default-scheduler"),
              new Profile("packing", PACKING, List.of(POOL), List.of())),
          SchedulerOptions.DEFAULT.backoffFirst(),
          SchedulerOptions.DEFAULT.backoffMax(),
          SchedulerOptions.DEFAULT.parkedMax());

  private static PodState pod(String name, String scheduler, String node) {
    return PodTranslation.of(
        Pods.named(name)
            .editSpec()
            .withSchedulerName(scheduler)
            .withNodeName(node)
            .endSpec()
            .build(),
        OPTIONS);
  }

  private static List<SchedulerEvent> present() {
    var events = new ArrayList<SchedulerEvent>();
    for (var node : List.of("node a cpu=4 pool=batch", "node b cpu=4 pool=batch", "node c cpu=4")) {
      events.add(Texts.node(Texts.words(node)));
    }
    events.add(new SchedulerEvent.PodSeen(pod("there", "", "b")));
    return events;
  }

  private static Map<String, Integer> placesOf(String scheduler, int count) {
    var pods = new ArrayList<PodState>();
    for (var i = 0; i < count; i++) {
      pods.add(pod("p" + i, scheduler, ""));
    }
    return new Rehearsal(OPTIONS, present(), Instant.EPOCH)
        .pods(Rehearsal.Coming.of(pods))
        .podsByNode();
  }

  @Test
  void podsGoWhereTheirProfileSendsThem() {
    assertEquals(Map.of("a", 1, "c", 1), placesOf("default-scheduler", 2));
    assertEquals(Map.of("b", 3), placesOf("packing", 3));
    assertEquals(Map.of("a", 4, "b", 3), placesOf("packing", 8));
  }

  @Test
  void portsAndDisksMayBeSharedWhereTheRulesAreOff() {
    var careless =
        new SchedulerOptions(
            List.of(
                new Profile(
                    "default-scheduler",
                    Policy.DEFAULT.without(List.of(Filter.NODE_PORTS, Filter.VOLUME_RESTRICTIONS)),
                    List.of(),
                    List.of())),
            SchedulerOptions.DEFAULT.backoffFirst(),
            SchedulerOptions.DEFAULT.backoffMax(),
            SchedulerOptions.DEFAULT.parkedMax());
    for (var options : List.of(SchedulerOptions.DEFAULT, careless)) {
      var pods = List.of(greedy("p", options), greedy("q", options));
      var present = List.<SchedulerEvent>of(Texts.node(Texts.words("node a cpu=4")));
      var outcome = new Rehearsal(options, present, Instant.EPOCH).pods(Rehearsal.Coming.of(pods));
      assertEquals(Map.of("a", options.equals(careless) ? 2 : 1), outcome.podsByNode());
    }
  }

  /** A pod that takes a port and a disk for itself. */
  private static PodState greedy(String name, SchedulerOptions options) {
    return PodTranslation.of(
        Pods.named(name)
            .editSpec()
            .editFirstContainer()
            .addNewPort()
            .withContainerPort(80)
            .withHostPort(80)
            .endPort()
            .endContainer()
            .addNewVolume()
            .withName("disk")
            .withNewGcePersistentDisk()
            .withPdName("disk")
            .endGcePersistentDisk()
            .endVolume()
            .endSpec()
            .build(),
        options);
  }

  @Test
  void podsOfOtherSchedulersAreLeftAlone() {
    assertTrue(placesOf("other", 1).isEmpty());
    assertEquals(false, pod("p", "other", "").waits());
  }
}
