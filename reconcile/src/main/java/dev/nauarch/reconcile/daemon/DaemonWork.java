package dev.nauarch.reconcile.daemon;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Names;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Snapshot;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeSet;

/** What a pass over the nodes wants done. */
final class DaemonWork {

  /**
   * How many pods one plan makes, and how many it deletes, at most. A look at a set is a look at
   * all nodes, so that many small plans would cost more than they help.
   */
  static final int BURST = 2_000;

  private final DaemonView view;
  private final SequencedMap<String, Integer> failuresByNode = new LinkedHashMap<>();
  private final List<Pod> deleted = new ArrayList<>();
  private final PlanDraft events = new PlanDraft();

  DaemonWork(DaemonView view) {
    this.view = view;
  }

  /** Wants a pod on a node. */
  void create(String node) {
    create(node, 0);
  }

  /** Wants a pod on a node where so many have failed one after the other. */
  void create(String node, int failures) {
    failuresByNode.put(node, failures);
  }

  void delete(Pod pod) {
    deleted.add(pod);
  }

  void warn(String reason, String note) {
    events.warning(view.set(), reason, note);
  }

  void tell(String reason, String note) {
    events.normal(view.set(), reason, note);
  }

  void wakeAt(Instant at) {
    events.wakeAt(at);
  }

  boolean isEmpty() {
    return failuresByNode.isEmpty() && deleted.isEmpty();
  }

  void write(PlanDraft draft, Snapshot world) {
    var plan = events.plan();
    plan.wakeAt().ifPresent(draft::wakeAt);
    plan.commands().forEach(draft::add);
    var gone = deleted.subList(0, Math.min(deleted.size(), BURST));
    gone.forEach(pod -> draft.delete(Resources.PODS, pod));
    gone.forEach(
        pod ->
            draft.normal(
                view.set(), "SuccessfulDelete", "Deleted pod: " + pod.getMetadata().getName()));
    var created = created(world);
    created.forEach(pod -> draft.create(Resources.PODS, pod));
    created.forEach(
        pod ->
            draft.normal(
                view.set(), "SuccessfulCreate", "Created pod: " + pod.getMetadata().getName()));
  }

  private List<Pod> created(Snapshot world) {
    var metadata = view.set().getMetadata();
    var hash = view.history().hash(view.history().wanted());
    var pods = new ArrayList<Pod>();
    var names = new TreeSet<String>();
    for (var entry : failuresByNode.entrySet()) {
      if (pods.size() == BURST) {
        break;
      }
      var node = entry.getKey();
      var name =
          Names.ofPods(world, ObjectKey.of(view.set()), metadata.getUid() + "/" + node)
              .filter(names::add)
              .findFirst()
              .orElseThrow();
      pods.add(DaemonPods.create(view.set(), name, node, hash, entry.getValue()));
    }
    return pods;
  }
}
