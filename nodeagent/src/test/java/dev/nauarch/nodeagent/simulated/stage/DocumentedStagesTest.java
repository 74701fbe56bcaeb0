package dev.nauarch.nodeagent.simulated.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.nodeagent.lifecycle.NodeFacts;
import dev.nauarch.nodeagent.lifecycle.PodCommand;
import dev.nauarch.nodeagent.lifecycle.PodEvent;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page on simulated nodes shows what is so. */
class DocumentedStagesTest {
  private static final Path PAGE = Path.of("../docs/simulated-nodes.md");
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private static Stages stages() throws IOException {
    var blocks = Files.readString(PAGE).split("```(yaml)?", -1);
    var example = Arrays.stream(blocks).filter(block -> block.contains("kind: Stage")).findFirst();
    return StageFile.parse(example.orElseThrow(), 1);
  }

  private static PlayedPod web(String image, Stages stages) {
    return pod("web", image, stages);
  }

  private static PlayedPod pod(String app, String image, Stages stages) {
    var pod =
        new PodBuilder()
            .withNewMetadata()
            .withNamespace("default")
            .withName("p")
            .addToLabels("app", app)
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withName("main")
            .withImage(image)
            .endContainer()
            .endSpec()
            .build();
    var node = new NodeFacts("198.18.0.1", "simulated", Duration.ofSeconds(30));
    return new PlayedPod(pod, node, "240.0.0.1", stages);
  }

  private static ContainerStatus at(PlayedPod pod, double seconds, ContainerStatus before) {
    var now = BEGIN.plusMillis((long) (seconds * 1000));
    return pod.on(List.of(new PodEvent.Due()), now).stream()
        .filter(PodCommand.Publish.class::isInstance)
        .map(command -> ((PodCommand.Publish) command).status())
        .map(PodStatus::getContainerStatuses)
        .map(List::getFirst)
        .findFirst()
        .orElse(before);
  }

  @Test
  void theExamplesDoWhatIsSaidOfThem() throws IOException {
    var pod = web("web:1", stages());
    var status = at(pod, 0, new ContainerStatus());
    assertFalse(status.getReady());
    status = at(pod, 1.9, status);
    assertFalse(status.getReady());
    status = at(pod, 3.1, status);
    assertTrue(status.getReady());
    status = at(pod, 10, status);
    assertEquals("OOMKilled", status.getLastState().getTerminated().getReason());
    assertEquals(1, status.getRestartCount());
    status = at(pod, 100, status);
    assertEquals(1, status.getRestartCount());

    var missing = at(web("web:nonexistent", stages()), 0, new ContainerStatus());
    assertEquals("ErrImagePull", missing.getState().getWaiting().getReason());
    assertEquals("manifest unknown", missing.getState().getWaiting().getMessage());

    var train = pod("train", "a:1", stages());
    at(train, 0, new ContainerStatus());
    assertEquals("{\"main\":{\"cpu\":\"1\",\"memory\":\"16Gi\"}}", train.usage());
    at(train, 60, new ContainerStatus());
    assertTrue(train.usage().contains("\"gpu\":\"95\",\"gpuMemory\":\"70Gi\""), train::usage);

    var metadata = new NodeBuilder().withNewMetadata().withName("n").addToLabels("rack", "a");
    var node = new PlayedNode(metadata.endMetadata().build(), stages(), BEGIN);
    node.happen(BEGIN.plusSeconds(59));
    assertTrue(node.heartbeats());
    node.happen(BEGIN.plusSeconds(60));
    assertFalse(node.heartbeats());
  }

  @Test
  void everyAnnotationIsThere() throws IOException, IllegalAccessException {
    var page = Files.readString(PAGE);
    for (var field : PodWishes.class.getFields()) {
      assertTrue(Modifier.isStatic(field.getModifiers()));
      assertTrue(page.contains("`" + field.get(null) + "`"), field.getName());
    }
    assertTrue(Arrays.stream(PodWishes.class.getFields()).count() >= 9);
    for (var used : UsedResource.values()) {
      assertTrue(page.contains("`" + used.annotation() + "`"), used.annotation());
      assertTrue(page.contains("." + used.field() + "`"), used.field());
    }
  }
}
