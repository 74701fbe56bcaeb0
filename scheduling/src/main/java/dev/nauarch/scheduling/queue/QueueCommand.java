package dev.nauarch.scheduling.queue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.explain.Explanation;
import dev.nauarch.scheduling.model.Amounts;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the queues want done. */
public sealed interface QueueCommand {

  /** Make the workload of a job. */
  record CreateWorkload(JobState.Ref job, String queue) implements QueueCommand {}

  /** Delete a workload that no longer says what its job asks for. */
  record DeleteWorkload(ObjectKey workload, String uid) implements QueueCommand {}

  /** Write a workload's status as it now is; a refusal comes back. */
  record WriteWorkload(WorkloadState workload) implements QueueCommand {}

  /** Say on a workload why it waits, in its annotation; none takes that away. */
  record ExplainWorkload(ObjectKey workload, Optional<Explanation> why, Instant at)
      implements QueueCommand {}

  /** Let a job run on the nodes of its flavors. */
  record StartJob(JobState.Ref job, ObjectKey workload, List<PodSetStart> podSets)
      implements QueueCommand {}

  /** Suspend a job; what starting it added is replaced when it starts again. */
  record StopJob(JobState.Ref job) implements QueueCommand {}

  /**
   * What the pods of a set get when they start.
   *
   * @param name the pod set
   * @param flavors of whose nodes they are
   */
  record PodSetStart(String name, List<FlavorState> flavors) {}

  /** Make the flavor of this name, for any node. */
  record CreateFlavor(String name) implements QueueCommand {}

  /** Make the cluster queue that takes its quota from the cluster. */
  record CreateClusterQueue(String name, Amounts quota) implements QueueCommand {}

  /** Give that queue another quota. */
  record SetQuota(String clusterQueue, Amounts quota) implements QueueCommand {}

  /** Make a namespace's local queue. */
  record CreateLocalQueue(ObjectKey key, String clusterQueue) implements QueueCommand {}

  /** Say how full a cluster queue is. */
  record ReportClusterQueue(String name, Fill fill, List<FlavorFill> flavors, Instant at)
      implements QueueCommand {}

  /** Say how full a local queue is. */
  record ReportLocalQueue(ObjectKey key, Fill fill, Instant at) implements QueueCommand {}

  /**
   * How full a queue is.
   *
   * @param pending how many wait
   * @param admitted how many are admitted and not finished
   * @param inactive why it lets nothing through; empty where it does
   */
  record Fill(int pending, int admitted, String inactive) {}

  /** How much of a flavor is taken. */
  record FlavorFill(String flavor, List<String> resources, Amounts used) {}
}
