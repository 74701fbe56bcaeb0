package dev.nauarch.reconcile.stateful;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Claims;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Numbers;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Selectors;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import dev.nauarch.reconcile.history.History;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Instant;
import java.util.List;

/**
 * Keeps a pod at each place of a StatefulSet, under the place's name and with the place's volumes,
 * and moves pods to the set's template from the highest place down.
 */
public final class StatefulSetReconciler implements Reconciler {

  @Override
  public String name() {
    return "statefulset-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        Trigger.self(Resources.STATEFUL_SETS),
        Trigger.child(Resources.PODS, Resources.STATEFUL_SETS),
        Trigger.child(Resources.CONTROLLER_REVISIONS, Resources.STATEFUL_SETS),
        new Trigger.Of<>(Resources.PODS, StatefulSetReconciler::namedAlike),
        new Trigger.Of<>(Resources.PERSISTENT_VOLUME_CLAIMS, StatefulSetReconciler::thatMountIt));
  }

  /** A pod of anybody that has the name of a place may be taken in, or is in the way. */
  private static List<ObjectKey> namedAlike(Pod pod, Snapshot world) {
    var name = pod.getMetadata().getName();
    var end = name.lastIndexOf('-');
    if (end < 0) {
      return List.of();
    }
    var key = new ObjectKey(pod.getMetadata().getNamespace(), name.substring(0, end));
    return world.get(Resources.STATEFUL_SETS, key).isPresent() ? List.of(key) : List.of();
  }

  private static List<ObjectKey> thatMountIt(PersistentVolumeClaim claim, Snapshot world) {
    var name = claim.getMetadata().getName();
    return world.list(Resources.STATEFUL_SETS, claim.getMetadata().getNamespace()).stream()
        .filter(set -> PlaceClaims.podOf(set, name).isPresent())
        .map(ObjectKey::of)
        .toList();
  }

  private static boolean isMember(StatefulSet set, Pod pod) {
    return Ordinals.of(set, pod).isPresent() && Selectors.matches(set.getSpec().getSelector(), pod);
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(Resources.STATEFUL_SETS, key);
    if (found.isEmpty()) {
      return Plan.NOTHING;
    }
    var set = found.get();
    var draft = new PlanDraft();
    var revisions =
        Claims.settle(
            draft, set, set.getSpec().getSelector(), Resources.CONTROLLER_REVISIONS, world);
    var pods = Claims.settle(draft, set, pod -> isMember(set, pod), Resources.PODS, world);
    if (draft.isEmpty()) {
      reconcile(draft, set, historyOf(set, revisions, world), pods, world, now);
    }
    return draft.plan();
  }

  private static History historyOf(
      StatefulSet set, List<ControllerRevision> revisions, Snapshot world) {
    var collisions = Numbers.orZero(StatefulReport.statusOf(set).getCollisionCount());
    var subject = new History.Subject(set, set.getSpec().getTemplate(), History.HASH, collisions);
    return History.of(subject, revisions, world);
  }

  private static void reconcile(
      PlanDraft draft,
      StatefulSet set,
      History history,
      List<Pod> pods,
      Snapshot world,
      Instant now) {
    var ordinals = Ordinals.of(set);
    var members = Members.of(set, ordinals, pods, now);
    var revisions = new SetRevisions(set, ordinals, history, pods);
    var status = StatefulReport.of(set, pods, members, revisions, history.collisions());
    var isEnding = set.getMetadata().getDeletionTimestamp() != null;
    if (!isEnding) {
      history.write(draft);
    }
    // Before pods are made, since a refused one ends the plan.
    if (!StatefulReport.areEqual(status, StatefulReport.statusOf(set))) {
      draft.updateStatus(Resources.STATEFUL_SETS, set.edit().withStatus(status).build());
    }
    if (!isEnding) {
      revisions.prune(draft);
      new StatefulPass(set, ordinals, members, revisions, world).run().write(draft);
    }
    pods.stream()
        .flatMap(pod -> Pods.readySince(pod).stream())
        .map(since -> since.plus(members.minReady()))
        .filter(at -> at.isAfter(now))
        .forEach(draft::wakeAt);
  }

  @Override
  public Plan refused(ObjectKey key, Command command, String why, Snapshot world, Instant now) {
    var draft = new PlanDraft();
    var found = world.get(Resources.STATEFUL_SETS, key);
    if (found.isPresent()) {
      switch (command) {
        case Command.Create<?>(var resource, var object) when object instanceof Pod ->
            tell(draft, found.get(), "Create", "Pod " + object.getMetadata().getName(), why);
        case Command.Create<?>(var resource, var object)
            when object instanceof PersistentVolumeClaim -> {
          var claim = object.getMetadata().getName();
          var pod = PlaceClaims.podOf(found.get(), claim).orElse("");
          tell(draft, found.get(), "Create", "Claim " + claim + " for Pod " + pod, why);
        }
        case Command.Delete<?> delete ->
            tell(draft, found.get(), "Delete", "Pod " + delete.key().name(), why);
        default -> {}
      }
    }
    return draft.plan();
  }

  private static void tell(PlanDraft draft, StatefulSet set, String verb, String what, String why) {
    draft.warning(
        set,
        "Failed" + verb,
        "%s %s in StatefulSet %s failed error: %s"
            .formatted(verb, what, set.getMetadata().getName(), why));
  }
}
