package dev.nauarch.reconcile.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Chaos;
import dev.nauarch.reconcile.Numbers;
import dev.nauarch.reconcile.PodStates;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.World;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.HashSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories of a Job: what its controller must never do, and where it must arrive. */
final class JobModelTest {

  private static final int SEEDS = 15;
  private static final int STEPS = 250;
  private static final int COMPLETIONS = 5;
  private static final ObjectKey KEY = new ObjectKey("default", "work");

  private final World world = new World();
  private int succeeded;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void itNeverDoesWhatItMustNotAndArrives(boolean isIndexed) {
    for (int seed = 0; seed < SEEDS; seed++) {
      new JobModelTest().play(isIndexed, seed + (isIndexed ? 1000L : 0));
    }
  }

  private static Job work(boolean isIndexed) {
    return new JobBuilder()
        .withNewMetadata()
        .withName("work")
        .endMetadata()
        .withNewSpec()
        .withParallelism(3)
        .withCompletions(COMPLETIONS)
        .withBackoffLimit(1_000)
        .withCompletionMode(isIndexed ? "Indexed" : "NonIndexed")
        .withNewSelector()
        .addToMatchLabels("job", "work")
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .addToLabels("job", "work")
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy("Never")
        .addNewContainer()
        .withName("main")
        .withImage("any")
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  private void play(boolean isIndexed, long seed) {
    world.know(Resources.JOBS);
    world.know(Resources.PODS);
    world.add(Resources.JOBS, work(isIndexed));
    var chaos = new Chaos(world, seed, new JobReconciler());
    chaos
        .user(
            () ->
                change(
                    job -> job.edit().editSpec().withParallelism(chaos.below(5)).endSpec().build()))
        .user(
            () ->
                change(
                    job ->
                        job.edit().editSpec().withSuspend(chaos.below(3) == 0).endSpec().build()))
        .user(() -> deleteSomePod(chaos))
        .user(() -> endSomePod(chaos))
        .user(() -> endSomePod(chaos))
        .invariant(this::noIndexIsWorkedAtTwice)
        .invariant(this::successIsNotForgotten)
        .invariant(() -> assertEquals(Set.of(), world.usedAgain()))
        .whileResting(this::workOn)
        .run(STEPS);
    hasArrived();
  }

  private void change(UnaryOperator<Job> change) {
    world.change(Resources.JOBS, "work", change);
  }

  private void deleteSomePod(Chaos chaos) {
    var pods = world.list(Resources.PODS);
    if (!pods.isEmpty()) {
      world.delete(Resources.PODS, ObjectKey.of(pods.get(chaos.below(pods.size()))), "");
    }
  }

  private void endSomePod(Chaos chaos) {
    var pods = world.list(Resources.PODS);
    if (!pods.isEmpty()) {
      end(pods.get(chaos.below(pods.size())));
    }
  }

  private void end(Pod pod) {
    if (Pods.isReady(pod) && Pods.isActive(pod)) {
      world.changeAt(Resources.PODS, ObjectKey.of(pod), PodStates.ended(0, world.now()));
    }
  }

  /** All goes on, until each pod has succeeded. */
  private void workOn() {
    var job = world.get(Resources.JOBS, KEY).orElseThrow();
    if (!JobReconciler.hasEnded(job)
        && (Boolean.TRUE.equals(job.getSpec().getSuspend())
            || job.getSpec().getParallelism() == 0)) {
      change(
          each -> each.edit().editSpec().withSuspend(false).withParallelism(2).endSpec().build());
    }
    world.list(Resources.PODS).forEach(this::end);
  }

  private void noIndexIsWorkedAtTwice() {
    var indexes = new HashSet<String>();
    for (var pod : world.list(Resources.PODS)) {
      var labels = pod.getMetadata().getLabels();
      var index = labels.get("batch.kubernetes.io/job-completion-index");
      if (index != null && Pods.isActive(pod)) {
        assertTrue(indexes.add(index), () -> "index " + index + " twice");
      }
    }
  }

  private void successIsNotForgotten() {
    var status = world.get(Resources.JOBS, KEY).orElseThrow().getStatus();
    var now = status == null ? 0 : Numbers.orZero(status.getSucceeded());
    assertTrue(now >= succeeded, () -> succeeded + " had succeeded, now " + now);
    succeeded = now;
  }

  private void hasArrived() {
    var job = world.get(Resources.JOBS, KEY).orElseThrow();
    assertTrue(
        JobReconciler.hasCondition(job, "Complete"), () -> "not complete: " + job.getStatus());
    assertTrue(Numbers.orZero(job.getStatus().getSucceeded()) >= COMPLETIONS);
    assertEquals(0, Numbers.orZero(job.getStatus().getActive()));
    for (var pod : world.list(Resources.PODS)) {
      assertTrue(Pods.hasEnded(pod), "a pod that still works");
      assertTrue(pod.getMetadata().getFinalizers().isEmpty(), "a pod that can't go");
    }
  }
}
