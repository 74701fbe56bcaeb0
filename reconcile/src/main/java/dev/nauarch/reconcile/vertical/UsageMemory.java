package dev.nauarch.reconcile.vertical;

import dev.nauarch.api.vertical.CheckpointSpec;
import dev.nauarch.api.vertical.VerticalPodAutoscaler;
import dev.nauarch.api.vertical.VerticalPodAutoscalerCheckpoint;
import dev.nauarch.reconcile.Owners;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Keeps what is known of a workload's containers in checkpoints, and takes it from there. */
final class UsageMemory {

  /** What a checkpoint has no field for: the peaks of pods in their present intervals. */
  private static final String PEAKS = "nauarch.dev/peaks";

  /** Annotations are bounded; of what is not kept, a peak may count twice after a restart. */
  private static final int PEAKS_MAX = 1000;

  private UsageMemory() {}

  /** The checkpoint of a container. */
  static VerticalPodAutoscalerCheckpoint checkpoint(
      VerticalPodAutoscaler autoscaler, String container, ContainerUsage usage, Instant now) {
    var name = autoscaler.getMetadata().getName();
    var peaks =
        usage.peaks().entrySet().stream()
            .limit(PEAKS_MAX)
            .map(each -> each.getKey() + ":" + each.getValue().text())
            .collect(Collectors.joining(" "));
    var metadata =
        new ObjectMetaBuilder()
            .withNamespace(autoscaler.getMetadata().getNamespace())
            .withName(name + "-" + container)
            .addToAnnotations(PEAKS, peaks)
            .withOwnerReferences(Owners.controller(autoscaler))
            .build();
    return new VerticalPodAutoscalerCheckpoint(
        metadata, new CheckpointSpec(name, container), usage.checkpoint(now));
  }

  /** What the checkpoints of an autoscaler tell of; one that can't be read tells nothing. */
  static SortedMap<String, ContainerUsage> restored(
      VerticalPodAutoscaler autoscaler, List<VerticalPodAutoscalerCheckpoint> checkpoints) {
    var all = new TreeMap<String, ContainerUsage>();
    for (var each : checkpoints) {
      if (isOf(autoscaler, each)) {
        usage(each).ifPresent(usage -> all.put(each.spec().containerName(), usage));
      }
    }
    return all;
  }

  /** Whether it is this one's, and not that of an earlier one of the same name. */
  private static boolean isOf(
      VerticalPodAutoscaler autoscaler, VerticalPodAutoscalerCheckpoint checkpoint) {
    var owner = Owners.controllerOf(checkpoint);
    return checkpoint.spec().vpaObjectName().equals(autoscaler.getMetadata().getName())
        && owner.filter(each -> !each.getUid().equals(autoscaler.getMetadata().getUid())).isEmpty();
  }

  private static Optional<ContainerUsage> usage(VerticalPodAutoscalerCheckpoint checkpoint) {
    try {
      return Optional.of(ContainerUsage.restored(checkpoint.status(), peaks(checkpoint)));
    } catch (IllegalArgumentException | java.time.DateTimeException e) {
      return Optional.empty();
    }
  }

  private static SortedMap<String, PodPeak> peaks(VerticalPodAutoscalerCheckpoint checkpoint) {
    var peaks = new TreeMap<String, PodPeak>();
    var annotations = checkpoint.getMetadata().getAnnotations();
    var text = annotations == null ? null : annotations.get(PEAKS);
    if (text != null && !text.isEmpty()) {
      for (var entry : text.split(" ", -1)) {
        var parts = entry.split(":", 2);
        peaks.put(parts[0], PodPeak.parse(parts[parts.length - 1]));
      }
    }
    return peaks;
  }
}
