package dev.nauarch.nodeagent.simulated.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.OwnNames;
import dev.nauarch.api.PodStop;
import dev.nauarch.nodeagent.lifecycle.NodeFacts;
import dev.nauarch.nodeagent.lifecycle.PodCommand;
import dev.nauarch.nodeagent.lifecycle.PodEvent;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlayedPodTest {
  private static final NodeFacts NODE =
      new NodeFacts("198.18.0.1", "simulated", Duration.ofSeconds(30));
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private final List<String> told = new ArrayList<>();
  private Instant now = BEGIN;
  private Instant wakeAt = Instant.MAX;
  private PodStatus status = new PodStatus();
  private int published;
  private boolean forgotten;

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
        .withImage("any/image:1")
        .endContainer()
        .endSpec();
  }

  private static PodBuilder ofJob(PodBuilder pod) {
    return pod.editMetadata()
        .addToOwnerReferences(new OwnerReferenceBuilder().withKind("Job").withName("j").build())
        .endMetadata();
  }

  private static PodBuilder wish(PodBuilder pod, String name, String value) {
    return pod.editMetadata().addToAnnotations(name, value).endMetadata();
  }

  private void tell(PlayedPod played, PodEvent event) {
    for (var command : played.on(List.of(event), now)) {
      switch (command) {
        case PodCommand.Publish(var written) -> {
          status = written;
          published++;
        }
        case PodCommand.Tell(var type, var reason, var message) -> told.add(reason);
        case PodCommand.WakeAt(var at) -> wakeAt = at;
        case PodCommand.Forget f -> forgotten = true;
        default -> throw new AssertionError("to be answered by the pod itself: " + command);
      }
    }
  }

  /** Lets time pass, as far as something is due in it. */
  private void pass(PlayedPod played, double seconds) {
    var until = now.plusNanos((long) (seconds * 1e9));
    while (!wakeAt.isAfter(until)) {
      now = wakeAt.isBefore(now) ? now : wakeAt;
      tell(played, new PodEvent.Due());
    }
    now = until;
  }

  private PlayedPod begin(PodBuilder pod, Stages stages) {
    var played = new PlayedPod(pod.build(), NODE, "240.0.0.1", stages);
    tell(played, new PodEvent.Due());
    return played;
  }

  private PlayedPod begin(PodBuilder pod) {
    return begin(pod, Stages.NONE);
  }

  private static Stages stages(String... documents) {
    var text = new StringBuilder();
    for (var i = 0; i < documents.length; i++) {
      text.append("---\napiVersion: nauarch.dev/v1alpha1\nkind: Stage\nmetadata: {name: s")
          .append(i)
          .append("}\nspec:\n")
          .append(documents[i].indent(2));
    }
    return StageFile.parse(text.toString(), 7);
  }

  private ContainerStatus container(String name) {
    var all = new ArrayList<>(status.getInitContainerStatuses());
    all.addAll(status.getContainerStatuses());
    return all.stream().filter(c -> c.getName().equals(name)).findFirst().orElseThrow();
  }

  private String condition(String type) {
    return status.getConditions().stream()
        .filter(c -> c.getType().equals(type))
        .map(c -> c.getStatus())
        .findFirst()
        .orElse("");
  }

  private String waiting() {
    var state = container("main").getState().getWaiting();
    return state == null ? "" : state.getReason();
  }

  private Pod deleted(PodBuilder pod, long grace) {
    return new PodBuilder(pod.build())
        .editMetadata()
        .withDeletionTimestamp(now.plusSeconds(grace).toString())
        .withDeletionGracePeriodSeconds(grace)
        .endMetadata()
        .build();
  }

  @Test
  void aPodIsReadyInOneWriteAndRunsUntilItIsDeleted() {
    var played = begin(pod("Always"));
    assertEquals("Running", status.getPhase());
    assertEquals("True", condition("Ready"));
    assertEquals("240.0.0.1", status.getPodIP());
    assertEquals("198.18.0.1", status.getHostIP());
    assertEquals(1, published);
    assertEquals(Instant.MAX, wakeAt);
    tell(played, new PodEvent.Desired(deleted(pod("Always"), 30)));
    assertTrue(forgotten);
    assertEquals(143, container("main").getState().getTerminated().getExitCode());
  }

  @Test
  void aJobsPodWorksForASecondOrAsItsAnnotationsSay() {
    var played = begin(ofJob(pod("Never")));
    pass(played, 0.9);
    assertEquals("Running", status.getPhase());
    pass(played, 0.1);
    assertEquals("Succeeded", status.getPhase());

    var failing = wish(ofJob(pod("Never")), PodWishes.RUN_SECONDS, "2.5");
    wish(failing, PodWishes.EXIT_CODE, "3");
    wish(failing, PodWishes.EXIT_REASON, "OOMKilled");
    played = begin(failing);
    pass(played, 2.4);
    assertEquals("Running", status.getPhase());
    pass(played, 0.2);
    assertEquals("Failed", status.getPhase());
    assertEquals("OOMKilled", container("main").getState().getTerminated().getReason());
    assertEquals(3, container("main").getState().getTerminated().getExitCode());
  }

  @Test
  void aContainerThatEndsStartsAgainByItsPolicyEverLater() {
    var played = begin(wish(pod("Always"), PodWishes.RUN_SECONDS, "1"));
    pass(played, 1);
    assertEquals(1, container("main").getRestartCount());
    assertEquals("Running", status.getPhase());
    pass(played, 1);
    assertEquals("CrashLoopBackOff", waiting());
    assertTrue(told.contains("BackOff"));
    pass(played, 10);
    assertEquals(2, container("main").getRestartCount());

    var failing = wish(ofJob(pod("OnFailure")), PodWishes.EXIT_CODE, "1");
    played = begin(failing);
    pass(played, 1);
    assertEquals(1, container("main").getRestartCount());
    assertEquals(1, container("main").getLastState().getTerminated().getExitCode());
  }

  @Test
  void readinessComesAndGoes() {
    var pod = wish(pod("Always"), PodWishes.READY_SECONDS, "3");
    wish(pod, PodWishes.UNREADY_AFTER_SECONDS, "2");
    var played = begin(pod);
    assertEquals("Running", status.getPhase());
    assertEquals("False", condition("Ready"));
    pass(played, 3);
    assertEquals("True", condition("Ready"));
    assertTrue(container("main").getReady());
    pass(played, 2);
    assertEquals("False", condition("Ready"));
    pass(played, 3);
    assertEquals("True", condition("Ready"));
  }

  @Test
  void aPodTakesItsTimeToStopAndIsKilledWhenItTakesTooLong() {
    var pod = wish(pod("Always"), PodWishes.STOP_SECONDS, "5");
    var played = begin(pod);
    tell(played, new PodEvent.Desired(deleted(pod, 30)));
    assertFalse(forgotten);
    assertEquals("False", condition("Ready"));
    pass(played, 5);
    assertTrue(forgotten);
    assertEquals(143, container("main").getState().getTerminated().getExitCode());

    forgotten = false;
    played = begin(pod);
    tell(played, new PodEvent.Desired(deleted(pod, 3)));
    pass(played, 2);
    assertFalse(forgotten);
    pass(played, 1);
    assertTrue(forgotten);
    assertEquals(137, container("main").getState().getTerminated().getExitCode());
  }

  @Test
  void anImageThatCannotBePulledIsTriedAgainUntilItCan() {
    var pod = wish(pod("Always"), PodWishes.PULL_ERROR, "no such image");
    var played = begin(pod);
    assertEquals("Pending", status.getPhase());
    assertEquals("ErrImagePull", waiting());
    pass(played, 2);
    assertEquals("ImagePullBackOff", waiting());
    tell(played, new PodEvent.Desired(pod("Always").build()));
    pass(played, 10);
    assertEquals("Running", status.getPhase());
  }

  @Test
  void anImageThatNobodyCouldPullIsNot() {
    for (var image : List.of("registry.invalid/a:1", "registry.invalid:5000/a")) {
      begin(
          pod("Always").editSpec().editFirstContainer().withImage(image).endContainer().endSpec());
      assertEquals("ErrImagePull", waiting(), image);
    }
    begin(pod("Always").editSpec().editFirstContainer().withImage("A B").endContainer().endSpec());
    assertEquals("InvalidImageName", waiting());
    for (var image : List.of("busybox", "a.b:5000/c/d_e:v1.2", "a/b@sha256:" + "0".repeat(64))) {
      begin(
          pod("Always").editSpec().editFirstContainer().withImage(image).endContainer().endSpec());
      assertEquals("", waiting(), image);
    }
  }

  @Test
  void anAnnotationThatCannotBeFollowedIsShownWhereThePodWaits() {
    for (var wrong :
        List.of(
            "run-seconds=soon",
            "exit-code=256",
            "stop-seconds.main=-1",
            "cpu-usage=many",
            "gpu-usage=101",
            "gpu-memory-usage.main=-1Gi",
            "checkpoint-seconds=later")) {
      var sides = wrong.split("=", 2);
      var name = "nauarch.dev/" + sides[0];
      var played = begin(wish(pod("Always"), name, sides[1]));
      assertEquals("CreateContainerConfigError", waiting());
      var message = container("main").getState().getWaiting().getMessage();
      assertTrue(message.startsWith(name + " is \"" + sides[1] + "\": expected"), message);
      assertTrue(told.contains("Failed"));
      tell(played, new PodEvent.Desired(pod("Always").build()));
      pass(played, 1);
      assertEquals("Running", status.getPhase());
    }
  }

  @Test
  void initContainersAndSidecarsTakeTheirTurns() {
    var pod =
        pod("Never")
            .editSpec()
            .addNewInitContainer()
            .withName("first")
            .withImage("i:1")
            .endInitContainer()
            .addNewInitContainer()
            .withName("beside")
            .withImage("i:1")
            .withRestartPolicy("Always")
            .endInitContainer()
            .endSpec();
    wish(pod, PodWishes.RUN_SECONDS + ".first", "2");
    wish(pod, PodWishes.START_SECONDS + ".beside", "1");
    wish(pod, PodWishes.RUN_SECONDS, "4");
    var played = begin(pod);
    assertEquals("Pending", status.getPhase());
    assertEquals("PodInitializing", waiting());
    pass(played, 2);
    assertEquals(0, container("first").getState().getTerminated().getExitCode());
    assertEquals("Pending", status.getPhase());
    pass(played, 1);
    assertEquals("Running", status.getPhase());
    pass(played, 4);
    assertEquals("Succeeded", status.getPhase());
    assertEquals(143, container("beside").getState().getTerminated().getExitCode());

    wish(pod, PodWishes.EXIT_CODE + ".first", "4");
    pass(begin(pod), 2);
    assertEquals("Failed", status.getPhase());
  }

  @Test
  void stagesOfAFileChooseTheirContainersAndTimes() {
    var stages =
        stages(
            """
            selector: {kind: Pod, matchLabels: {app: web}}
            when: {state: Running, restarts: {atMost: 0}}
            delay: {seconds: 2}
            next: {exit: {code: 1, reason: OOMKilled}}
            """,
            """
            selector: {kind: Pod, matchLabels: {app: web}}
            when: {state: Running, restarts: {atLeast: 1}}
            delay: {seconds: 1}
            next: {condition: {type: example.com/warm, status: "True"}}
            """,
            """
            selector: {kind: Pod}
            when: {state: Starting, image: "*:nonexistent"}
            next: {fail: {message: no such tag}}
            """);
    var web = pod("Always").editMetadata().addToLabels("app", "web").endMetadata();
    var played = begin(web, stages);
    pass(played, 2);
    assertEquals(1, container("main").getRestartCount());
    assertEquals("OOMKilled", container("main").getLastState().getTerminated().getReason());
    assertEquals("", condition("example.com/warm"));
    pass(played, 1);
    assertEquals("True", condition("example.com/warm"));
    pass(played, 100);
    assertEquals(1, container("main").getRestartCount());

    begin(pod("Always"), stages);
    assertEquals("Running", status.getPhase());
    assertEquals(Instant.MAX, wakeAt);
    var image = pod("Always").editSpec().editFirstContainer().withImage("a:nonexistent");
    begin(image.endContainer().endSpec(), stages);
    assertEquals("ErrImagePull", waiting());
  }

  @Test
  void whatStagesSayOfUseHoldsUntilTheContainerEnds() {
    var stages =
        stages(
            """
            selector: {kind: Pod}
            when: {state: Running}
            next: {usage: {cpu: 100m, memory: 1Gi, gpu: 20}}
            """,
            """
            selector: {kind: Pod}
            when: {state: Running, restarts: {atMost: 0}}
            delay: {seconds: 60}
            next: {usage: {cpu: 2, gpuMemory: 40Gi}}
            """);
    var pod = wish(pod("OnFailure"), PodWishes.RUN_SECONDS, "90");
    var played = begin(wish(pod, PodWishes.EXIT_CODE, "1"), stages);
    assertEquals(1, published);
    var first = "{\"main\":{\"cpu\":\"100m\",\"gpu\":\"20\",\"memory\":\"1Gi\"}}";
    assertEquals(first, played.usage());
    pass(played, 60);
    assertEquals(2, published);
    var later =
        "{\"main\":{\"cpu\":\"2\",\"gpu\":\"20\",\"gpuMemory\":\"40Gi\",\"memory\":\"1Gi\"}}";
    assertEquals(later, played.usage());

    wish(pod, OwnNames.STAGED_USAGE, later);
    var next = new PlayedPod(pod.withStatus(status).build(), NODE, "240.0.0.1", stages);
    published = 0;
    tell(next, new PodEvent.Due());
    assertEquals(later, next.usage());
    pass(next, 30);
    assertEquals(1, container("main").getRestartCount());
    assertEquals(first, next.usage());
    tell(next, new PodEvent.Desired(deleted(pod, 0)));
    assertEquals("", next.usage());
  }

  private static PodBuilder asked(PodBuilder pod, Instant at) {
    return pod.editOrNewStatus()
        .addNewCondition()
        .withType(PodStop.STOPPING)
        .withStatus("True")
        .withLastTransitionTime(at.toString())
        .endCondition()
        .endStatus();
  }

  @Test
  void aPodThatIsAskedToStopSavesItsWorkInItsOwnTime() {
    var pod = wish(pod("Always"), PodWishes.CHECKPOINT_SECONDS, "5");
    wish(pod, PodWishes.CHECKPOINT_SECONDS + ".main", "2");
    var played = begin(pod);
    pass(played, 100);
    assertEquals("", condition(PodStop.CHECKPOINTED));
    tell(played, new PodEvent.Desired(asked(pod, now).build()));
    pass(played, 4.9);
    assertEquals("", condition(PodStop.CHECKPOINTED));
    pass(played, 0.1);
    assertEquals("True", condition(PodStop.CHECKPOINTED));
    assertEquals("Running", status.getPhase());
  }

  @Test
  void aStageMayCountFromTheAsking() {
    var stages =
        stages(
            """
            selector: {kind: Pod}
            when: {state: Running, asked: true}
            delay: {seconds: 3}
            next: {exit: {code: 0}}
            """,
            """
            selector: {kind: Pod}
            when: {state: Running, asked: true}
            delay: {seconds: 1}
            next: {condition: {type: nauarch.dev/Checkpointed, status: "True"}}
            """);
    var pod = pod("Never");
    var played = begin(pod, stages);
    pass(played, 10);
    tell(played, new PodEvent.Desired(asked(pod, now).build()));
    pass(played, 1);
    assertEquals("True", condition(PodStop.CHECKPOINTED));
    // The next simulator counts from when it was asked.
    var next =
        new PlayedPod(
            asked(pod.withStatus(status), now.minusSeconds(1)).build(), NODE, "240.0.0.1", stages);
    tell(next, new PodEvent.Due());
    pass(next, 1.9);
    assertEquals("Running", status.getPhase());
    pass(next, 0.1);
    assertEquals("Succeeded", status.getPhase());

    // What an annotation says of saving goes before a stage.
    var slow = wish(pod("Never"), PodWishes.CHECKPOINT_SECONDS, "2");
    played = begin(slow, stages);
    tell(played, new PodEvent.Desired(asked(slow, now).build()));
    pass(played, 1.5);
    assertEquals("", condition(PodStop.CHECKPOINTED));
    pass(played, 0.5);
    assertEquals("True", condition(PodStop.CHECKPOINTED));
  }

  @Test
  void anAnnotationHasTheLastWordOverAFile() {
    var stages =
        stages(
            """
            selector: {kind: Pod}
            when: {state: Running}
            delay: {seconds: 1}
            next: {exit: {code: 1}}
            """,
            """
            selector: {kind: Pod}
            when: {state: Running, ready: false}
            delay: {seconds: 2}
            next: {ready: {is: true}}
            """);
    var played = begin(wish(pod("Never"), PodWishes.RUN_SECONDS, "3"), stages);
    pass(played, 1.5);
    assertEquals("Running", status.getPhase());
    assertEquals("False", condition("Ready"));
    pass(played, 1);
    assertEquals("True", condition("Ready"));
    pass(played, 1);
    assertEquals("Succeeded", status.getPhase());
  }

  @Test
  void jitterIsTheSameForTheSameSeedAndPod() {
    var jitter =
        """
        selector: {kind: Pod}
        when: {state: Running}
        delay: {seconds: 10, jitterSeconds: 10}
        next: {exit: {code: 0}}
        """;
    begin(pod("Never"), stages(jitter));
    var first = wakeAt;
    assertTrue(!first.isBefore(BEGIN.plusSeconds(10)) && first.isBefore(BEGIN.plusSeconds(20)));
    begin(pod("Never"), stages(jitter));
    assertEquals(first, wakeAt);
    begin(pod("Never").editMetadata().withName("q").endMetadata(), stages(jitter));
    assertNotEquals(first, wakeAt);
    begin(pod("Never"), new Stages(stages(jitter).all(), 8));
    assertNotEquals(first, wakeAt);
  }

  @Test
  void readinessThatFlipsWithoutDelayDoesNotStopTime() {
    var stages =
        stages(
            """
            selector: {kind: Pod}
            when: {state: Running, ready: true}
            next: {ready: {is: false}}
            """,
            """
            selector: {kind: Pod}
            when: {state: Running, ready: false}
            next: {ready: {is: true}}
            """);
    var played = begin(pod("Always"), stages);
    pass(played, 1);
    assertTrue(published <= 12, () -> "published " + published);
  }

  @Test
  void whatRanRunsOnUnderTheNextSimulator() {
    var pod = wish(ofJob(pod("Never")), PodWishes.RUN_SECONDS, "60");
    begin(pod);
    now = now.plusSeconds(40);
    var next = new PlayedPod(pod.withStatus(status).build(), NODE, "240.0.0.1", Stages.NONE);
    tell(next, new PodEvent.Due());
    assertEquals("Running", status.getPhase());
    assertEquals(0, container("main").getRestartCount());
    assertEquals(BEGIN.plusSeconds(60), wakeAt);
    pass(next, 20);
    assertEquals("Succeeded", status.getPhase());
    var ended = new PlayedPod(pod.withStatus(status).build(), NODE, "240.0.0.1", Stages.NONE);
    tell(ended, new PodEvent.Desired(deleted(pod, 0)));
    assertTrue(forgotten);
    assertEquals("Succeeded", status.getPhase());
  }

  @Test
  void aDeadlineEndsAPod() {
    var played = begin(pod("Always").editSpec().withActiveDeadlineSeconds(5L).endSpec());
    pass(played, 5);
    assertEquals("Failed", status.getPhase());
    assertEquals("DeadlineExceeded", status.getReason());
  }
}
