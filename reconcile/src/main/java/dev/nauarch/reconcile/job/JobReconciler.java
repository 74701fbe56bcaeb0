package dev.nauarch.reconcile.job;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Claims;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Index;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.List;

/** Runs pods until as many have succeeded as a Job wants, or too many have failed. */
public final class JobReconciler implements Reconciler {

  private static final String SELF = "kubernetes.io/job-controller";

  private static final Index<Pod> TRACKED_BY_JOB =
      new Index<>(
          Resources.PODS,
          "tracked-by-job",
          pod ->
              Owners.controllerOf(pod)
                  .filter(owner -> JobPods.isTracked(pod) && owner.getKind().equals("Job"))
                  .map(owner -> List.of(pod.getMetadata().getNamespace() + "/" + owner.getName()))
                  .orElse(List.of()));

  @Override
  public String name() {
    return "job-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        Trigger.self(Resources.JOBS),
        Trigger.child(Resources.PODS, Resources.JOBS),
        Trigger.orphan(Resources.PODS, Resources.JOBS, job -> job.getSpec().getSelector()));
  }

  /** Whether a Job has ended, in success or failure. */
  public static boolean hasEnded(Job job) {
    return hasCondition(job, "Complete") || hasCondition(job, "Failed");
  }

  /** Whether a condition of a Job is there and true. */
  public static boolean hasCondition(Job job, String type) {
    return job.getStatus() != null
        && job.getStatus().getConditions().stream()
            .anyMatch(each -> type.equals(each.getType()) && "True".equals(each.getStatus()));
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var draft = new PlanDraft();
    var found = world.get(Resources.JOBS, key);
    releaseOrphans(draft, key, world);
    if (found.isEmpty() || isManagedElsewhere(found.get())) {
      return draft.plan();
    }
    var job = found.get();
    var pods = podsOf(draft, job, world);
    if (job.getMetadata().getDeletionTimestamp() != null || hasEnded(job)) {
      release(draft, pods);
      return draft.plan();
    }
    var tally = new Tally(job, pods);
    var ending = Ending.of(job, tally, now);
    var scaling = new JobScaling(draft, job, tally, world, now);
    if (ending.isPresent()) {
      tally.active().forEach(pod -> draft.delete(Resources.PODS, pod));
    } else if (Boolean.TRUE.equals(job.getSpec().getSuspend())) {
      scaling.stopAll();
    } else {
      scaling.adjust();
      Ending.deadline(job).ifPresent(draft::wakeAt);
    }
    new JobReport(draft, job, tally, ending, now).write();
    return draft.plan();
  }

  @Override
  public Plan refused(ObjectKey key, Command command, String why, Snapshot world, Instant now) {
    return PlanDraft.failedCreate(
        world.get(Resources.JOBS, key), command, "Error creating: " + why);
  }

  private static boolean isManagedElsewhere(Job job) {
    var manager = job.getSpec().getManagedBy();
    return manager != null && !manager.isEmpty() && !manager.equals(SELF);
  }

  private static List<Pod> podsOf(PlanDraft draft, Job job, Snapshot world) {
    return job.getSpec().getSelector() == null
        ? world.ownedBy(Resources.PODS, job.getMetadata().getUid()).stream()
            .filter(pod -> Owners.isControlledBy(pod, job))
            .toList()
        : Claims.settle(draft, job, job.getSpec().getSelector(), Resources.PODS, world);
  }

  private static void release(PlanDraft draft, List<Pod> pods) {
    pods.stream()
        .filter(JobPods::isTracked)
        .forEach(pod -> draft.removeFinalizer(Resources.PODS, pod, JobPods.FINALIZER));
  }

  /** Lets go of pods whose Job is gone, so that they can be deleted. */
  private static void releaseOrphans(PlanDraft draft, ObjectKey key, Snapshot world) {
    var uid = world.get(Resources.JOBS, key).map(job -> job.getMetadata().getUid()).orElse("");
    for (var pod : world.lookup(TRACKED_BY_JOB, key.toString())) {
      var owner = Owners.controllerOf(pod);
      if (owner.isPresent() && !owner.get().getUid().equals(uid)) {
        draft.add(
            new Command.Confirm(new Command.Fact.Gone(Resources.JOBS, key, owner.get().getUid())));
        draft.removeFinalizer(Resources.PODS, pod, JobPods.FINALIZER);
      }
    }
  }
}
