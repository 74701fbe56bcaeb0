package dev.nauarch.reconcile.job;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Times;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Deletes Jobs that ended and have stayed for as long as they were to. */
public final class FinishedJobs implements Reconciler {

  @Override
  public String name() {
    return "ttl-after-finished-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(Trigger.self(Resources.JOBS));
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var draft = new PlanDraft();
    world
        .get(Resources.JOBS, key)
        .filter(job -> job.getMetadata().getDeletionTimestamp() == null)
        .ifPresent(
            job ->
                expiry(job)
                    .ifPresent(
                        at -> {
                          if (at.isAfter(now)) {
                            draft.wakeAt(at);
                          } else {
                            draft.delete(Resources.JOBS, job, "Foreground");
                          }
                        }));
    return draft.plan();
  }

  private static Optional<Instant> expiry(Job job) {
    var seconds = job.getSpec().getTtlSecondsAfterFinished();
    if (seconds == null || job.getStatus() == null) {
      return Optional.empty();
    }
    return job.getStatus().getConditions().stream()
        .filter(each -> "True".equals(each.getStatus()))
        .filter(each -> each.getType().equals("Complete") || each.getType().equals("Failed"))
        .map(JobCondition::getLastTransitionTime)
        .findFirst()
        .map(time -> Times.parse(time).plusSeconds(seconds));
  }
}
