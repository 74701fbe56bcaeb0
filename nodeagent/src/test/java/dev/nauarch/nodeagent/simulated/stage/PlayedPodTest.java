package dev.nauarch.nodeagent.simulated.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.PodStop;
import dev.nauarch.nodeagent.lifecycle.PodEvent;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pods that are played by their annotations, or by none. */
class PlayedPodTest extends PlayedPodScene {
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
