package dev.nauarch.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.device.DeviceEvent;
import dev.nauarch.scheduling.model.DeviceNeeds;
import dev.nauarch.scheduling.model.ExtendedNeeds;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.queue.QueueCommand;
import dev.nauarch.scheduling.queue.QueueEvent;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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

  /**
   * A job of so many pods with a claim each, through a queue, with a device on each of two nodes.
   */
  private static Rehearsal.Outcome rehearseQueued(int pods) {
    var present = new ArrayList<>(events("node a cpu=4", "node b cpu=4"));
    present.add(new SchedulerEvent.NamespaceSeen("default", new TreeMap<>()));
    var claims = new GangClaims();
    claims.addDevices(
        List.of("a", "b"), 1, event -> present.add(new SchedulerEvent.ForDevices(event)));
    var queues = new QueueScenario((what, more) -> {});
    present.addAll(queues.queue(Texts.words("queue default")));
    present.addAll(queues.carryOut(new QueueCommand.CreateFlavor("default"), Instant.EPOCH));
    var job =
        ((QueueEvent.JobSeen) queued(queues.job(Texts.words("job train pods=" + pods)))).job();
    var create = new QueueCommand.CreateWorkload(job.ref(), job.queue());
    var workload =
        ((QueueEvent.WorkloadSeen) queued(queues.carryOut(create, Instant.EPOCH).getFirst()))
            .workload();
    var made = new ArrayList<ResourceClaim>();
    var coming = new ArrayList<PodState>();
    for (var pod : queues.pods(job.ref().key(), workload.key(), Instant.EPOCH)) {
      claims.create(
          pod.key().name(), pod.uid(), event -> made.add(((DeviceEvent.ClaimSeen) event).claim()));
      var use = new DeviceNeeds.Use(pod.key(), "device", "");
      var needs = new DeviceNeeds(List.of(use), false, ExtendedNeeds.NONE);
      coming.add(Pods.like(pod, pod.uid(), needs));
    }
    return new Rehearsal(SchedulerOptions.DEFAULT, present, Instant.EPOCH)
        .job(job, workload, new Rehearsal.Coming(List.of(), List.of(), made, coming));
  }

  private static QueueEvent queued(SchedulerEvent event) {
    return ((SchedulerEvent.ForQueue) event).event();
  }

  @Test
  void queuedJobHasItsPlacesAndItsDevicesAsAnyOther() {
    var outcome = rehearseQueued(2);
    assertEquals(Map.of("a", 1, "b", 1), outcome.podsByNode());
    assertTrue(outcome.why().isEmpty(), outcome.why()::toString);
  }

  @Test
  void queuedJobForWhichThereAreTooFewDevicesWouldWait() {
    var outcome = rehearseQueued(3);
    assertEquals(Map.of("a", 1, "b", 1), outcome.podsByNode());
    assertEquals(
        "0/2 nodes are available: 2 cannot allocate all claims.",
        outcome.why().orElseThrow().message().replaceFirst(" (still|preemption).*", ""));
  }
}
