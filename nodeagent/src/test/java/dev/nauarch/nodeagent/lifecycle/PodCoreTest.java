package dev.nauarch.nodeagent.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PodCoreTest {
  private static final NodeFacts NODE =
      new NodeFacts("10.0.0.1", "process", Duration.ofSeconds(30));

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private PodStatus status = new PodStatus();

  private static PodBuilder pod(String restartPolicy) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace("default")
        .withName("p")
        .withUid("u")
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy(restartPolicy)
        .addNewContainer()
        .withName("main")
        .withImage("host")
        .endContainer()
        .endSpec();
  }

  /** Tells the core something; keeps the last status and gives the other commands. */
  private List<PodCommand> tell(PodCore core, PodEvent... events) {
    var commands = new ArrayList<PodCommand>();
    for (var command : core.on(List.of(events), now)) {
      switch (command) {
        case PodCommand.Publish(var written) -> status = written;
        case PodCommand.WakeAt w -> {}
        case PodCommand.Tell t -> {}
        default -> commands.add(command);
      }
    }
    return commands;
  }

  private PodCore ready(Pod pod) {
    var core = new PodCore(pod, NODE);
    assertEquals(List.of(new PodCommand.PrepareVolumes()), tell(core, new PodEvent.Due()));
    assertEquals(List.of(new PodCommand.RunSandbox()), tell(core, new PodEvent.VolumesReady()));
    return core;
  }

  private PodCore running(Pod pod) {
    var core = ready(pod);
    var start = new PodCommand.Start("main", 0);
    assertEquals(List.of(start), tell(core, new PodEvent.SandboxReady(List.of("10.1.1.1"))));
    tell(core, new PodEvent.Started("main", 0, "id-0", now));
    return core;
  }

  private PodEvent ended(int attempt, int code) {
    return new PodEvent.Ended(
        "main", attempt, new Exit("id-" + attempt, code, "Error", "", now, now));
  }

  private String condition(String type) {
    return status.getConditions().stream()
        .filter(c -> c.getType().equals(type))
        .map(c -> c.getStatus())
        .findFirst()
        .orElse("");
  }

  @Test
  void aPodIsReadyOnceItsContainersRun() {
    running(pod("Always").build());
    assertEquals("Running", status.getPhase());
    assertEquals("10.1.1.1", status.getPodIP());
    assertEquals("True", condition("Ready"));
    assertEquals("True", condition("PodReadyToStartContainers"));
  }

  @Test
  void whatOthersSayAgainstAReadyPodIsSetRight() {
    var core = running(pod("Always").build());
    var denied = pod("Always").withStatus(new PodStatusBuilder(status).build()).build();
    denied.getStatus().getConditions().stream()
        .filter(each -> each.getType().equals("Ready"))
        .forEach(each -> each.setStatus("False"));
    var said = status;
    status = new PodStatus();
    now = now.plusSeconds(60);
    tell(core, new PodEvent.Desired(denied));
    assertEquals("", condition("Ready"));
    now = now.plusSeconds(9);
    tell(core, new PodEvent.Due());
    assertEquals("", condition("Ready"));
    now = now.plusSeconds(1);
    tell(core, new PodEvent.Due());
    assertEquals("True", condition("Ready"));

    tell(core, new PodEvent.Desired(pod("Always").withStatus(said).build()));
    status = new PodStatus();
    now = now.plusSeconds(60);
    tell(core, new PodEvent.Due());
    assertEquals("", condition("Ready"));
  }

  @Test
  void aContainerThatFailsStartsAgainAtOnceThenEverLater() {
    var core = running(pod("OnFailure").build());
    assertEquals(List.of(new PodCommand.Start("main", 1)), tell(core, ended(0, 1)));
    tell(core, new PodEvent.Started("main", 1, "id-1", now));
    assertEquals(List.of(), tell(core, ended(1, 1)));
    var waiting = status.getContainerStatuses().getFirst().getState().getWaiting();
    assertEquals("CrashLoopBackOff", waiting.getReason());
    assertTrue(waiting.getMessage().startsWith("back-off 10s"), waiting.getMessage());
    assertEquals("Running", status.getPhase());
    now = now.plusSeconds(9);
    assertEquals(List.of(), tell(core, new PodEvent.Due()));
    now = now.plusSeconds(1);
    assertEquals(List.of(new PodCommand.Start("main", 2)), tell(core, new PodEvent.Due()));
    assertEquals(2, status.getContainerStatuses().getFirst().getRestartCount());
  }

  @Test
  void aPodThatNeverRestartsFailsAndIsTakenDown() {
    var core = running(pod("Never").build());
    assertEquals(List.of(new PodCommand.TearDown()), tell(core, ended(0, 4)));
    assertEquals("Failed", status.getPhase());
    assertEquals(List.of(), tell(core, new PodEvent.TornDown()));
    assertEquals("False", condition("PodReadyToStartContainers"));
  }

  @Test
  void aPodThatItsNodeRefusesFailsAndNothingOfItIsMade() {
    var core = new PodCore(pod("Always").build(), NODE);
    assertEquals(List.of(), tell(core, new PodEvent.Refused("NodePorts", "no free ports")));
    assertEquals("Failed", status.getPhase());
    assertEquals("NodePorts", status.getReason());
    assertEquals("Pod was rejected: no free ports", status.getMessage());
    assertEquals(List.of(), status.getContainerStatuses());
    assertEquals(List.of(), tell(core, new PodEvent.Due()));

    var later = new PodCore(pod("Always").withStatus(status).build(), NODE);
    assertEquals(List.of(), tell(later, new PodEvent.Due()));
    assertEquals("NodePorts", status.getReason());
    assertEquals("Pod was rejected: no free ports", status.getMessage());
    var deleted =
        pod("Always")
            .withStatus(status)
            .editMetadata()
            .withDeletionTimestamp(now.toString())
            .withDeletionGracePeriodSeconds(0L)
            .endMetadata()
            .build();
    assertEquals(List.of(new PodCommand.Forget(true)), tell(later, new PodEvent.Desired(deleted)));
  }

  @Test
  void aDeletedPodEndsBeforeItsObjectGoes() {
    var core = running(pod("Always").build());
    var deleted =
        pod("Always")
            .editMetadata()
            .withDeletionTimestamp("2026-01-01T00:00:07Z")
            .withDeletionGracePeriodSeconds(7L)
            .endMetadata()
            .build();
    assertEquals(
        List.of(new PodCommand.Stop("main", 0, Duration.ofSeconds(7))),
        tell(core, new PodEvent.Desired(deleted)));
    assertEquals(List.of(new PodCommand.TearDown()), tell(core, ended(0, 143)));
    assertEquals("Failed", status.getPhase());
    assertEquals(List.of(new PodCommand.Forget(true)), tell(core, new PodEvent.TornDown()));
  }

  @Test
  void aPodThatIsGoneIsEndedWithoutTouchingItsObject() {
    var core = running(pod("Always").build());
    assertEquals(
        List.of(new PodCommand.Stop("main", 0, Duration.ofSeconds(2))),
        tell(core, new PodEvent.Removed()));
    tell(core, ended(0, 137));
    assertEquals(List.of(new PodCommand.Forget(false)), tell(core, new PodEvent.TornDown()));
  }

  @Test
  void aGangMemberStartsNothingBeforeTheGangIsBound() {
    var member = pod("Never").editSpec().withNewSchedulingGroup("gang").endSpec().build();
    var core = new PodCore(member, NODE);
    assertEquals(List.of(new PodCommand.AwaitGang("gang")), tell(core, new PodEvent.Due()));
    assertEquals(List.of(), tell(core, new PodEvent.Due()));
    assertEquals(List.of(new PodCommand.PrepareVolumes()), tell(core, new PodEvent.GangBound()));
  }

  @Test
  void aPodThatRunsOutOfTimeFails() {
    var core = running(pod("Always").editSpec().withActiveDeadlineSeconds(60L).endSpec().build());
    now = now.plusSeconds(60);
    var stop = new PodCommand.Stop("main", 0, Duration.ofSeconds(30));
    assertEquals(List.of(stop), tell(core, new PodEvent.Due()));
    tell(core, ended(0, 143));
    assertEquals("Failed", status.getPhase());
    assertEquals("DeadlineExceeded", status.getReason());
  }

  @Test
  void aPodIsReadyWhenItsReadinessProbeSaysSoAndRestartedWhenItsLivenessProbeGivesUp() {
    var pod =
        pod("Always")
            .editSpec()
            .editFirstContainer()
            .withNewReadinessProbe()
            .withPeriodSeconds(1)
            .endReadinessProbe()
            .withNewLivenessProbe()
            .withPeriodSeconds(1)
            .withFailureThreshold(2)
            .endLivenessProbe()
            .endContainer()
            .endSpec()
            .build();
    var core = running(pod);
    assertEquals("False", condition("Ready"));
    tell(core, new PodEvent.Probed("main", 0, ProbeKind.READINESS, true, ""));
    assertEquals("True", condition("Ready"));
    tell(core, new PodEvent.Probed("main", 0, ProbeKind.LIVENESS, false, "no"));
    var commands = tell(core, new PodEvent.Probed("main", 0, ProbeKind.LIVENESS, false, "no"));
    assertTrue(commands.contains(new PodCommand.Stop("main", 0, Duration.ofSeconds(30))));
    assertEquals("False", condition("Ready"));
  }

  @Test
  void initContainersComeFirstAndASidecarGoesLast() {
    var pod =
        pod("Never")
            .editSpec()
            .addNewInitContainer()
            .withName("init")
            .withImage("host")
            .endInitContainer()
            .addNewInitContainer()
            .withName("side")
            .withImage("host")
            .withRestartPolicy("Always")
            .endInitContainer()
            .endSpec()
            .build();
    var core = ready(pod);
    assertEquals(
        List.of(new PodCommand.Start("init", 0)),
        tell(core, new PodEvent.SandboxReady(List.of("ip"))));
    tell(core, new PodEvent.Started("init", 0, "i", now));
    var exit = new Exit("i", 0, "Completed", "", now, now);
    assertEquals(
        List.of(new PodCommand.Start("side", 0)), tell(core, new PodEvent.Ended("init", 0, exit)));
    assertEquals("Pending", status.getPhase());
    assertEquals(
        List.of(new PodCommand.Start("main", 0)),
        tell(core, new PodEvent.Started("side", 0, "s", now)));
    tell(core, new PodEvent.Started("main", 0, "m", now));
    assertEquals("Running", status.getPhase());
    assertEquals(
        List.of(new PodCommand.Stop("side", 0, Duration.ofSeconds(30))), tell(core, ended(0, 0)));
    var killed = new Exit("s", 137, "Error", "", now, now);
    assertEquals(
        List.of(new PodCommand.TearDown()), tell(core, new PodEvent.Ended("side", 0, killed)));
    assertEquals("Succeeded", status.getPhase());
  }

  @Test
  void whatAnAgentBeforeHadStartedIsNotStartedAgain() {
    var core = new PodCore(pod("Always").build(), NODE);
    var found = new PodEvent.Found("main", 3, "id-3", now, Optional.empty());
    assertEquals(List.of(), tell(core, new PodEvent.Adopted(List.of("10.1.1.1"), List.of(found))));
    assertEquals("Running", status.getPhase());
    assertEquals(3, status.getContainerStatuses().getFirst().getRestartCount());
    assertFalse(status.getContainerStatuses().getFirst().getContainerID().isEmpty());
  }

  @Test
  void anImageThatCantBeHadIsAskedForAgainLater() {
    var core = ready(pod("Always").build());
    tell(core, new PodEvent.SandboxReady(List.of("ip")));
    tell(core, new PodEvent.NotStarted("main", 0, "ErrImagePull", "no such image"));
    assertEquals(
        "ErrImagePull",
        status.getContainerStatuses().getFirst().getState().getWaiting().getReason());
    now = now.plusSeconds(2);
    assertEquals(List.of(), tell(core, new PodEvent.Due()));
    assertEquals(
        "ImagePullBackOff",
        status.getContainerStatuses().getFirst().getState().getWaiting().getReason());
    now = now.plusSeconds(8);
    assertEquals(List.of(new PodCommand.Start("main", 0)), tell(core, new PodEvent.Due()));
    assertEquals("Pending", status.getPhase());
  }
}
