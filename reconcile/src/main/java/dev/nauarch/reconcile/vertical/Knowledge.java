package dev.nauarch.reconcile.vertical;

import dev.nauarch.api.vertical.VerticalPodAutoscaler;
import dev.nauarch.api.vertical.VerticalPodAutoscalerCheckpoint;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

/** What is known of one autoscaler's workload from one look to the next. */
final class Knowledge {

  final Updates.Attempts attempts = new Updates.Attempts();
  Instant lookedAt = Instant.EPOCH;
  Instant toldAt = Instant.EPOCH;
  Instant rememberedAt = Instant.EPOCH;
  long generation = -1;

  private final String uid;
  private final SortedMap<String, ContainerUsage> usageByContainer;

  /** What the checkpoints of an autoscaler tell of. */
  Knowledge(VerticalPodAutoscaler autoscaler, List<VerticalPodAutoscalerCheckpoint> checkpoints) {
    this.uid = autoscaler.getMetadata().getUid();
    this.usageByContainer = UsageMemory.restored(autoscaler, checkpoints);
  }

  boolean isOf(VerticalPodAutoscaler autoscaler) {
    return uid.equals(autoscaler.getMetadata().getUid());
  }

  SortedMap<String, ContainerUsage> usageByContainer() {
    return usageByContainer;
  }

  ContainerUsage usage(String container) {
    return usageByContainer.computeIfAbsent(container, name -> new ContainerUsage());
  }
}
