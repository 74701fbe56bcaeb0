package dev.nauarch.controlplane.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.kueue.Kueue;
import dev.nauarch.api.podsets.JobKind;
import dev.nauarch.scheduling.SchedulerEvent;
import dev.nauarch.scheduling.SchedulerOptions;
import dev.nauarch.scheduling.queue.QueueEvent;
import dev.nauarch.scheduling.translate.QueueTranslation;
import io.fabric8.kubernetes.api.model.HasMetadata;

/** Follows queues, workloads, and every kind of job that can be queued. */
final class QueueFeed {

  private QueueFeed() {}

  static void follow(Feed<SchedulerEvent> feed, SchedulerOptions options) {
    feed.followIfServed(
            Kueue.RESOURCE_FLAVORS,
            flavor -> told(new QueueEvent.FlavorSeen(QueueTranslation.of(flavor))),
            flavor -> told(new QueueEvent.FlavorGone(flavor.getMetadata().getName())))
        .followIfServed(
            Kueue.CLUSTER_QUEUES,
            queue -> told(new QueueEvent.ClusterQueueSeen(QueueTranslation.of(queue))),
            queue -> told(new QueueEvent.ClusterQueueGone(queue.getMetadata().getName())))
        .followIfServed(
            Kueue.LOCAL_QUEUES,
            queue -> told(new QueueEvent.LocalQueueSeen(QueueTranslation.of(queue))),
            queue -> told(new QueueEvent.LocalQueueGone(ObjectKey.of(queue))))
        .followIfServed(
            Kueue.WORKLOADS,
            workload -> told(new QueueEvent.WorkloadSeen(QueueTranslation.of(workload, options))),
            workload -> told(new QueueEvent.WorkloadGone(ObjectKey.of(workload))));
    JobKind.ALL.forEach(kind -> follow(feed, kind));
  }

  private static <T extends HasMetadata> void follow(Feed<SchedulerEvent> feed, JobKind<T> kind) {
    feed.followIfServed(
        kind.resource(),
        job ->
            QueueTranslation.of(kind, job)
                .map(state -> told(new QueueEvent.JobSeen(state)))
                .orElseGet(() -> gone(kind, job)),
        job -> gone(kind, job));
  }

  private static <T extends HasMetadata> SchedulerEvent gone(JobKind<T> kind, T job) {
    return told(new QueueEvent.JobGone(kind.resource().kind(), ObjectKey.of(job)));
  }

  private static SchedulerEvent told(QueueEvent event) {
    return new SchedulerEvent.ForQueue(event);
  }
}
