package dev.nauarch.scheduling.translate;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.ClaimState;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.NodeTerm;
import dev.nauarch.scheduling.model.Taint;
import dev.nauarch.scheduling.model.VolumeState;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.List;

/** Nodes and their storage as the scheduler knows them. */
public final class NodeTranslation {

  /** Names the node for which a claim's volume is to be made. */
  public static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";

  private NodeTranslation() {}

  /** A node. */
  public static NodeState of(Node node) {
    var spec = node.getSpec();
    var status = node.getStatus();
    List<Taint> taints =
        spec == null
            ? List.of()
            : spec.getTaints().stream()
                .map(
                    taint ->
                        new Taint(
                            taint.getKey(),
                            PodTranslation.orEmpty(taint.getValue()),
                            Taint.Effect.of(taint.getEffect())))
                .toList();
    return new NodeState(
        node.getMetadata().getName(),
        PodTranslation.sorted(node.getMetadata().getLabels()),
        taints,
        Quantities.amounts(status == null ? null : status.getAllocatable()),
        spec != null && Boolean.TRUE.equals(spec.getUnschedulable()));
  }

  /** A claim. */
  public static ClaimState of(PersistentVolumeClaim claim) {
    var spec = claim.getSpec();
    var bound = claim.getStatus() != null && "Bound".equals(claim.getStatus().getPhase());
    return new ClaimState(
        ObjectKey.of(claim),
        PodTranslation.orEmpty(spec.getStorageClassName()),
        bound ? PodTranslation.orEmpty(spec.getVolumeName()) : "",
        PodTranslation.sorted(claim.getMetadata().getAnnotations())
            .getOrDefault(SELECTED_NODE, ""));
  }

  /** A volume. */
  public static VolumeState of(PersistentVolume volume) {
    var affinity = volume.getSpec() == null ? null : volume.getSpec().getNodeAffinity();
    var required = affinity == null ? null : affinity.getRequired();
    List<NodeTerm> terms =
        required == null ? List.of() : Selectors.nodeTerms(required.getNodeSelectorTerms());
    return new VolumeState(volume.getMetadata().getName(), terms);
  }

  /** Whether volumes of the class are made once a pod's node is known. */
  public static boolean waitsForConsumer(StorageClass storageClass) {
    return "WaitForFirstConsumer".equals(storageClass.getVolumeBindingMode());
  }
}
