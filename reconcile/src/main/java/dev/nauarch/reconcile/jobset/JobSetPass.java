package dev.nauarch.reconcile.jobset;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.api.jobset.JobSet;
import dev.nauarch.api.jobset.ReplicatedJob;
import dev.nauarch.api.jobset.ReplicatedJobStatus;
import dev.nauarch.api.jobset.VolumeClaimPolicy;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Times;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Instant;
import java.util.List;

/** One look at one JobSet. */
final class JobSetPass {

  private final JobSet set;
  private final Gangs gangs;
  private final Snapshot world;
  private final Instant now;
  private final PlanDraft draft = new PlanDraft();
  private final ChildJobs jobs;
  private final List<ReplicatedJobStatus> groups;
  private final StatusDraft status;

  JobSetPass(JobSet set, Gangs gangs, Snapshot world, Instant now) {
    this.set = set;
    this.gangs = gangs;
    this.world = world;
    this.now = now;
    this.jobs = ChildJobs.of(set, world);
    this.groups = jobs.statuses(set);
    this.status = new StatusDraft(set.status(), now);
  }

  Plan plan() {
    status.groups(groups);
    if (set.status().hasEnded()) {
      delete(jobs.active());
      expire();
    } else {
      delete(jobs.previous());
      var outcome = Outcome.of(set, jobs);
      if (outcome.isPresent()) {
        conclude(outcome.get());
      } else {
        maintain();
      }
    }
    var fresh = status.status();
    if (!fresh.equals(set.status())) {
      draft.updateStatus(JobSet.RESOURCE, set.withStatus(fresh));
    }
    return draft.plan();
  }

  private void delete(List<Job> unwanted) {
    unwanted.stream()
        .filter(job -> job.getMetadata().getDeletionTimestamp() == null)
        .forEach(job -> draft.delete(Resources.JOBS, job, "Foreground"));
  }

  private void expire() {
    var seconds = set.spec().ttlSecondsAfterFinished();
    var end =
        set.status()
            .condition("Completed")
            .filter(c -> "True".equals(c.getStatus()))
            .or(() -> set.status().condition("Failed"));
    if (seconds == null || end.isEmpty()) {
      return;
    }
    var at = Times.parse(end.get().getLastTransitionTime()).plusSeconds(seconds);
    if (at.isAfter(now)) {
      draft.wakeAt(at);
    } else {
      draft.delete(JobSet.RESOURCE, set, "Foreground");
    }
  }

  private void conclude(Outcome outcome) {
    switch (outcome) {
      case Outcome.Completed done -> {
        status.ended("Completed");
        status.set("Completed", true, "AllJobsCompleted", "jobset completed successfully");
        notRestarting("JobSetCompleted");
        draft.normal(set, "AllJobsCompleted", "jobset completed successfully");
      }
      case Outcome.Failed(var reason, var message) -> {
        status.ended("Failed");
        status.set("Failed", true, reason, message);
        notRestarting("JobSetFailed");
        draft.warning(set, reason, message);
      }
      case Outcome.Restarted(var counts, var message) -> {
        status.restarted(counts);
        status.set("RestartingJobSet", true, "RestartJobSet", message);
        draft.warning(set, "RestartJobSetFailurePolicyAction", message);
      }
    }
  }

  private void notRestarting(String reason) {
    if (status.has("RestartingJobSet")) {
      status.set("RestartingJobSet", false, reason, "no restart is under way");
    }
  }

  /** Makes what is missing, and suspends or resumes what is there. */
  private void maintain() {
    if (set.spec().wantsHostnames()) {
      createService();
    }
    set.spec().volumeClaimPolicies().forEach(this::createClaims);
    if (gangs.isGang(set) && isMissing(Resources.POD_GROUPS, set.getMetadata().getName())) {
      draft.create(Resources.POD_GROUPS, Gangs.podGroup(set));
    }
    if (!isGroupEnding()) {
      createJobs();
    }
    suspendOrResume();
    var isReady =
        set.spec().replicatedJobs().stream().allMatch(group -> started(group) == group.replicas());
    if (isReady && !set.spec().wantsSuspension()) {
      notRestarting("JobSetRestarted");
    }
  }

  private <T extends io.fabric8.kubernetes.api.model.HasMetadata> boolean isMissing(
      dev.nauarch.api.Resource<T> resource, String name) {
    return world.get(resource, new ObjectKey(set.getMetadata().getNamespace(), name)).isEmpty();
  }

  /** Pods that were there before keep a group that is deleted; no new ones are to join it. */
  private boolean isGroupEnding() {
    return gangs.isGang(set)
        && world
            .get(Resources.POD_GROUPS, ObjectKey.of(set))
            .filter(group -> group.getMetadata().getDeletionTimestamp() != null)
            .isPresent();
  }

  private void createService() {
    var subdomain = set.spec().subdomain(set.getMetadata().getName());
    if (!isMissing(Resources.SERVICES, subdomain)) {
      return;
    }
    draft.create(
        Resources.SERVICES,
        new ServiceBuilder()
            .withNewMetadata()
            .withNamespace(set.getMetadata().getNamespace())
            .withName(subdomain)
            .withOwnerReferences(Owners.controller(set))
            .endMetadata()
            .withNewSpec()
            .withClusterIP("None")
            .addToSelector(JobSetKeys.NAME, set.getMetadata().getName())
            .withPublishNotReadyAddresses(set.spec().publishesNotReady())
            .endSpec()
            .build());
  }

