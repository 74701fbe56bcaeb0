package dev.nauarch.scheduling.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.kueue.ClusterQueue;
import dev.nauarch.api.kueue.PodSet;
import dev.nauarch.api.kueue.Workload;
import dev.nauarch.api.kueue.WorkloadSpec;
import dev.nauarch.api.podsets.JobKind;
import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.queue.FlavorState;
import dev.nauarch.scheduling.queue.QueueCommand;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class QueueRequestsTest {

  @Test
  void theDefaultQueueIsOpenToAllAndHasWhatTheClusterHas() {
    var capacity = new Amounts(4_000, 1 << 30, 0, 110, new TreeMap<>(Map.of("nvidia.com/gpu", 8L)));
    var written = ModelCodec.encode(DefaultQueue.of("default", capacity));
    var queue = QueueTranslation.of(ModelCodec.decode(written, ClusterQueue.class));
    assertTrue(queue.open());
    assertTrue(queue.preemptsLower());
    assertTrue(queue.followsCapacity());
    assertEquals(capacity, queue.groups().getFirst().flavors().getFirst().nominal());
  }

  @Test
  void startingAJobNamesItsWorkloadAndTheNodesOfItsFlavorAndKeepsTheRest() {
    var job =
        new JobBuilder()
            .withNewMetadata()
            .withNamespace("default")
            .withName("train")
            .withUid("u")
            .endMetadata()
            .withNewSpec()
            .withSuspend(true)
            .withNewTemplate()
            .withNewMetadata()
            .addToLabels("app", "x")
            .endMetadata()
            .withNewSpec()
            .addToNodeSelector("disk", "fast")
            .endSpec()
            .endTemplate()
            .endSpec()
            .build();
    var workload =
        new Workload(
            new ObjectMetaBuilder().withName("job-train-1").build(),
            new WorkloadSpec(
                List.of(new PodSet("main", job.getSpec().getTemplate(), 1)), "default", 0, true));
    var flavor = new FlavorState("a", new TreeMap<>(Map.of("gpu", "h100")), List.of(), List.of());
    var request =
        (ApiRequest.PatchObject)
            JobEdits.start(
                JobKind.JOB,
                job,
                workload,
                List.of(new QueueCommand.PodSetStart("main", List.of(flavor))));
    assertEquals(new ObjectKey("default", "train"), request.key());
    assertEquals(
        """
        [{"op":"test","path":"/metadata/uid","value":"u"},\
        {"op":"add","path":"/spec/template/metadata/labels/kueue.x-k8s.io~1podset","value":"main"},\
        {"op":"add","path":"/spec/template/metadata/annotations",\
        "value":{"kueue.x-k8s.io/workload":"job-train-1"}},\
        {"op":"add","path":"/spec/template/spec/nodeSelector",\
        "value":{"disk":"fast","gpu":"h100"}},\
        {"op":"add","path":"/spec/suspend","value":false}]""",
        request.body());
  }
}
