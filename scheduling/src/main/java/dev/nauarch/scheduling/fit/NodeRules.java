package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.NodeSlot;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.PodShape;
import dev.nauarch.scheduling.model.Taint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rules that look at one node and one shape only. */
public final class NodeRules {

  private static final Taint CORDON =
      new Taint("node.kubernetes.io/unschedulable", "", Taint.Effect.NO_SCHEDULE);

  private NodeRules() {}

  /** Everything that keeps pods of the shape from the node, in the order of the rules. */
  public static List<Refusal> check(PodShape shape, NodeSlot slot) {
    var node = slot.state();
    var refusals = new ArrayList<Refusal>(0);
    if (isCordoned(shape, node)) {
      refusals.add(Refusal.of(Rule.CORDON, "node(s) were unschedulable"));
    }
    untolerated(shape, node)
        .ifPresent(
            taint ->
                refusals.add(Refusal.of(Rule.TAINT, "node(s) had untolerated taint " + taint)));
    if (!shape.selects(node)) {
      refusals.add(
          Refusal.of(Rule.NODE_SELECTION, "node(s) didn't match Pod's node affinity/selector"));
    }
    if (!hasPorts(shape, slot)) {
      refusals.add(
          Refusal.of(Rule.PORT, "node(s) didn't have free ports for the requested pod ports"));
    }
    resources(shape, slot, refusals);
    return refusals;
  }

  /** Whether the node takes no new pods of the shape. */
  static boolean isCordoned(PodShape shape, NodeState node) {
    return node.unschedulable() && !shape.tolerates(CORDON);
  }

  /** The first taint of the node that pods of the shape don't bear, the cordon's own aside. */
  static Optional<Taint> untolerated(PodShape shape, NodeState node) {
    for (var taint : node.taints()) {
      if (taint.effect() != Taint.Effect.PREFER_NO_SCHEDULE
          && !(node.unschedulable() && taint.key().equals(CORDON.key()))
          && !shape.tolerates(taint)) {
        return Optional.of(taint);
      }
    }
    return Optional.empty();
  }

  /** Whether the ports that the shape takes are free on the node. */
  static boolean hasPorts(PodShape shape, NodeSlot slot) {
    for (var port : shape.ports()) {
      if (slot.takes(port)) {
        return false;
      }
    }
    return true;
  }

  private static void resources(PodShape shape, NodeSlot slot, List<Refusal> refusals) {
    var free = slot.free();
    if (shape.requests().fitsIn(free)) {
      return;
    }
    for (var lacking : shape.requests().lackingIn(free)) {
      var lasting = shape.requests().of(lacking) > slot.state().allocatable().of(lacking);
      var reason = lacking.equals("pods") ? "Too many pods" : "Insufficient " + lacking;
      refusals.add(new Refusal(Rule.RESOURCES, reason, lasting));
    }
  }
}
