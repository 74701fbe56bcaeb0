package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.model.ClaimState;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.PodShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether the volumes of a pod can be reached from a node. */
public final class VolumeRules {

  private VolumeRules() {}

  /** The claims of the shape that a decision for a node must still get volumes for. */
  public static List<ClaimState> unbound(PodShape shape, Cluster cluster) {
    return shape.claims().stream()
        .map(cluster::claim)
        .flatMap(Optional::stream)
        .filter(claim -> !claim.isBound())
        .toList();
  }

  /** Whether every claim of the shape has its volume. */
  public static boolean allBound(PodShape shape, Cluster cluster) {
    return shape.claims().stream()
        .allMatch(key -> cluster.claim(key).map(ClaimState::isBound).orElse(false));
  }

  /** What of the volumes keeps pods of the shape from the node. */
  static List<Refusal> check(PodShape shape, NodeState node, Cluster cluster) {
    if (shape.claims().isEmpty()) {
      return List.of();
    }
    var refusals = new ArrayList<Refusal>(0);
    for (var key : shape.claims()) {
      var found = cluster.claim(key);
      if (found.isEmpty()) {
        refusals.add(
            Refusal.of(Rule.VOLUME, "persistentvolumeclaim \"" + key.name() + "\" not found"));
        continue;
      }
      var claim = found.get();
      if (claim.isBound()) {
        var volume = cluster.volume(claim.volume());
        if (volume.isEmpty()) {
          refusals.add(
              Refusal.of(Rule.VOLUME, "persistentvolume \"" + claim.volume() + "\" not found"));
        } else if (!volume.get().isReachableFrom(node)) {
          refusals.add(
              Refusal.of(Rule.VOLUME, "node(s) didn't match PersistentVolume's node affinity"));
        }
      } else if (!cluster.waitsForConsumer(claim.storageClass())) {
        refusals.add(Refusal.of(Rule.VOLUME, "pod has unbound immediate PersistentVolumeClaims"));
      } else if (!claim.selectedNode().isEmpty() && !claim.selectedNode().equals(node.name())) {
        refusals.add(
            Refusal.of(Rule.VOLUME, "node(s) didn't find available persistent volumes to bind"));
      }
    }
    return refusals;
  }
}
