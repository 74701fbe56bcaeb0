package dev.nauarch.reconcile.daemon;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Claims;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Numbers;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import dev.nauarch.reconcile.history.History;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Keeps a pod of each DaemonSet on every node that it is for. The pod is made for its node, and
 * bound by the scheduler as any other, so that it takes its share of the node's resources.
 */
public final class DaemonSetReconciler implements Reconciler {

  private static final int HISTORY_DEFAULT = 10;

  @Override
  public String name() {
    return "daemonset-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        Trigger.self(Resources.DAEMON_SETS),
        Trigger.child(Resources.PODS, Resources.DAEMON_SETS),
        Trigger.child(Resources.CONTROLLER_REVISIONS, Resources.DAEMON_SETS),
        Trigger.orphan(Resources.PODS, Resources.DAEMON_SETS, set -> set.getSpec().getSelector()),
        new Trigger.Of<>(Resources.NODES, DaemonSetReconciler::concernedBy));
  }

  /**
   * The sets that have something to do about a node. A node changes with each heartbeat, and a look
   * at a set is a look at all nodes: sets that are as they should be there are left alone.
   */
  private static List<ObjectKey> concernedBy(Node node, Snapshot world) {
    var name = node.getMetadata().getName();
    var isGone = world.get(Resources.NODES, new ObjectKey("", name)).isEmpty();
    var present = new TreeSet<String>();
    for (var pod : world.lookup(DaemonPods.BY_NODE, name)) {
      Owners.controllerOf(pod).ifPresent(owner -> present.add(owner.getUid()));
    }
    var keys = new ArrayList<ObjectKey>();
    for (var set : world.list(Resources.DAEMON_SETS)) {
      var isPresent = present.contains(set.getMetadata().getUid());
      var isDesired = Placement.of(set).isFor(node);
      var misscheduled = Numbers.orZero(DaemonReport.statusOf(set).getNumberMisscheduled());
      var isAsItShouldBe =
          isGone
              ? !isDesired && !isPresent
              : isDesired == isPresent && (!isPresent || misscheduled == 0);
      if (!isAsItShouldBe) {
        keys.add(ObjectKey.of(set));
      }
    }
    return keys;
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(Resources.DAEMON_SETS, key);
    if (found.isEmpty() || found.get().getMetadata().getDeletionTimestamp() != null) {
      return Plan.NOTHING;
    }
    var set = found.get();
    var selector = set.getSpec().getSelector();
    var draft = new PlanDraft();
    var revisions = Claims.settle(draft, set, selector, Resources.CONTROLLER_REVISIONS, world);
    var pods = Claims.settle(draft, set, selector, Resources.PODS, world);
    if (draft.isEmpty()) {
      var view =
          DaemonView.of(
              set, world.list(Resources.NODES), pods, historyOf(set, revisions, world), now);
      reconcile(draft, view, pods, world);
    }
    return draft.plan();
  }

  private static History historyOf(
      DaemonSet set, List<ControllerRevision> revisions, Snapshot world) {
    var collisions = Numbers.orZero(DaemonReport.statusOf(set).getCollisionCount());
    var template = set.getSpec().getTemplate();
    return History.of(
        new History.Subject(set, template, History.REVISION_OF_POD, collisions), revisions, world);
  }

  private static void reconcile(PlanDraft draft, DaemonView view, List<Pod> pods, Snapshot world) {
    view.history().write(draft);
    // Before pods are made, since a refused one ends the plan.
    var status = DaemonReport.of(view);
    if (!DaemonReport.areEqual(status, DaemonReport.statusOf(view.set()))) {
      draft.updateStatus(Resources.DAEMON_SETS, view.set().edit().withStatus(status).build());
    }
    prune(draft, view, pods);
    var work = new DaemonWork(view);
    new NodeCare(view, work).run();
    // One thing after the other: what is under way counts as unavailable when it shows.
    if (work.isEmpty()
        && "RollingUpdate".equals(view.set().getSpec().getUpdateStrategy().getType())) {
      new RollingUpdate(view, work).run();
    }
    work.write(draft, world);
    pods.stream()
        .flatMap(pod -> Pods.readySince(pod).stream())
        .map(since -> since.plus(view.minReady()))
        .filter(at -> at.isAfter(view.now()))
        .forEach(draft::wakeAt);
  }

  private static void prune(PlanDraft draft, DaemonView view, List<Pod> pods) {
    var history = view.history();
    var live = new TreeSet<String>();
    pods.forEach(pod -> live.add(DaemonPods.hash(pod)));
    var limit = view.set().getSpec().getRevisionHistoryLimit();
    var kept = limit == null ? HISTORY_DEFAULT : limit;
    var used =
        (int) history.others().stream().filter(each -> live.contains(history.hash(each))).count();
    // Revisions in use count among those that are kept.
    history.prune(
        draft,
        each -> live.contains(history.hash(each)),
        kept < 0 ? kept : Math.max(0, kept - used));
  }

  @Override
  public Plan refused(ObjectKey key, Command command, String why, Snapshot world, Instant now) {
    return PlanDraft.failedCreate(
        world.get(Resources.DAEMON_SETS, key), command, "Error creating: " + why);
  }
}
