package dev.nauarch.reconcile.daemon;

import dev.nauarch.reconcile.Pods;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Replaces pods of earlier templates, as many at a time as the set's strategy allows. */
final class RollingUpdate {

  private final DaemonView view;
  private final DaemonWork work;

  RollingUpdate(DaemonView view, DaemonWork work) {
    this.view = view;
    this.work = work;
  }

  void run() {
    if (view.maxSurge() == 0) {
      inPlace();
    } else {
      withSurge();
    }
  }

  /** The nodes that have or are to have a pod. */
  private Iterable<String> nodes() {
    var nodes = new TreeSet<>(view.desired());
    nodes.addAll(view.podsByNode().keySet());
    return nodes;
  }

  private List<Pod> staying(String node, boolean updated) {
    return view.pods(node).stream()
        .filter(pod -> !Pods.isTerminating(pod) && view.isUpdated(pod) == updated)
        .toList();
  }

  private void inPlace() {
    int unavailable = 0;
    var serving = new ArrayList<Pod>();
    for (var node : nodes()) {
      var fresh = staying(node, true);
      var old = staying(node, false);
      if (fresh.size() + old.size() != 1) {
        unavailable++; // until there is one pod again
      } else if (old.isEmpty()) {
        unavailable += view.isAvailable(fresh.getFirst()) ? 0 : 1;
      } else if (view.isAvailable(old.getFirst())) {
        serving.add(old.getFirst());
      } else {
        unavailable++;
        work.delete(old.getFirst());
      }
    }
    serving.stream().limit(Math.max(0, view.maxUnavailable() - unavailable)).forEach(work::delete);
  }

  private void withSurge() {
    int surging = 0;
    int available = 0;
    var candidates = new ArrayList<String>();
    var misplaced = new ArrayList<Pod>();
    for (var node : nodes()) {
      var fresh = staying(node, true);
      var old = staying(node, false);
      if (fresh.size() > 1 || old.size() > 1) {
        surging++; // until there is at most one of each
        continue;
      }
      var counted = old.isEmpty() ? fresh : old;
      available += counted.stream().anyMatch(view::isAvailable) ? 1 : 0;
      if (old.isEmpty()) {
        continue;
      }
      var isServing = view.isAvailable(old.getFirst());
      if (!fresh.isEmpty()) {
        if (view.isAvailable(fresh.getFirst())) {
          work.delete(old.getFirst());
        } else {
          surging++;
        }
      } else if (!view.desired().contains(node)) {
        if (isServing) {
          misplaced.add(old.getFirst());
        } else {
          work.delete(old.getFirst());
        }
      } else if (isServing) {
        candidates.add(node);
      } else {
        work.create(node);
      }
    }
    // Who has to leave its node does so when others have taken over.
    misplaced.stream().limit(Math.max(0, available - view.desired().size())).forEach(work::delete);
    candidates.stream().limit(Math.max(0, view.maxSurge() - surging)).forEach(work::create);
  }
}
