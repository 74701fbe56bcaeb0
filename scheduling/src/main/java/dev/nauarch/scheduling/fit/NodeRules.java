package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.NodeSlot;
import dev.nauarch.scheduling.model.Filter;
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
    Optional.of(shape)
        .filter(one -> one.isUnder(Filter.TAINT_TOLERATION))
        .flatMap(one -> untolerated(one, node))
        .ifPresent(
            taint ->
                refusals.add(Refusal.of(Rule.TAINT, "node(s) had untolerated taint " + taint)));
    if (shape.isUnder(Filter.NODE_AFFINITY) && !shape.selects(node)) {
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
    return node.unschedulable()
        && shape.isUnder(Filter.NODE_UNSCHEDULABLE)
        && !shape.tolerates(CORDON);
  }

  /** The first taint of the node that pods of the shape don't bear, the cordon's own aside. */
  static Optional<Taint> untolerated(PodShape shape, NodeState node) {
    for (var taint : node.taints()) {
      if (taint.effect() != Taint.Effect.PREFER_NO_SCHEDULE
          && !isCordonItself(shape, node, taint)
          && !shape.tolerates(taint)) {
        return Optional.of(taint);
      }
    }
    return Optional.empty();
  }

  /**
   * Whether the taint says nothing but that the node takes no new pods, which is a rule of its own.
   */
  private static boolean isCordonItself(PodShape shape, NodeState node, Taint taint) {
    return node.unschedulable()
        && taint.key().equals(CORDON.key())
        && shape.isUnder(Filter.NODE_UNSCHEDULABLE);
  }

  /** Whether the ports that the shape takes are free on the node, if that matters. */
  static boolean hasPorts(PodShape shape, NodeSlot slot) {
    if (!shape.isUnder(Filter.NODE_PORTS)) {
      return true;
    }
    for (var port : shape.ports()) {
      if (slot.takes(port)) {
        return false;
      }
    }
    return true;
  }

  private static void resources(PodShape shape, NodeSlot slot, List<Refusal> refusals) {
    var free = slot.free();
    var needs = shape.needs();
    if (!shape.isUnder(Filter.NODE_RESOURCES_FIT) || needs.fitsIn(free)) {
      return;
    }
    for (var lacking : needs.lackingIn(free)) {
      var lasting = needs.of(lacking) > slot.state().allocatable().of(lacking);
      var reason = lacking.equals("pods") ? "Too many pods" : "Insufficient " + lacking;
      refusals.add(new Refusal(Rule.RESOURCES, reason, lasting));
    }
  }
}
