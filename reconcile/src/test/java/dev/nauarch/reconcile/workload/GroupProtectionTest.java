package dev.nauarch.reconcile.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.PodGroupProtection;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.World;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroupBuilder;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class GroupProtectionTest {

  private static final ObjectKey GROUP = new ObjectKey("default", "gang");

  private final World world = new World();
  private final GroupProtection controller = new GroupProtection();

  @BeforeEach
  void aGroup() {
    var group = new PodGroupBuilder().withNewMetadata().withName("gang");
    world.add(
        Resources.POD_GROUPS,
        group
            .withFinalizers(PodGroupProtection.FINALIZER, "example.com/other")
            .endMetadata()
            .build());
  }

  private void pod(String name, String group) {
    world.add(
        Resources.PODS,
        new PodBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .withNewSchedulingGroup()
            .withPodGroupName(group)
            .endSchedulingGroup()
            .endSpec()
            .build());
  }

  private List<String> finalizers() {
    return world.get(Resources.POD_GROUPS, GROUP).orElseThrow().getMetadata().getFinalizers();
  }

  @Test
  void aGroupStaysWhilePodsOfItMayRun() {
    pod("a", "gang");
    pod("b", "gang");
    pod("c", "other");
    world.settle(controller);
    assertEquals(2, finalizers().size());

    world.delete(Resources.POD_GROUPS, GROUP, "");
    world.settle(controller);
    assertEquals(2, finalizers().size());

    world.delete(Resources.PODS, new ObjectKey("default", "a"), "");
    world.settle(controller);
    assertEquals(2, finalizers().size());

    world.changePods(
        "b", pod -> pod.edit().editOrNewStatus().withPhase("Failed").endStatus().build());
    world.settle(controller);
    assertEquals(List.of("example.com/other"), finalizers());
  }

  @Test
  void aGroupWithoutPodsGoesAtOnce() {
    world.change(
        Resources.POD_GROUPS,
        "gang",
        group -> {
          group.getMetadata().setFinalizers(List.of(PodGroupProtection.FINALIZER));
          return group;
        });
    world.delete(Resources.POD_GROUPS, GROUP, "");
    world.settle(controller);
    assertTrue(world.get(Resources.POD_GROUPS, GROUP).isEmpty());
  }
}
