package dev.nauarch.reconcile.jobset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.PodGroupProtection;
import dev.nauarch.api.Resources;
import dev.nauarch.api.jobset.JobSet;
import dev.nauarch.api.jobset.JobSetStatus;
import dev.nauarch.reconcile.Index;
import dev.nauarch.reconcile.PodStates;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.World;
import dev.nauarch.reconcile.cluster.GarbageCollector;
import dev.nauarch.reconcile.job.JobReconciler;
import dev.nauarch.reconcile.network.EndpointSliceReconciler;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroupBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JobSetReconcilerTest {

  private static final ObjectKey KEY = new ObjectKey("default", "train");

  private final World world = new World();
  private final Reconciler[] controllers = {
    new JobSetReconciler(true),
    new JobReconciler(),
    new EndpointSliceReconciler(),
    new GarbageCollector<>(Resources.JOBS),
    new GarbageCollector<>(Resources.PODS)
  };

  /** Two Jobs of two pods each; the text goes into the spec. */
  private void start(String labels, String spec) {
    start(labels, spec, controllers);
  }

  private void start(String labels, String spec, Reconciler... running) {
    var json =
        """
        {"metadata":{"name":"train","labels":{%s}},
         "spec":{%s"replicatedJobs":[{"name":"workers","replicas":2,"template":{"spec":{
           "parallelism":2,"completions":2,"backoffLimit":0,
           "template":{"spec":{"restartPolicy":"Never","containers":[
             {"name":"main","volumeMounts":[{"name":"state","mountPath":"/s"}]}]}}}}}]}}
        """
            .formatted(labels, spec);
    world.add(
        JobSet.RESOURCE, ModelCodec.decode(json.getBytes(StandardCharsets.UTF_8), JobSet.class));
    world.know(Resources.JOBS);
    world.know(Resources.PODS);
    world.settle(running);
  }

  private void settle() {
    world.settle(controllers);
  }

  private JobSetStatus status() {
    return world.get(JobSet.RESOURCE, KEY).orElseThrow().status();
  }

  private List<Pod> active() {
    return world.list(Resources.PODS).stream().filter(Pods::isActive).toList();
  }

  private List<String> jobs() {
    return world.list(Resources.JOBS).stream()
        .map(job -> job.getMetadata().getName())
        .filter(name -> name.startsWith("train"))
        .toList();
  }

  private void end(String pods, int exitCode) {
    world.changePods(pods, PodStates.ended(exitCode, world.now()));
    settle();
  }

  @Test
  void everyPodIsKnownByItsRankUnderTheSubdomain() {
    start("", "");
    world.changePods("train", PodStates.ready(world.now()));
    settle();

    assertEquals(List.of("train-workers-0", "train-workers-1"), jobs());
    var service = world.get(Resources.SERVICES, KEY).orElseThrow();
    assertEquals("None", service.getSpec().getClusterIP());
    assertTrue(service.getSpec().getPublishNotReadyAddresses());
    var slice = world.list(Resources.ENDPOINT_SLICES).getFirst();
    assertEquals(
        List.of("train-workers-0-0", "train-workers-0-1", "train-workers-1-0", "train-workers-1-1"),
        slice.getEndpoints().stream().map(each -> each.getHostname()).sorted().toList());
    assertEquals(2, status().replicatedJobsStatus().getFirst().ready());
  }

  @Test
  void whoDefinesTheKindKeepsItsObjects() {
    var json = "{\"metadata\":{\"name\":\"jobsets.jobset.x-k8s.io\"}}";
    world.add(
        Resources.CUSTOM_RESOURCE_DEFINITIONS.metadata(),
        ModelCodec.decode(json.getBytes(StandardCharsets.UTF_8), PartialObjectMetadata.class));
    start("", "");

    assertEquals(List.of(), jobs());
  }

  @Test
  void labelsTellEachJobItsPlace() {
    start("", "\"coordinator\":{\"replicatedJob\":\"workers\"},");

    var pod =
        active().stream()
            .filter(each -> "train-workers-1-0".equals(each.getSpec().getHostname()))
            .findFirst()
            .orElseThrow();
    var labels = pod.getMetadata().getLabels();
    assertEquals("train", pod.getSpec().getSubdomain());
    assertEquals("1", labels.get("jobset.sigs.k8s.io/job-index"));
    assertEquals("1", labels.get("jobset.sigs.k8s.io/job-global-index"));
    assertEquals("2", labels.get("jobset.sigs.k8s.io/global-replicas"));
    assertEquals("0", labels.get("jobset.sigs.k8s.io/restart-attempt"));
    assertEquals("train-workers-0-0.train", labels.get("jobset.sigs.k8s.io/coordinator"));
    assertTrue(labels.getOrDefault("jobset.sigs.k8s.io/job-key", "").matches("[0-9a-f]{40}"));
  }

  @Test
  void aFailedJobRestartsAllAsLongAsTheyMay() {
    start("", "\"failurePolicy\":{\"maxRestarts\":1},");
    var before = active().stream().map(pod -> pod.getMetadata().getUid()).toList();

    end("train-workers-0-0", 1);

    assertEquals(1, status().restarts());
    assertEquals(4, active().size());
    assertTrue(active().stream().noneMatch(pod -> before.contains(pod.getMetadata().getUid())));
    assertTrue(
        active().stream()
            .allMatch(
                pod ->
                    "1"
                        .equals(
                            pod.getMetadata()
                                .getLabels()
                                .get("jobset.sigs.k8s.io/restart-attempt"))));

    end("train-workers-1-1", 1);
    assertTrue(status().has("Failed"));
    assertEquals("ReachedMaxRestarts", status().condition("Failed").orElseThrow().getReason());
    assertEquals(0, active().size());
  }

  @Test
  void withoutAFailurePolicyTheFirstFailureIsFinal() {
    start("", "");
    end("train-workers-0-0", 1);

    assertEquals("FailedJobs", status().condition("Failed").orElseThrow().getReason());
    assertEquals("Failed", status().terminalState());
  }

  @Test
  void rulesTellFailuresApart() {
    start(
        "",
        """
        "failurePolicy":{"maxRestarts":0,"rules":[
          {"name":"a","action":"FailJobSet","onJobFailureReasons":["PodFailurePolicy"]},
          {"name":"b","action":"RestartJobSetAndIgnoreMaxRestarts",
           "onJobFailureMessagePatterns":["backoff"]}]},
        """);
    end("train-workers-0-0", 1);

    assertEquals(1, status().restarts());
    assertEquals(0, status().restartsCountTowardsMax());
    assertFalse(status().hasEnded());
  }

  @Test
  void isCompleteWhenAllJobsAreAndLeavesThemThere() {
    start("", "\"ttlSecondsAfterFinished\":60,");
    end("train", 0);

    assertTrue(status().has("Completed"));
    assertEquals(2, jobs().size());
    assertEquals(world.now().plusSeconds(60), world.wakeAt());
    world.pass(Duration.ofSeconds(60));
    settle();
    assertTrue(
        world
            .get(JobSet.RESOURCE, KEY)
            .filter(set -> set.getMetadata().getDeletionTimestamp() == null)
            .isEmpty());
  }

  @Test
  void aJobSetInAQueueIsOneGang() {
    start("\"kueue.x-k8s.io/queue-name\":\"default\"", "\"suspend\":true,");
    assertEquals(0, active().size());
    assertTrue(status().has("Suspended"));

    world.change(JobSet.RESOURCE, "train", this::resumed);
    settle();

    var group = world.get(Resources.POD_GROUPS, KEY).orElseThrow();
    assertEquals(4, group.getSpec().getSchedulingPolicy().getGang().getMinCount());
    assertEquals(4, active().size());
    assertTrue(
        active().stream()
            .allMatch(pod -> "train".equals(pod.getSpec().getSchedulingGroup().getPodGroupName())));
    assertFalse(status().has("Suspended"));
  }

  @Test
  void noPodJoinsAGangThatIsBeingDeleted() {
    world.add(
        Resources.POD_GROUPS,
        new PodGroupBuilder()
            .withNewMetadata()
            .withName("train")
            .withFinalizers(PodGroupProtection.FINALIZER)
            .endMetadata()
            .build());
    world.delete(Resources.POD_GROUPS, KEY, "");
    start("\"kueue.x-k8s.io/queue-name\":\"default\"", "");
    assertEquals(List.of(), active());

    world.change(
        Resources.POD_GROUPS,
        "train",
        group -> {
          group.getMetadata().setFinalizers(List.of());
          return group;
        });
    settle();
    assertEquals(4, active().size());
  }

  @Test
  void whereTheClusterHasNoPodGroupsPodsArePlacedOneByOne() {
    var without =
        new Reconciler[] {
          new JobSetReconciler(false), new JobReconciler(), new GarbageCollector<>(Resources.JOBS)
        };
    start("\"kueue.x-k8s.io/queue-name\":\"default\"", "\"suspend\":true,", without);
    world.change(JobSet.RESOURCE, "train", this::resumed);
    world.settle(without);

    assertTrue(world.get(Resources.POD_GROUPS, KEY).isEmpty());
    assertEquals(4, active().size());
    assertTrue(active().stream().allMatch(pod -> pod.getSpec().getSchedulingGroup() == null));
  }

  private JobSet resumed(JobSet set) {
    var tree = ModelCodec.tree(set);
    tree.withObjectProperty("spec").put("suspend", false);
    return ModelCodec.decode(tree, JobSet.class);
  }

  @Test
  void claimsAreMadeOnceAndMounted() {
    start(
        "",
        """
        "volumeClaimPolicies":[{"templates":[{"metadata":{"name":"state"},"spec":{}}],
          "retentionPolicy":{"whenDeleted":"Retain"}}],
        """);

    var claim =
        world
            .get(Resources.PERSISTENT_VOLUME_CLAIMS, new ObjectKey("default", "state-train"))
            .orElseThrow();
    assertTrue(claim.getMetadata().getOwnerReferences().isEmpty());
    assertEquals(4, world.lookup(Index.PODS_BY_CLAIM, "default/state-train").size());
  }
}
