package dev.nauarch.nodeagent.simulated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.nauarch.api.ObjectKey;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WaitingResizesTest {

  private final WaitingResizes waiting = new WaitingResizes();
  private final Map<ObjectKey, Pod> pods = new HashMap<>();

  private void add(String name, String cpu, int priority, boolean guaranteed, String since) {
    var builder =
        new PodBuilder()
            .withNewMetadata()
            .withNamespace("default")
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .withPriority(priority)
            .addNewContainer()
            .withName("c")
            .withNewResources()
            .addToRequests("cpu", new Quantity(cpu))
            .endResources()
            .endContainer()
            .endSpec()
            .withNewStatus()
            .addNewCondition()
            .withType("PodResizePending")
            .withLastTransitionTime(since)
            .endCondition()
            .endStatus();
    if (guaranteed) {
      builder
          .editSpec()
          .editFirstContainer()
          .editResources()
          .addToRequests("memory", new Quantity("1Gi"))
          .addToLimits("cpu", new Quantity(cpu))
          .addToLimits("memory", new Quantity("1Gi"))
          .endResources()
          .endContainer()
          .endSpec();
    }
    var pod = builder.build();
    pods.put(ObjectKey.of(pod), pod);
    waiting.add("n", ObjectKey.of(pod));
  }

  private static Pod taken(Pod pod) {
    return new PodBuilder(pod)
        .editSpec()
        .editFirstContainer()
        .editResources()
        .addToRequests("cpu", new Quantity("1"))
        .endResources()
        .endContainer()
        .endSpec()
        .build();
  }

  @Test
  void whoAsksForNoMoreGoesFirstThenPriorityThenGuaranteedThenWhoWaitsLongest() {
    add("late", "2", 0, false, "2026-01-01T00:00:09Z");
    add("early", "2", 0, false, "2026-01-01T00:00:01Z");
    add("guaranteed", "2", 0, true, "2026-01-01T00:00:09Z");
    add("important", "2", 5, false, "2026-01-01T00:00:09Z");
    add("shrinks", "500m", 0, false, "2026-01-01T00:00:09Z");
    var names =
        waiting
            .inOrder("n", key -> Optional.ofNullable(pods.get(key)), WaitingResizesTest::taken)
            .stream()
            .map(pod -> pod.getMetadata().getName())
            .toList();
    assertEquals("[shrinks, important, guaranteed, early, late]", names.toString());
    pods.keySet().forEach(key -> waiting.remove("n", key));
    assertFalse(waiting.isAnyOn("n"));
  }
}
