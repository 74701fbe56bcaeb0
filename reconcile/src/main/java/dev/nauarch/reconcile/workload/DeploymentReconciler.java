package dev.nauarch.reconcile.workload;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Claims;
import dev.nauarch.reconcile.MergePatches;
import dev.nauarch.reconcile.Numbers;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Moves a Deployment's pods from the templates of before to the one of now, one step a plan. */
public final class DeploymentReconciler implements Reconciler {

  @Override
  public String name() {
    return "deployment-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        Trigger.self(Resources.DEPLOYMENTS),
        Trigger.child(Resources.REPLICA_SETS, Resources.DEPLOYMENTS),
        Trigger.orphan(
            Resources.REPLICA_SETS,
            Resources.DEPLOYMENTS,
            deployment -> deployment.getSpec().getSelector()),
        new Trigger.Of<>(Resources.PODS, DeploymentReconciler::recreatedOf));
  }

  /** A Deployment that makes all pods anew waits for the end of the last old one. */
  private static List<ObjectKey> recreatedOf(Pod pod, Snapshot world) {
    return Owners.controllerOf(pod)
        .filter(owner -> owner.getKind().equals("ReplicaSet"))
        .flatMap(
            owner ->
                world.get(
                    Resources.REPLICA_SETS,
                    Owners.keyIn(pod, owner.getName(), Resources.REPLICA_SETS)))
        .flatMap(Owners::controllerOf)
        .flatMap(
            owner ->
                world.get(
                    Resources.DEPLOYMENTS,
                    Owners.keyIn(pod, owner.getName(), Resources.DEPLOYMENTS)))
        .filter(deployment -> "Recreate".equals(deployment.getSpec().getStrategy().getType()))
        .map(deployment -> List.of(ObjectKey.of(deployment)))
        .orElse(List.of());
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(Resources.DEPLOYMENTS, key);
    if (found.isEmpty()) {
      return Plan.NOTHING;
    }
    var deployment = found.get();
    var draft = new PlanDraft();
    var sets =
        Claims.settle(
            draft, deployment, deployment.getSpec().getSelector(), Resources.REPLICA_SETS, world);
    var rollout = Rollout.of(deployment, sets);
    var report = new DeploymentReport(rollout, now);
    if (deployment.getMetadata().getDeletionTimestamp() == null) {
      step(draft, rollout, report, world);
    }
    write(draft, rollout, report, world);
    return draft.plan();
  }

  private static void step(
      PlanDraft draft, Rollout rollout, DeploymentReport report, Snapshot world) {
    var wasResized = rollout.all().stream().anyMatch(set -> Revisions.isOfOtherSize(set, rollout));
    if (report.isPaused() || wasResized) {
      resize(draft, rollout);
    } else if (rollout.isRolling()) {
      roll(draft, rollout);
    } else {
      recreate(draft, rollout, world);
    }
    if (report.isComplete(report.status())) {
      report.expendable().forEach(set -> draft.delete(Resources.REPLICA_SETS, set));
    }
  }

  private static void resize(PlanDraft draft, Rollout rollout) {
    var sizes = Scaling.afterResize(rollout);
    for (var set : rollout.all()) {
      var size = sizes.getOrDefault(set, Counts.replicas(set));
      if (size != Counts.replicas(set) || Revisions.isOfOtherSize(set, rollout)) {
        scale(draft, rollout, set, size);
      }
    }
  }

  private static void roll(PlanDraft draft, Rollout rollout) {
    if (rollout.current().isEmpty()) {
      create(draft, rollout);
      return;
    }
    var current = rollout.current().get();
    var size = Scaling.ofCurrent(rollout);
    if (size != Counts.replicas(current) || !hasItsAnnotations(rollout, current)) {
      scale(draft, rollout, current, size);
      return;
    }
    Scaling.ofOld(rollout, current).forEach((set, next) -> scale(draft, rollout, set, next));
  }

  private static void recreate(PlanDraft draft, Rollout rollout, Snapshot world) {
    var active = rollout.old().stream().filter(set -> Counts.replicas(set) > 0).toList();
    if (!active.isEmpty()) {
      active.forEach(set -> scale(draft, rollout, set, 0));
      return;
    }
    if (rollout.old().stream().anyMatch(set -> hasRunningPods(set, world))) {
      return;
    }
    if (rollout.current().isEmpty()) {
      create(draft, rollout);
      return;
    }
    var current = rollout.current().get();
    if (Counts.replicas(current) != rollout.wanted() || !hasItsAnnotations(rollout, current)) {
      scale(draft, rollout, current, rollout.wanted());
    }
  }

  private static boolean hasRunningPods(ReplicaSet set, Snapshot world) {
    return world.ownedBy(Resources.PODS, set.getMetadata().getUid()).stream()
        .anyMatch(pod -> !Pods.hasEnded(pod));
  }

  private static boolean hasItsAnnotations(Rollout rollout, ReplicaSet current) {
    return Revisions.ofCurrent(rollout).equals(annotations(current));
  }

  private static Map<String, String> annotations(ReplicaSet set) {
    var annotations = set.getMetadata().getAnnotations();
    return annotations == null ? new TreeMap<>() : annotations;
  }

  private static void create(PlanDraft draft, Rollout rollout) {
    var deployment = rollout.deployment();
    var hash = rollout.hash();
    var template =
        deployment
            .getSpec()
            .getTemplate()
            .edit()
            .editOrNewMetadata()
            .addToLabels(Rollout.HASH_LABEL, hash)
            .endMetadata()
            .build();
    var size = Scaling.ofCurrent(rollout);
    draft.create(
        Resources.REPLICA_SETS,
        new ReplicaSetBuilder()
            .withNewMetadata()
            .withNamespace(deployment.getMetadata().getNamespace())
            .withName(rollout.currentName())
            .withLabels(template.getMetadata().getLabels())
            .withAnnotations(Revisions.ofCurrent(rollout))
            .withOwnerReferences(Owners.controller(deployment))
            .endMetadata()
            .withNewSpec()
            .withReplicas(size)
            .withMinReadySeconds(deployment.getSpec().getMinReadySeconds())
            .withSelector(
                deployment
                    .getSpec()
                    .getSelector()
                    .edit()
                    .addToMatchLabels(Rollout.HASH_LABEL, hash)
                    .build())
            .withTemplate(template)
            .endSpec()
            .build());
    if (size > 0) {
      tellScaled(draft, rollout, rollout.currentName(), 0, size);
    }
  }

  private static void scale(PlanDraft draft, Rollout rollout, ReplicaSet set, int size) {
    var isCurrent = rollout.current().filter(set::equals).isPresent();
    var annotations = new TreeMap<>(isCurrent ? Revisions.ofCurrent(rollout) : annotations(set));
    annotations.putAll(Revisions.sizes(rollout));
    draft.update(
        Resources.REPLICA_SETS,
        set.edit()
            .editMetadata()
            .withAnnotations(annotations)
            .endMetadata()
            .editSpec()
            .withReplicas(size)
            .withMinReadySeconds(rollout.deployment().getSpec().getMinReadySeconds())
            .endSpec()
            .build());
    if (size != Counts.replicas(set)) {
      tellScaled(draft, rollout, set.getMetadata().getName(), Counts.replicas(set), size);
    }
  }

  private static void tellScaled(
      PlanDraft draft, Rollout rollout, String set, int before, int after) {
    draft.normal(
        rollout.deployment(),
        "ScalingReplicaSet",
        "Scaled %s replica set %s from %d to %d"
            .formatted(after > before ? "up" : "down", set, before, after));
  }

  private static void write(
      PlanDraft draft, Rollout rollout, DeploymentReport report, Snapshot world) {
    var deployment = rollout.deployment();
    report.lateAt().ifPresent(draft::wakeAt);
    var status = report.status();
    if (hasCollision(rollout, world)) {
      var collisions = Numbers.orZero(status.getCollisionCount()) + 1;
      status = new DeploymentStatusBuilder(status).withCollisionCount(collisions).build();
    }
    var revision = rollout.current().map(Revisions::revision).orElse(0L);
    if (!status.equals(report.old())) {
      draft.updateStatus(Resources.DEPLOYMENTS, deployment.edit().withStatus(status).build());
    } else if (revision > 0 && Revisions.revision(deployment) != revision) {
      // Only with an unchanged status: each of the two writes needs the version that was seen.
      var annotation = new TreeMap<String, String>();
      annotation.put(Revisions.REVISION, Long.toString(revision));
      draft.patch(
          Resources.DEPLOYMENTS, deployment, MergePatches.withAnnotations(deployment, annotation));
    }
  }

  /** Whether the name of the set to make belongs to another one. */
  private static boolean hasCollision(Rollout rollout, Snapshot world) {
    var name =
        new ObjectKey(
            rollout.deployment().getMetadata().getNamespace(),
            rollout.deployment().getMetadata().getName() + "-" + rollout.hash());
    return rollout.current().isEmpty()
        && world
            .get(Resources.REPLICA_SETS, name)
            .filter(
                set ->
                    !Owners.isControlledBy(set, rollout.deployment())
                        || rollout.old().contains(set))
            .isPresent();
  }
}
