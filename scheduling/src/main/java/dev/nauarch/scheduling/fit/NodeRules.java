package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.NodeSlot;
import dev.nauarch.scheduling.model.PodShape;
import dev.nauarch.scheduling.model.Taint;
import java.util.ArrayList;
import java.util.List;

/** The rules that look at one node and one shape only. */
public final class NodeRules {

  private NodeRules() {}

  /** Everything that keeps pods of the shape from the node, in the order of the rules. */
  public static List<Refusal> check(PodShape shape, NodeSlot slot, Cluster cluster) {
    var node = slot.state();
    var refusals = new ArrayList<Refusal>(0);
    if (node.unschedulable()
        && !shape.tolerates(
            new Taint("node.kubernetes.io/unschedulable", "", Taint.Effect.NO_SCHEDULE))) {
      refusals.add(Refusal.of(Rule.CORDON, "node(s) were unschedulable"));
    }
    for (var taint : node.taints()) {
      if (taint.effect() != Taint.Effect.PREFER_NO_SCHEDULE
          && !(node.unschedulable() && taint.key().equals("node.kubernetes.io/unschedulable"))
          && !shape.tolerates(taint)) {
        refusals.add(Refusal.of(Rule.TAINT, "node(s) had untolerated taint " + taint));
        break;
      }
    }
    if (!shape.selects(node)) {
      refusals.add(
          Refusal.of(Rule.NODE_SELECTION, "node(s) didn't match Pod's node affinity/selector"));
    }
    for (var port : shape.ports()) {
      if (slot.takes(port)) {
        refusals.add(
            Refusal.of(Rule.PORT, "node(s) didn't have free ports for the requested pod ports"));
        break;
      }
    }
    resources(shape, slot, refusals);
    VolumeRules.check(shape, node, cluster, refusals);
    return refusals;
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
