package dev.nauarch.reconcile.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.PodStop;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.World;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PodStopperTest {

  private final World world = new World();
  private final PodStopper controller = new PodStopper();

  private void pod(String grace) {
    world.add(
        Resources.PODS,
        new PodBuilder()
            .withNewMetadata()
            .withName("worker")
            .withAnnotations(grace.isEmpty() ? Map.of() : Map.of(PodStop.GRACE, grace))
            .endMetadata()
            .withNewSpec()
            .withNodeName("node-1")
            .endSpec()
            .withNewStatus()
            .withPhase("Running")
            .endStatus()
            .build());
  }

  private Pod present() {
    return world.get(Resources.PODS, new ObjectKey("default", "worker")).orElseThrow();
  }

  private void ask() {
    var draft = new PlanDraft();
    PodStopper.ask(draft, present(), "PreemptionByScheduler", "makes room", world.now());
    world.carryOut(draft.plan());
    world.settle(controller);
  }

  private int count() {
    return world.list(Resources.PODS).size();
  }

  @Test
  void whoWasNotAskedStays() {
    pod("60");
    world.settle(controller);
    assertEquals(1, count());
  }

  @Test
  void whoWantsNoTimeIsDeletedAtOnce() {
    pod("");
    ask();
    assertEquals(0, count());
  }

  @Test
  void whoWantsTimeGetsItAndIsAskedOnce() {
    pod("60");
    ask();
    assertEquals(1, count());
    var types = present().getStatus().getConditions().stream().map(each -> each.getType()).toList();
    assertEquals(List.of("DisruptionTarget", PodStop.STOPPING), types);
    assertEquals(world.now().plusSeconds(60), world.wakeAt());
    world.pass(Duration.ofSeconds(59));
    world.settle(controller);
    assertEquals(1, count());
    world.pass(Duration.ofSeconds(1));
    world.settle(controller);
    assertEquals(0, count());
  }

  @Test
  void whoHasSavedItsWorkIsDeletedAtOnce() {
    pod("60");
    ask();
    var saved = new PodConditionBuilder().withType(PodStop.CHECKPOINTED).withStatus("True").build();
    world.changePods(
        "worker", pod -> pod.edit().editStatus().addToConditions(saved).endStatus().build());
    world.settle(controller);
    assertEquals(0, count());
  }

  @Test
  void whoEndsMeanwhileStaysAsItEnded() {
    pod("60");
    ask();
    world.changePods(
        "worker", pod -> pod.edit().editStatus().withPhase("Succeeded").endStatus().build());
    world.pass(Duration.ofSeconds(60));
    world.settle(controller);
    assertEquals(1, count());
  }

  @Test
  void nobodyMayAskForMoreThanAnHourAndNonsenseIsNoTime() {
    assertEquals(Duration.ofHours(1), PodStop.grace(Map.of(PodStop.GRACE, "99999999999")));
    assertEquals(Duration.ZERO, PodStop.grace(Map.of(PodStop.GRACE, "-5")));
    assertEquals(Duration.ZERO, PodStop.grace(Map.of(PodStop.GRACE, "ten")));
    pod("ten");
    ask();
    assertEquals(0, count());
  }
}
