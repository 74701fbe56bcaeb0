package dev.nauarch.reconcile.daemon;

import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Times;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Sees to it that each node has the pod that it is to have, and no others. */
final class NodeCare {

  private static final Duration BACKOFF_FIRST = Duration.ofSeconds(1);
  private static final Duration BACKOFF_MAX = Duration.ofMinutes(15);

  /** A pod that lived for so long did not fail because of those before it. */
  private static final Duration FORGIVEN_AFTER = BACKOFF_MAX.multipliedBy(2);

  private static final int DOUBLINGS_MAX = 20;

  private final DaemonView view;
  private final Placement placement;
  private final DaemonWork work;

  NodeCare(DaemonView view, DaemonWork work) {
    this.view = view;
    this.placement = Placement.of(view.set());
    this.work = work;
  }

  void run() {
    for (var node : view.nodesByName().values()) {
      var name = node.getMetadata().getName();
      var isDesired = view.desired().contains(name);
      var pods = view.pods(name);
      if (isDesired && pods.isEmpty()) {
        work.create(name);
      } else if (isDesired || (!pods.isEmpty() && placement.mayStayOn(node))) {
        tend(node, isDesired, pods);
      } else {
        pods.stream().filter(pod -> !Pods.isTerminating(pod)).forEach(work::delete);
      }
    }
    view.podsByNode().forEach(this::giveUp);
  }

  /** Pods that wait for a node that is gone would wait for ever. */
  private void giveUp(String node, List<Pod> pods) {
    if (!view.nodesByName().containsKey(node)) {
      pods.stream()
          .filter(pod -> !Pods.isBound(pod) && !Pods.isTerminating(pod))
          .forEach(work::delete);
    }
  }

  private void tend(Node node, boolean isDesired, List<Pod> pods) {
    var staying = pods.stream().filter(pod -> !Pods.isTerminating(pod)).toList();
    var running = staying.stream().filter(pod -> !Pods.hasEnded(pod)).toList();
    // Without surge, a pod that is about to go has the node until it is gone.
    var isFree =
        isDesired
            && (view.allowsSurge() ? running.isEmpty() : pods.stream().allMatch(Pods::hasEnded));
    for (var pod : staying) {
      if ("Succeeded".equals(Pods.phase(pod))) {
        work.tell(
            "SucceededDaemonPod",
            "Found succeeded daemon pod " + onNode(pod, node) + ", will try to delete it");
        work.delete(pod);
      } else if ("Failed".equals(Pods.phase(pod))) {
        replace(node, isFree, pod);
        isFree = false;
      }
    }
    if (!view.allowsSurge()) {
      running.stream().skip(1).forEach(work::delete);
    } else if (isFree) {
      work.create(node.getMetadata().getName());
    } else {
      pruneSurge(running);
    }
  }

  private static String onNode(Pod pod, Node node) {
    return "%s/%s on node %s"
        .formatted(
            pod.getMetadata().getNamespace(),
            pod.getMetadata().getName(),
            node.getMetadata().getName());
  }

  /**
   * Replaces a pod that failed, later the more often that happened before; pods of another template
   * and those that lived long are forgiven.
   *
   * @param isFree whether the node is to have the next one
   */
  private void replace(Node node, boolean isFree, Pod pod) {
    var created = Times.parse(pod.getMetadata().getCreationTimestamp());
    var isForgiven = !view.isUpdated(pod) || created.plus(FORGIVEN_AFTER).isBefore(view.now());
    var failures = isForgiven ? 0 : DaemonPods.failures(pod);
    var due = due(created, failures);
    if (due.isAfter(view.now())) {
      work.wakeAt(due);
      return;
    }
    work.warn(
        "FailedDaemonPod",
        "Found failed daemon pod " + onNode(pod, node) + ", will try to kill it");
    work.delete(pod);
    if (isFree) {
      work.create(node.getMetadata().getName(), failures + 1);
    }
  }

  private static Instant due(Instant created, int failures) {
    if (failures == 0) {
      return created;
    }
    var pause = BACKOFF_FIRST.multipliedBy(1L << Math.min(failures - 1, DOUBLINGS_MAX));
    return created.plus(pause.compareTo(BACKOFF_MAX) < 0 ? pause : BACKOFF_MAX);
  }

  /**
   * Leaves at most one pod of the wanted template and one of another, and the other only while it
   * serves and the wanted one does not yet.
   */
  private void pruneSurge(List<Pod> running) {
    var updated = running.stream().filter(view::isUpdated).toList();
    var old = running.stream().filter(pod -> !view.isUpdated(pod)).toList();
    updated.stream().skip(1).forEach(work::delete);
    old.stream().skip(1).forEach(work::delete);
    if (!updated.isEmpty()
        && !old.isEmpty()
        && (!Pods.isReady(old.getFirst()) || view.isAvailable(updated.getFirst()))) {
      work.delete(old.getFirst());
    }
  }
}