  private void createClaims(VolumeClaimPolicy policy) {
    for (var template : policy.templates()) {
      var name = JobFactory.claimName(set, template.getMetadata().getName());
      if (isMissing(Resources.PERSISTENT_VOLUME_CLAIMS, name)) {
        draft.create(
            Resources.PERSISTENT_VOLUME_CLAIMS, claim(template, name, policy.outlivesJobSet()));
      }
    }
  }

  private PersistentVolumeClaim claim(
      PersistentVolumeClaim template, String name, boolean outlivesJobSet) {
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withNamespace(set.getMetadata().getNamespace())
        .withName(name)
        .withLabels(template.getMetadata().getLabels())
        .addToLabels(JobSetKeys.NAME, set.getMetadata().getName())
        .withAnnotations(template.getMetadata().getAnnotations())
        .withOwnerReferences(outlivesJobSet ? List.of() : List.of(Owners.controller(set)))
        .endMetadata()
        .withSpec(template.getSpec())
        .build();
  }

  private void createJobs() {
    var policy = set.spec().failurePolicyIfAny();
    var waitsForAll =
        policy.filter(each -> each.restartStrategy().equals("BlockingRecreate")).isPresent();
    if (waitsForAll && !jobs.previous().isEmpty()) {
      return;
    }
    var factory = new JobFactory(set, gangs);
    var order = set.spec().startsInOrder() && !set.spec().wantsSuspension();
    var waits = false;
    for (var group : set.spec().replicatedJobs()) {
      if (!waits && mayStart(group)) {
        createMissing(factory, group);
      }
      waits |= order && started(group) < group.replicas();
    }
    if (order) {
      reportOrder(waits);
    }
  }

  private void createMissing(JobFactory factory, ReplicatedJob group) {
    for (int index = 0; index < group.replicas(); index++) {
      // A Job of the attempt before holds the name until it is gone.
      if (isMissing(Resources.JOBS, JobFactory.name(set, group, index))) {
        draft.create(Resources.JOBS, factory.job(group, index));
      }
    }
  }

  private void reportOrder(boolean waits) {
    status.set(
        "StartupPolicyInProgress",
        waits,
        waits ? "InOrderStartupPolicyInProgress" : "InOrderStartupPolicyCompleted",
        waits ? "groups are starting one after the other" : "all groups have started");
    if (!waits) {
      status.set(
          "StartupPolicyCompleted",
          true,
          "InOrderStartupPolicyCompleted",
          "all groups have started");
    }
  }

  private boolean mayStart(ReplicatedJob group) {
    return set.spec().wantsSuspension()
        || group.dependsOn().stream()
            .allMatch(
                dependency ->
                    set.spec().replicatedJobs().stream()
                        .filter(each -> each.name().equals(dependency.name()))
                        .allMatch(
                            each ->
                                "Complete".equals(dependency.status())
                                    ? counts(each).succeeded() == each.replicas()
                                    : started(each) == each.replicas()));
  }

  private ReplicatedJobStatus counts(ReplicatedJob group) {
    return groups.stream()
        .filter(each -> each.name().equals(group.name()))
        .findFirst()
        .orElseThrow();
  }

  private int started(ReplicatedJob group) {
    var counts = counts(group);
    return counts.ready() + counts.failed() + counts.succeeded();
  }

  private void suspendOrResume() {
    if (set.spec().wantsSuspension()) {
      jobs.active().stream()
          .filter(job -> !ChildJobs.isSuspended(job))
          .forEach(job -> draft.update(Resources.JOBS, withSuspension(job, true)));
      if (status.set("Suspended", true, "SuspendedJobs", "jobset is suspended")) {
        draft.normal(set, "SuspendedJobs", "jobset is suspended");
      }
      return;
    }
    jobs.active().stream().filter(ChildJobs::isSuspended).forEach(this::resume);
    if (status.has("Suspended")) {
      status.set("Suspended", false, "ResumeJobs", "jobset is resumed");
      draft.normal(set, "ResumeJobs", "jobset is resumed");
    }
  }

  private static Job withSuspension(Job job, boolean suspended) {
    return job.edit().editSpec().withSuspend(suspended).endSpec().build();
  }

  private void resume(Job job) {
    var group =
        set.spec().replicatedJobs().stream()
            .filter(each -> each.name().equals(ChildJobs.groupOf(job)))
            .findFirst();
    if (group.isEmpty()) {
      return;
    }
    if (job.getStatus() != null && job.getStatus().getStartTime() != null) {
      // A template may only change in a Job that has not started, so it is made one first.
      draft.updateStatus(
          Resources.JOBS, job.edit().editStatus().withStartTime(null).endStatus().build());
      return;
    }
    var resumed = withSuspension(job, false);
    resumed
        .getSpec()
        .setTemplate(
            new JobFactory(set, gangs).refreshed(job.getSpec().getTemplate(), group.get()));
    draft.update(Resources.JOBS, resumed);
  }
}
