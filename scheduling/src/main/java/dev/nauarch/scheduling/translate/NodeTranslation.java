package dev.nauarch.scheduling.translate;

import dev.nauarch.scheduling.SchedulerOptions;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.Taint;
import io.fabric8.kubernetes.api.model.Node;
import java.util.List;

/** Nodes as the scheduler knows them. */
public final class NodeTranslation {

  private NodeTranslation() {}

  /**
   * A node.
   *
   * @param options what is looked at
   */
  public static NodeState of(Node node, SchedulerOptions options) {
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
        spec != null && Boolean.TRUE.equals(spec.getUnschedulable()),
        ImageNames.of(status),
        PodTranslation.sorted(
            options.looksAtAnnotations() ? node.getMetadata().getAnnotations() : null));
  }
}
