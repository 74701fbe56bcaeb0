package dev.nauarch.reconcile.workload;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Claims;
import dev.nauarch.reconcile.Names;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.PodTemplates;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Selectors;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatusBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Keeps as many pods of one template running as a ReplicaSet asks for. */
public final class ReplicaSetReconciler implements Reconciler {

  /** How many pods one plan makes or deletes at most. */
  static final int BURST = 500;

  @Override
  public String name() {
    return "replicaset-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        Trigger.self(Resources.REPLICA_SETS),
        Trigger.child(Resources.PODS, Resources.REPLICA_SETS),
        new Trigger.Of<>(Resources.PODS, ReplicaSetReconciler::thatMatch));
  }

  /** A pod without a controller concerns every set that would take it in. */
  private static List<ObjectKey> thatMatch(Pod pod, Snapshot world) {
    if (!pod.getMetadata().getOwnerReferences().isEmpty()) {
      return List.of();
    }
    return world.list(Resources.REPLICA_SETS, pod.getMetadata().getNamespace()).stream()
        .filter(set -> Selectors.matches(set.getSpec().getSelector(), pod))
        .map(ObjectKey::of)
        .toList();
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(Resources.REPLICA_SETS, key);
    if (found.isEmpty()) {
      return Plan.NOTHING;
    }
    var set = found.get();
    var draft = new PlanDraft();
    var pods = Claims.settle(draft, set, set.getSpec().getSelector(), Resources.PODS, world);
    var active = pods.stream().filter(Pods::isActive).toList();
    if (set.getMetadata().getDeletionTimestamp() == null) {
      scale(draft, set, active, world);
    }
    report(draft, set, pods, now);
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
    var names = new ArrayList<String>();
    var namespace = set.getMetadata().getNamespace();
    // The first free names: what a lagging snapshot makes once more has a name that is taken.
    for (int number = 0; names.size() < count; number++) {
      var name = Names.child(set.getMetadata().getName(), set.getMetadata().getUid(), number);
      if (world.get(Resources.PODS, new ObjectKey(namespace, name)).isEmpty()) {
        names.add(name);
      }
    }
    for (var name : names) {
      draft.create(
          Resources.PODS, PodTemplates.pod(set.getSpec().getTemplate(), set, name).build());
    }
    names.forEach(name -> draft.normal(set, "SuccessfulCreate", "Created pod: " + name));
  }

  private static void report(PlanDraft draft, ReplicaSet set, List<Pod> pods, Instant now) {
    var minReady = Counts.minReady(set);
    var active = pods.stream().filter(Pods::isActive).toList();
    var available = count(active, pod -> Pods.isAvailable(pod, minReady, now));
    var templateLabels = set.getSpec().getTemplate().getMetadata().getLabels();
    var old = set.getStatus() == null ? new ReplicaSetStatus() : set.getStatus();
    var status =
        new ReplicaSetStatusBuilder(old)
            .withReplicas(active.size())
            .withFullyLabeledReplicas(count(active, pod -> Selectors.matches(templateLabels, pod)))
            .withReadyReplicas(count(active, Pods::isReady))
            .withAvailableReplicas(available)
            .withTerminatingReplicas(
                count(pods, pod -> Pods.isTerminating(pod) && !Pods.hasEnded(pod)))
            .withObservedGeneration(set.getMetadata().getGeneration())
            .build();
    if (!Counts.areEqual(status, old)) {
      draft.updateStatus(Resources.REPLICA_SETS, set.edit().withStatus(status).build());
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

  private static int count(List<Pod> pods, java.util.function.Predicate<Pod> condition) {
    return (int) pods.stream().filter(condition).count();
  }
}
