package dev.nauarch.nodeagent.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.quota.PodAmounts;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of a pod on its node that is resized. */
class ResizeTest {
  private static final NodeFacts NODE =
      new NodeFacts("10.0.0.1", "simulated", Duration.ofSeconds(30));

  private final List<String> told = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private PodStatus status = new PodStatus();

  private static Pod pod(long generation, String cpu, String policy) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace("default")
        .withName("p")
        .withUid("u")
        .withGeneration(generation)
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy("Always")
        .addNewContainer()
        .withName("main")
        .withImage("host")
        .addNewResizePolicy("cpu", policy)
        .withNewResources()
        .addToRequests("cpu", new Quantity(cpu))
        .addToLimits("cpu", new Quantity("8"))
        .endResources()
        .endContainer()
        .endSpec()
        .build();
  }

  private List<PodCommand> tell(PodCore core, PodEvent... events) {
    var commands = new ArrayList<PodCommand>();
    for (var command : core.on(List.of(events), now)) {
      switch (command) {
        case PodCommand.Publish(var written) -> status = written;
        case PodCommand.WakeAt w -> {}
        case PodCommand.Tell(var type, var reason, var message) ->
            told.add(type + " " + reason + " " + message);
        default -> commands.add(command);
      }
    }
    return commands;
  }

  private PodCore running(String policy) {
    var core = new PodCore(pod(1, "1", policy), NODE);
    tell(core, new PodEvent.VolumesReady());
    tell(core, new PodEvent.SandboxReady(List.of("10.1.1.1")));
    tell(core, new PodEvent.Started("main", 0, "id-0", now));
    told.clear();
    return core;
  }

  private String setAside() {
    return String.valueOf(
        status.getContainerStatuses().getFirst().getAllocatedResources().get("cpu"));
  }

  private String has() {
    var resources = status.getContainerStatuses().getFirst().getResources();
    return String.valueOf(resources.getRequests().get("cpu"));
  }

  private String condition(String type) {
    return status.getConditions().stream()
        .filter(each -> each.getType().equals(type))
        .map(each -> each.getReason() + " " + each.getObservedGeneration())
        .findFirst()
        .orElse("none");
  }

  @Test
  void aContainerGetsMoreInPlaceOnceTheNodeHasRoom() {
    var core = running("NotRequired");
    assertEquals(
        List.of(new PodCommand.AskRoom(2)),
        tell(core, new PodEvent.Desired(pod(2, "2", "NotRequired"))));
    assertEquals("1", setAside());
    assertEquals(2, status.getObservedGeneration());
    assertEquals(List.of(), tell(core, new PodEvent.RoomAnswered(2, new Room.Enough())));
    assertEquals("2", setAside());
    assertEquals("2", has());
    assertEquals(0, status.getContainerStatuses().getFirst().getRestartCount());
    assertEquals("none", condition("PodResizeInProgress"));
    var resources = "{\"limits\":{\"cpu\":\"8\"},\"requests\":{\"cpu\":\"2\"}}";
    var summary =
        "{\"containers\":[{\"name\":\"main\",\"resources\":" + resources + "}],\"generation\":2}";
    assertEquals(
        List.of(
            "Normal ResizeStarted Pod resize started: " + summary,
            "Normal ResizeCompleted Pod resize completed: " + summary),
        told);
  }

  @Test
  void aContainerWhosePolicySaysSoRestartsAtOnceAndWithoutBackOff() {
    var core = running("RestartContainer");
    tell(core, new PodEvent.Desired(pod(2, "2", "RestartContainer")));
    assertEquals(
        List.of(new PodCommand.Stop("main", 0, Duration.ofSeconds(30))),
        tell(core, new PodEvent.RoomAnswered(2, new Room.Enough())));
    assertEquals("2", setAside());
    assertEquals("1", has());
    assertEquals("null 2", condition("PodResizeInProgress"));
    now = now.plusSeconds(1);
    var exit = new Exit("id-0", 143, "Error", "", now.minusSeconds(1), now);
    assertEquals(
        List.of(new PodCommand.Start("main", 1)), tell(core, new PodEvent.Ended("main", 0, exit)));
    tell(core, new PodEvent.Started("main", 1, "id-1", now));
    assertEquals("2", has());
    assertEquals(1, status.getContainerStatuses().getFirst().getRestartCount());
    assertEquals("none", condition("PodResizeInProgress"));
    assertTrue(told.getLast().startsWith("Normal ResizeCompleted"), told::toString);
    // It counts as no crash: the next one starts again at once as well.
    var crash = new Exit("id-1", 1, "Error", "", now, now);
    assertEquals(
        List.of(new PodCommand.Start("main", 2)), tell(core, new PodEvent.Ended("main", 1, crash)));
  }

  @Test
  void aResizeThatWaitsKeepsWhatThereIsAndIsToldOnce() {
    var core = running("NotRequired");
    tell(core, new PodEvent.Desired(pod(2, "7", "NotRequired")));
    tell(core, new PodEvent.RoomAnswered(2, new Room.Lacking("used: 3")));
    tell(core, new PodEvent.RoomAnswered(2, new Room.Lacking("used: 2")));
    assertEquals("Deferred 2", condition("PodResizePending"));
    assertEquals("1", setAside());
    assertEquals(1, told.size(), told::toString);
    assertTrue(told.getFirst().startsWith("Warning ResizeDeferred Pod resize Deferred: {"));
    assertTrue(told.getFirst().endsWith("\"error\":\"used: 3\"}"), told::toString);
    tell(core, new PodEvent.Desired(pod(3, "99", "NotRequired")));
    tell(core, new PodEvent.RoomAnswered(3, new Room.Never("capacity: 8")));
    assertEquals("Infeasible 3", condition("PodResizePending"));
    tell(core, new PodEvent.Desired(pod(4, "1", "NotRequired")));
    assertEquals("none", condition("PodResizePending"));
    assertEquals("1", setAside());
  }

  @Test
  void anAnswerToAnEarlierQuestionIsNone() {
    var core = running("NotRequired");
    tell(core, new PodEvent.Desired(pod(2, "7", "NotRequired")));
    tell(core, new PodEvent.Desired(pod(3, "6", "NotRequired")));
    tell(core, new PodEvent.RoomAnswered(2, new Room.Enough()));
    assertEquals("1", setAside());
  }

  @Test
  void anAgentThatStartsGoesByWhatTheStatusSaysIsSetAside() {
    tell(running("NotRequired"), new PodEvent.Due());
    var later = new PodBuilder(pod(2, "2", "NotRequired")).withStatus(status).build();
    var core = new PodCore(later, NODE);
    var found = new PodEvent.Found("main", 0, "id-0", now, Optional.empty());
    assertEquals(
        List.of(new PodCommand.AskRoom(2)),
        tell(core, new PodEvent.Adopted(List.of("10.1.1.1"), List.of(found))));
    assertEquals("1", setAside());
    assertEquals(
        new Quantity("1"),
        PodAmounts.requestsWithOverhead(core.allotment().applied(later).getSpec())
            .quantities()
            .get("cpu"));
    tell(core, new PodEvent.RoomAnswered(2, new Room.Enough()));
    assertEquals("2", has());
  }

  @Test
  void aPodThatIsDeletedMeanwhileEndsAsAnyOther() {
    var core = running("RestartContainer");
    tell(core, new PodEvent.Desired(pod(2, "2", "RestartContainer")));
    tell(core, new PodEvent.RoomAnswered(2, new Room.Enough()));
    var deleted =
        new PodBuilder(pod(2, "2", "RestartContainer"))
            .editMetadata()
            .withDeletionTimestamp(now.toString())
            .withDeletionGracePeriodSeconds(1L)
            .endMetadata()
            .build();
    tell(core, new PodEvent.Desired(deleted));
    var exit = new Exit("id-0", 143, "Error", "", now, now);
    assertEquals(
        List.of(new PodCommand.TearDown()), tell(core, new PodEvent.Ended("main", 0, exit)));
    assertEquals("none", condition("PodResizeInProgress"));
  }
}
