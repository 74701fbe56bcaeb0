package dev.nauarch.nodeagent.simulated.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.OwnNames;
import dev.nauarch.api.PodStop;
import dev.nauarch.nodeagent.lifecycle.PodEvent;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Pods that are played by the stages of a file. */
class PlayedStagesTest extends PlayedPodScene {
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
}
