package dev.nauarch.reconcile.workload;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Claims;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Names;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.PodTemplates;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Selectors;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Times;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatusBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/** Keeps as many pods of one template running as a ReplicaSet or ReplicationController asks for. */
public final class ReplicaSetReconciler<T extends HasMetadata> implements Reconciler {

  /** How many pods one plan makes or deletes at most. */
  static final int BURST = 500;

  private static final String FAILURE = "ReplicaFailure";

  private final ReplicaForm<T> form;

  private ReplicaSetReconciler(ReplicaForm<T> form) {
    this.form = form;
  }

  /** The controller of ReplicaSets. */
  public static ReplicaSetReconciler<ReplicaSet> ofReplicaSets() {
    return new ReplicaSetReconciler<>(ReplicaForm.REPLICA_SET);
  }

  /** The controller of ReplicationControllers. */
  public static ReplicaSetReconciler<ReplicationController> ofReplicationControllers() {
    return new ReplicaSetReconciler<>(ReplicaForm.REPLICATION_CONTROLLER);
  }

  @Override
  public String name() {
    return form.controller();
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        Trigger.self(form.resource()),
        Trigger.child(Resources.PODS, form.resource()),
        Trigger.orphan(
            Resources.PODS,
            form.resource(),
            owner -> form.asSet().apply(owner).getSpec().getSelector()));
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(form.resource(), key);
    if (found.isEmpty()) {
      return Plan.NOTHING;
    }
    var set = form.asSet().apply(found.get());
    var draft = new PlanDraft();
    var pods = Claims.settle(draft, set, set.getSpec().getSelector(), Resources.PODS, world);
    // First, since a refused pod ends the plan.
    report(draft, found.get(), pods, now);
    if (set.getMetadata().getDeletionTimestamp() == null) {
      scale(draft, set, pods.stream().filter(Pods::isActive).toList(), world);
    }
    return draft.plan();
  }

  @Override
  public Plan refused(ObjectKey key, Command command, String why, Snapshot world, Instant now) {
    var found = world.get(form.resource(), key);
    if (found.isEmpty() || !(command instanceof Command.Create<?>)) {
      return Plan.NOTHING;
    }
    var draft = new PlanDraft();
    draft.warning(found.get(), "FailedCreate", "Error creating: " + why);
    var status = Counts.statusOf(form.asSet().apply(found.get()));
    if (Counts.condition(status, FAILURE).isEmpty()) {
      var failed =
          new ReplicaSetStatusBuilder(status)
              .addNewCondition()
              .withType(FAILURE)
              .withStatus("True")
              .withReason("FailedCreate")
              .withMessage(why)
              .withLastTransitionTime(Times.format(now))
              .endCondition()
              .build();
      draft.updateStatus(form.resource(), form.withStatus().apply(found.get(), failed));
    }
    return draft.plan();
  }

  private static void scale(PlanDraft draft, ReplicaSet set, List<Pod> active, Snapshot world) {
    var missing = Counts.replicas(set) - active.size();
    if (missing > 0) {
      create(draft, set, Math.min(missing, BURST), world);
    } else if (missing < 0) {
      var surplus = DeletionOrder.of(active).subList(0, Math.min(-missing, BURST));
      surplus.forEach(pod -> draft.delete(Resources.PODS, pod));
      surplus.forEach(
          pod ->
              draft.normal(set, "SuccessfulDelete", "Deleted pod: " + pod.getMetadata().getName()));
    }
  }

  private static void create(PlanDraft draft, ReplicaSet set, int count, Snapshot world) {
    var uid = set.getMetadata().getUid();
    var names = Names.ofPods(world, ObjectKey.of(set), uid).limit(count).toList();
    for (var name : names) {
      draft.create(
          Resources.PODS, PodTemplates.pod(set.getSpec().getTemplate(), set, name).build());
    }
    names.forEach(name -> draft.normal(set, "SuccessfulCreate", "Created pod: " + name));
  }

  private void report(PlanDraft draft, T owner, List<Pod> pods, Instant now) {
    var set = form.asSet().apply(owner);
    var minReady = Counts.minReady(set);
    var active = pods.stream().filter(Pods::isActive).toList();
    var available = count(active, pod -> Pods.isAvailable(pod, minReady, now));
    var templateLabels = set.getSpec().getTemplate().getMetadata().getLabels();
    var old = Counts.statusOf(set);
    var isShort = active.size() < Counts.replicas(set);
    var status =
        new ReplicaSetStatusBuilder(old)
            .withReplicas(active.size())
            .withFullyLabeledReplicas(count(active, pod -> Selectors.matches(templateLabels, pod)))
            .withReadyReplicas(count(active, Pods::isReady))
            .withAvailableReplicas(available)
            .withTerminatingReplicas(
                count(pods, pod -> Pods.isTerminating(pod) && !Pods.hasEnded(pod)))
            .withObservedGeneration(set.getMetadata().getGeneration())
            .withConditions(
                old.getConditions().stream()
                    .filter(each -> isShort || !each.getType().equals(FAILURE))
                    .toList())
            .build();
    var reported = form.withStatus().apply(owner, status);
    if (!Counts.areEqual(Counts.statusOf(form.asSet().apply(reported)), old)) {
      draft.updateStatus(form.resource(), reported);
    }
    wakeWhenAvailable(draft, active, minReady, now);
  }

  private static void wakeWhenAvailable(
      PlanDraft draft, List<Pod> active, Duration minReady, Instant now) {
    active.stream()
        .flatMap(pod -> Pods.readySince(pod).stream())
        .map(since -> since.plus(minReady))
        .filter(at -> at.isAfter(now))
        .forEach(draft::wakeAt);
  }

  private static int count(List<Pod> pods, Predicate<Pod> condition) {
    return (int) pods.stream().filter(condition).count();
  }
}
