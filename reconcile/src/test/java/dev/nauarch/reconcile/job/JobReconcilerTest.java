package dev.nauarch.reconcile.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.PodStop;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.PodStates;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Trigger;
import dev.nauarch.reconcile.World;
import dev.nauarch.reconcile.node.PodStopper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class JobReconcilerTest {

  private static final ObjectKey KEY = new ObjectKey("default", "sum");

  private final World world = new World();
  private final JobReconciler controller = new JobReconciler();

  private static JobBuilder job(int completions, int parallelism) {
    return new JobBuilder()
        .withNewMetadata()
        .withName("sum")
        .endMetadata()
        .withNewSpec()
        .withCompletions(completions)
        .withParallelism(parallelism)
        .withBackoffLimit(2)
        .withNewTemplate()
        .withNewSpec()
        .withRestartPolicy("Never")
        .addNewContainer()
        .withName("main")
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec();
  }

  private void start(JobBuilder job) {
    world.add(Resources.JOBS, job.build());
    world.settle(controller);
  }

  private Job job() {
    return world.get(Resources.JOBS, KEY).orElseThrow();
  }

  private JobStatus status() {
    return job().getStatus();
  }

  private List<Pod> active() {
    return world.list(Resources.PODS).stream().filter(Pods::isActive).toList();
  }

  private void end(Pod pod, int exitCode) {
    world.changePods(pod.getMetadata().getName(), PodStates.ended(exitCode, world.now()));
    world.settle(controller);
  }

  private String reason(String condition) {
    return status().getConditions().stream()
        .filter(each -> each.getType().equals(condition))
        .map(each -> each.getStatus() + " " + each.getReason())
        .findFirst()
        .orElse("none");
  }

  @Test
  void runsNoMorePodsAtATimeThanItMay() {
    start(job(3, 2));
    assertEquals(2, active().size());

    end(active().getFirst(), 0);
    assertEquals(2, active().size());

    end(active().getFirst(), 0);
    assertEquals(1, active().size());
    assertFalse(JobReconciler.hasEnded(job()));
  }

  @Test
  void aPodThatLostItsJobIsTakenInAgain() {
    start(
        job(2, 2)
            .editSpec()
            .withNewSelector()
            .addToMatchLabels("job", "sum")
            .endSelector()
            .editTemplate()
            .withNewMetadata()
            .addToLabels("job", "sum")
            .endMetadata()
            .endTemplate()
            .endSpec());
    var name = active().getFirst().getMetadata().getName();
    world.changePods(
        name, pod -> pod.edit().editMetadata().withOwnerReferences().endMetadata().build());
    var orphan = world.get(Resources.PODS, new ObjectKey("default", name)).orElseThrow();
    assertTrue(
        controller.triggers().stream()
            .filter(
                trigger ->
                    trigger instanceof Trigger.Of<?> of && of.resource().equals(Resources.PODS))
            .map(trigger -> podKeys(trigger, orphan))
            .anyMatch(List.of(KEY)::equals));
    world.settle(controller);
    assertEquals(2, world.list(Resources.PODS).size());
    assertTrue(
        world.list(Resources.PODS).stream().allMatch(pod -> Owners.isControlledBy(pod, job())));
  }

  @SuppressWarnings("unchecked") // of pods, by its resource
  private List<ObjectKey> podKeys(Trigger trigger, Pod pod) {
    return ((Trigger.Of<Pod>) trigger).keys().of(pod, world);
  }

  @Test
  void noPodHasTheNameOfOneThatIsGone() {
    start(job(2, 2).editSpec().withCompletionMode("Indexed").endSpec());
    for (int i = 0; i < 3; i++) {
      var pod = active().getFirst();
      world.changePods(
          pod.getMetadata().getName(),
          each -> each.edit().editMetadata().withFinalizers().endMetadata().build());
      world.delete(Resources.PODS, ObjectKey.of(pod), "");
      world.settle(controller);
      assertEquals(2, active().size());
    }
    assertEquals(Set.of(), world.usedAgain());
  }

  @Test
  void theIndexStaysInTheNameOfALongJobsPod() {
    var name = "s".repeat(63);
    world.add(
        Resources.JOBS,
        job(12, 12)
            .editMetadata()
            .withName(name)
            .endMetadata()
            .editSpec()
            .withCompletionMode("Indexed")
            .endSpec()
            .build());
    world.settle(controller);
    var names = active().stream().map(pod -> pod.getMetadata().getName()).sorted().toList();
    assertEquals(12, names.size());
    assertTrue(names.stream().allMatch(each -> each.length() == 63), names.toString());
    assertTrue(names.stream().anyMatch(each -> each.matches("s+-11-.....")), names.toString());
  }

  @Test
  void isCompleteWhenEveryPodIsCountedAndLetGo() {
    start(job(2, 2));
    world.changePods("sum", PodStates.ended(0, world.now()));
    world.settle(controller);

    assertEquals("True CompletionsReached", reason("Complete"));
    assertEquals(2, status().getSucceeded());
    assertNull(status().getActive());
    assertTrue(status().getUncountedTerminatedPods().getSucceeded().isEmpty());
    assertTrue(world.list(Resources.PODS).stream().noneMatch(JobPods::isTracked));
    assertTrue(world.events().contains("Completed: Job completed"));
  }

  @Test
  void everyIndexHasItsOwnPodHostnameAndVariable() {
    start(job(2, 2).editSpec().withCompletionMode("Indexed").endSpec());

    assertEquals(
        List.of("sum-0", "sum-1"),
        active().stream().map(pod -> pod.getSpec().getHostname()).sorted().toList());
    var pod = active().getFirst();
    assertEquals("0", pod.getMetadata().getLabels().get(JobPods.INDEX));
    assertEquals("0", pod.getMetadata().getAnnotations().get(JobPods.INDEX));
    assertEquals(
        "JOB_COMPLETION_INDEX",
        pod.getSpec().getContainers().getFirst().getEnv().getFirst().getName());
  }

  @Test
  void anIndexThatFailedRunsAgainAfterAPause() {
    start(job(2, 2).editSpec().withCompletionMode("Indexed").endSpec());
    end(active().getFirst(), 1);
    assertEquals(1, active().size());
    assertEquals(world.now().plusSeconds(10), world.wakeAt());

    world.pass(Duration.ofSeconds(10));
    world.settle(controller);

    assertEquals(2, active().size());
    assertEquals(1, status().getFailed());
    world.changePods("sum-1", PodStates.ended(0, world.now()));
    world.settle(controller);
    assertEquals("1", status().getCompletedIndexes());
  }

  @Test
  void tooManyFailuresFailTheJobAndStopItsPods() {
    start(job(2, 2).editSpec().withBackoffLimit(0).endSpec());
    end(active().getFirst(), 1);

    assertEquals("True BackoffLimitExceeded", reason("Failed"));
    assertEquals("True BackoffLimitExceeded", reason("FailureTarget"));
    assertEquals(0, active().size());
  }

  @Test
  void suspendingStopsPodsWithoutBlameAndResumingStartsTheClockAnew() {
    start(job(2, 2));
    world.change(
        Resources.JOBS, "sum", job -> job.edit().editSpec().withSuspend(true).endSpec().build());
    world.settle(controller);
    assertEquals(0, active().size());
    assertNull(status().getFailed());
    assertEquals("True JobSuspended", reason("Suspended"));

    world.pass(Duration.ofMinutes(5));
    world.change(
        Resources.JOBS, "sum", job -> job.edit().editSpec().withSuspend(false).endSpec().build());
    world.settle(controller);
    assertEquals(2, active().size());
    assertEquals("False JobResumed", reason("Suspended"));
    assertEquals("2026-01-01T00:05:00Z", status().getStartTime());
  }

  @Test
  void suspendingLeavesPodsTheTimeThatTheyWantAndCountsNothingOfWhatTheyDoThen() {
    start(
        job(2, 2)
            .editSpec()
            .editTemplate()
            .editOrNewMetadata()
            .addToAnnotations(PodStop.GRACE, "60")
            .endMetadata()
            .endTemplate()
            .endSpec());
    world.changePods(
        "sum", pod -> pod.edit().editOrNewStatus().withPhase("Running").endStatus().build());
    world.change(
        Resources.JOBS, "sum", job -> job.edit().editSpec().withSuspend(true).endSpec().build());
    var stopper = new PodStopper();
    world.settle(controller, stopper);
    assertEquals(2, active().size());
    assertTrue(active().stream().allMatch(PodStop::isAsked));

    end(active().getFirst(), 0);
    world.settle(controller, stopper);
    assertEquals(1, active().size());
    world.pass(Duration.ofSeconds(60));
    world.settle(controller, stopper);
    assertEquals(0, active().size());
    assertNull(status().getFailed());
    assertNull(status().getSucceeded());
  }

  @Test
  void aJobThatStartsSuspendedHasNoStartTime() {
    start(job(1, 1).editSpec().withSuspend(true).endSpec());

    assertEquals(null, status().getStartTime());
    assertEquals(0, world.list(Resources.PODS).size());
  }

  @Test
  void aFailurePolicyTellsFatalFailuresFromForgivableOnes() {
    start(
        job(2, 2)
            .editSpec()
            .withNewPodFailurePolicy()
            .addNewRule()
            .withAction("Ignore")
            .addNewOnPodCondition()
            .withType("DisruptionTarget")
            .endOnPodCondition()
            .endRule()
            .addNewRule()
            .withAction("FailJob")
            .withNewOnExitCodes()
            .withOperator("In")
            .withValues(42)
            .endOnExitCodes()
            .endRule()
            .endPodFailurePolicy()
            .endSpec());
    var evicted = active().getFirst().getMetadata().getName();
    world.changePods(
        evicted,
        pod ->
            PodStates.ended(137, world.now())
                .apply(pod)
                .edit()
                .editStatus()
                .addNewCondition()
                .withType("DisruptionTarget")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build());
    world.settle(controller);
    assertNull(status().getFailed());

    end(active().getFirst(), 42);
    assertEquals("True PodFailurePolicy", reason("Failed"));
  }

  @Test
  void aSuccessPolicyEndsTheJobWhenTheLeaderIsDone() {
    start(
        job(3, 3)
            .editSpec()
            .withCompletionMode("Indexed")
            .withNewSuccessPolicy()
            .addNewRule()
            .withSucceededIndexes("0")
            .endRule()
            .endSuccessPolicy()
            .endSpec());
    world.changePods("sum-0", PodStates.ended(0, world.now()));
    world.settle(controller);

    assertEquals("True SuccessPolicy", reason("Complete"));
    assertEquals(0, active().size());
  }

  @Test
  void indexesFailEachForThemselvesWhereTheyHaveLimitsOfTheirOwn() {
    start(
        job(2, 2)
            .editSpec()
            .withCompletionMode("Indexed")
            .withBackoffLimit(Integer.MAX_VALUE)
            .withBackoffLimitPerIndex(0)
            .endSpec());
    world.changePods("sum-0", PodStates.ended(1, world.now()));
    world.settle(controller);
    assertEquals("0", status().getFailedIndexes());
    assertEquals(1, active().size());

    world.changePods("sum-1", PodStates.ended(0, world.now()));
    world.settle(controller);
    assertEquals("True FailedIndexes", reason("Failed"));
    assertEquals("1", status().getCompletedIndexes());
  }

  @Test
  void aJobThatRunsTooLongFails() {
    start(job(1, 1).editSpec().withActiveDeadlineSeconds(60L).endSpec());
    assertEquals(world.now().plusSeconds(60), world.wakeAt());

    world.pass(Duration.ofSeconds(60));
    world.settle(controller);

    assertEquals("True DeadlineExceeded", reason("Failed"));
    assertEquals(0, active().size());
  }

  @Test
  void podsOfAJobThatIsGoneAreLetGo() {
    start(job(1, 1));
    world.delete(Resources.JOBS, KEY, "");
    world.changePods("sum", PodStates.ended(0, world.now()));
    world.settle(controller);

    assertTrue(world.list(Resources.PODS).stream().noneMatch(JobPods::isTracked));
  }

  @Test
  void aSnapshotWithoutTheLatestPodsMakesNoSecondOnes() {
    start(job(2, 2).editSpec().withCompletionMode("Indexed").endSpec());
    var stale = new World();
    var pods = active().stream().map(pod -> pod.getMetadata().getName()).toList();
    stale.add(Resources.JOBS, job());
    stale.change(
        Resources.JOBS,
        "sum",
        job -> {
          job.getMetadata().setUid(job().getMetadata().getUid());
          return job;
        });
    stale.settle(controller);

    assertEquals(
        pods, stale.list(Resources.PODS).stream().map(p -> p.getMetadata().getName()).toList());
  }

  @Test
  void indexesAreWrittenAsRanges() {
    assertEquals("0,2-4,6,7", IndexSet.parse("0,2-4,6-7", 10).toString());
    assertEquals("0,2", IndexSet.parse("0,2-4", 3).toString());
    assertEquals(2, IndexSet.parse("1-3", 10).common(IndexSet.parse("2-9", 10)));
  }
}
