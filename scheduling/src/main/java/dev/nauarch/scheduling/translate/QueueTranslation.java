package dev.nauarch.scheduling.translate;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.kueue.Admission;
import dev.nauarch.api.kueue.ClusterQueue;
import dev.nauarch.api.kueue.Kueue;
import dev.nauarch.api.kueue.LocalQueue;
import dev.nauarch.api.kueue.PodSet;
import dev.nauarch.api.kueue.ResourceFlavor;
import dev.nauarch.api.kueue.ResourceGroup;
import dev.nauarch.api.kueue.Workload;
import dev.nauarch.api.podsets.JobKind;
import dev.nauarch.scheduling.SchedulerOptions;
import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.model.Taint;
import dev.nauarch.scheduling.queue.ClusterQueueState;
import dev.nauarch.scheduling.queue.FlavorState;
import dev.nauarch.scheduling.queue.Grant;
import dev.nauarch.scheduling.queue.JobState;
import dev.nauarch.scheduling.queue.LocalQueueState;
import dev.nauarch.scheduling.queue.StopPolicy;
import dev.nauarch.scheduling.queue.WorkloadState;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.Optional;
import java.util.TreeMap;

/** Queues, workloads and jobs as the cores know them. */
public final class QueueTranslation {

  /** On a ClusterQueue: its quota is kept at what the cluster's nodes offer. */
  public static final String FOLLOWS_CAPACITY = "nauarch.dev/quota-follows-capacity";

  private QueueTranslation() {}

  /** A flavor. */
  public static FlavorState of(ResourceFlavor flavor) {
    var spec = flavor.spec();
    return new FlavorState(
        flavor.getMetadata().getName(),
        PodTranslation.sorted(spec.nodeLabels()),
        spec.nodeTaints().stream()
            .map(
                taint ->
                    new Taint(
                        taint.getKey(),
                        PodTranslation.orEmpty(taint.getValue()),
                        Taint.Effect.of(taint.getEffect())))
            .toList(),
        PodTranslation.tolerations(spec.tolerations()));
  }

  /** A cluster queue. */
  public static ClusterQueueState of(ClusterQueue queue) {
    var spec = queue.spec();
    var selector = spec.namespaceSelector();
    var namespaces = Selectors.labels(selector);
    var annotations = PodTranslation.sorted(queue.getMetadata().getAnnotations());
    return new ClusterQueueState(
        queue.getMetadata().getName(),
        spec.resourceGroups().stream().map(QueueTranslation::group).toList(),
        spec.queueingStrategy().equals("StrictFIFO"),
        StopPolicy.of(spec.stopPolicy()),
        namespaces,
        selector != null && namespaces.isEmpty(),
        spec.preemption() != null && spec.preemption().withinClusterQueue().startsWith("Lower"),
        annotations.getOrDefault(FOLLOWS_CAPACITY, "").equals("true"));
  }

  /** A local queue. */
  public static LocalQueueState of(LocalQueue queue) {
    return new LocalQueueState(
        ObjectKey.of(queue), queue.spec().clusterQueue(), StopPolicy.of(queue.spec().stopPolicy()));
  }

  /**
   * A workload.
   *
   * @param options how its pods will be scheduled
   */
  public static WorkloadState of(Workload workload, SchedulerOptions options) {
    var metadata = workload.getMetadata();
    var spec = workload.spec();
    var key = ObjectKey.of(workload);
    var admission = workload.status().admission();
    return new WorkloadState(
        key,
        PodTranslation.orEmpty(metadata.getUid()),
        spec.queueName(),
        spec.priority() == null ? 0 : spec.priority(),
        PodTranslation.instant(metadata.getCreationTimestamp()),
        spec.mayRun() && metadata.getDeletionTimestamp() == null,
        spec.podSets().stream().map(podSet -> podSet(podSet, key.namespace(), options)).toList(),
        workload.status().conditions().stream().map(QueueTranslation::condition).toList(),
        Optional.ofNullable(admission).map(QueueTranslation::grant));
  }

  /** A job of a kind that can be queued; empty for one that names no queue. */
  public static <T extends HasMetadata> Optional<JobState> of(JobKind<T> kind, T job) {
    var metadata = job.getMetadata();
    var queue = PodTranslation.sorted(metadata.getLabels()).getOrDefault(Kueue.QUEUE_LABEL, "");
    if (queue.isEmpty() || metadata.getDeletionTimestamp() != null || isPartOfQueued(job)) {
      return Optional.empty();
    }
    return Optional.of(
        new JobState(
            new JobState.Ref(
                kind.resource().kind(),
                ObjectKey.of(job),
                PodTranslation.orEmpty(metadata.getUid())),
            queue,
            kind.suspended().apply(job),
            kind.pods().apply(job).stream().map(pods -> pods.name() + "=" + pods.count()).toList(),
            kind.progress().apply(job)));
  }

  /** Whether the job belongs to a larger one, which is queued in its place. */
  private static boolean isPartOfQueued(HasMetadata job) {
    return job.getMetadata().getOwnerReferences().stream()
        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
        .anyMatch(owner -> JobKind.of(owner.getKind()).isPresent());
  }

  private static ClusterQueueState.Group group(ResourceGroup group) {
    var quotas = new ArrayList<ClusterQueueState.Quota>();
    for (var flavor : group.flavors()) {
      var nominal = Amounts.NONE;
      for (var quota : flavor.resources()) {
        nominal = nominal.with(quota.name(), Quantities.amount(quota.name(), quota.nominalQuota()));
      }
      quotas.add(new ClusterQueueState.Quota(flavor.name(), nominal));
    }
    return new ClusterQueueState.Group(group.coveredResources(), quotas);
  }

  private static WorkloadState.PodSet podSet(
      PodSet podSet, String namespace, SchedulerOptions options) {
    var template = podSet.template();
    var metadata = template.getMetadata();
    var labels = PodTranslation.sorted(metadata == null ? null : metadata.getLabels());
    return new WorkloadState.PodSet(
        podSet.name(),
        podSet.count(),
        labels,
        options.looksAtAnnotations() && metadata != null
            ? PodTranslation.annotations(metadata)
            : new TreeMap<>(),
        PodTranslation.shape(template.getSpec(), namespace, options),
        NeighbourTranslation.of(template.getSpec(), namespace, labels));
  }

  private static WorkloadState.Condition condition(Condition condition) {
    return new WorkloadState.Condition(
        condition.getType(),
        "True".equals(condition.getStatus()),
        PodTranslation.orEmpty(condition.getReason()),
        PodTranslation.orEmpty(condition.getMessage()),
        PodTranslation.instant(condition.getLastTransitionTime()));
  }

  private static Grant grant(Admission admission) {
    return new Grant(
        admission.clusterQueue(),
        admission.podSetAssignments().stream()
            .map(
                one ->
                    new Grant.PodSetGrant(
                        one.name(),
                        new TreeMap<>(one.flavors()),
                        Quantities.amounts(one.resourceUsage()),
                        one.count()))
            .toList());
  }
}
