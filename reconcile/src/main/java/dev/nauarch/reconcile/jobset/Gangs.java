package dev.nauarch.reconcile.jobset;

import dev.nauarch.api.jobset.JobSet;
import dev.nauarch.reconcile.Owners;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroup;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroupBuilder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which JobSets are placed all or none, and the PodGroup that says so.
 *
 * @param served whether the cluster has PodGroups; where it has none, pods are placed one by one
 */
record Gangs(boolean served) {

  /**
   * Whether all pods are placed at once or not at all: those of a JobSet in a queue, unless its
   * groups start one after the other and so never all wait at once.
   */
  boolean isGang(JobSet set) {
    var labels = set.getMetadata().getLabels();
    return served
        && labels != null
        && !labels.getOrDefault(JobSetKeys.QUEUE, "").isEmpty()
        && !set.spec().startsInOrder()
        && set.spec().replicatedJobs().stream().allMatch(group -> group.dependsOn().isEmpty());
  }

  /** How many pods run at a time. */
  static int size(JobSet set) {
    return set.spec().replicatedJobs().stream()
        .mapToInt(group -> group.replicas() * group.podsPerJob())
        .sum();
  }

  /** The priority class that all pods have; null where they have none, or different ones. */
  private static @Nullable String priorityClass(JobSet set) {
    var classes =
        set.spec().replicatedJobs().stream()
            .map(group -> group.template().getSpec().getTemplate().getSpec())
            .map(spec -> Objects.requireNonNullElse(spec.getPriorityClassName(), ""))
            .distinct()
            .toList();
    return classes.size() != 1 || classes.getFirst().isEmpty() ? null : classes.getFirst();
  }

  static PodGroup podGroup(JobSet set) {
    return new PodGroupBuilder()
        .withNewMetadata()
        .withNamespace(set.getMetadata().getNamespace())
        .withName(set.getMetadata().getName())
        .addToLabels(JobSetKeys.NAME, set.getMetadata().getName())
        .withOwnerReferences(Owners.controller(set))
        .endMetadata()
        .withNewSpec()
        .withNewSchedulingPolicy()
        .withNewGang()
        .withMinCount(size(set))
        .endGang()
        .endSchedulingPolicy()
        .withPriorityClassName(priorityClass(set))
        .endSpec()
        .build();
  }
}
