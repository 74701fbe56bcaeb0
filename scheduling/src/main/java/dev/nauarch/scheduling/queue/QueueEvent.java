package dev.nauarch.scheduling.queue;

import dev.nauarch.api.ObjectKey;

/** What the queues are told. */
public sealed interface QueueEvent {

  /** A flavor is there or has changed. */
  record FlavorSeen(FlavorState flavor) implements QueueEvent {}

  /** A flavor is gone. */
  record FlavorGone(String name) implements QueueEvent {}

  /** A cluster queue is there or has changed. */
  record ClusterQueueSeen(ClusterQueueState queue) implements QueueEvent {}

  /** A cluster queue is gone. */
  record ClusterQueueGone(String name) implements QueueEvent {}

  /** A local queue is there or has changed. */
  record LocalQueueSeen(LocalQueueState queue) implements QueueEvent {}

  /** A local queue is gone. */
  record LocalQueueGone(ObjectKey key) implements QueueEvent {}

  /** A workload is there or has changed. */
  record WorkloadSeen(WorkloadState workload) implements QueueEvent {}

  /** A workload is gone. */
  record WorkloadGone(ObjectKey key) implements QueueEvent {}

  /** A job that names a queue is there or has changed. */
  record JobSeen(JobState job) implements QueueEvent {}

  /** A job is gone, or names no queue any more. */
  record JobGone(String kind, ObjectKey key) implements QueueEvent {}

  /** What was written of a workload was refused; what the API server tells is right. */
  record WorkloadRefused(ObjectKey key) implements QueueEvent {}

  /** A job could not be started, stopped or given its workload; it is worth another try. */
  record JobRefused(JobState.Ref job) implements QueueEvent {}
}
