package dev.nauarch.scheduling;

import static dev.nauarch.scheduling.QueueAdmission.condition;
import static dev.nauarch.scheduling.queue.WorkloadState.ADMITTED;
import static dev.nauarch.scheduling.queue.WorkloadState.EVICTED;
import static dev.nauarch.scheduling.queue.WorkloadState.FINISHED;
import static dev.nauarch.scheduling.queue.WorkloadState.PODS_READY;
import static dev.nauarch.scheduling.queue.WorkloadState.QUOTA_RESERVED;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.podsets.JobProgress;
import dev.nauarch.scheduling.queue.Grant;
import dev.nauarch.scheduling.queue.JobState;
import dev.nauarch.scheduling.queue.QueueCommand;
import dev.nauarch.scheduling.queue.StopPolicy;
import dev.nauarch.scheduling.queue.WorkloadState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Keeps jobs and their workloads in step: a job gets a workload, runs while that is admitted, is
 * suspended when it is evicted, and gives its quota back when it has stopped or ended.
 */
final class JobFlow {

  /** What was last asked for a job, so that it is not asked twice before the answer is seen. */
  private enum Asked {
    WORKLOAD,
    START,
    STOP
  }

  private final QueueBooks books;
  private final Holds holds;
  private final SortedMap<ObjectKey, JobState> jobByWorkload = new TreeMap<>();
  private final SortedMap<JobState.Ref, Asked> askedByJob = new TreeMap<>();

  JobFlow(QueueBooks books, Holds holds) {
    this.books = books;
    this.holds = holds;
  }

  /** A job is there or has changed; the key of its workload. */
  ObjectKey seen(JobState job) {
    var asked = askedByJob.get(job.ref());
    if ((asked == Asked.START && !job.suspended()) || (asked == Asked.STOP && job.suspended())) {
      askedByJob.remove(job.ref());
    }
    var workload = job.ref().workload();
    jobByWorkload.put(workload, job);
    return workload;
  }

  /** A job is gone; its workloads' keys. */
  List<ObjectKey> gone(String kind, ObjectKey key) {
    var workloads =
        jobByWorkload.values().stream()
            .map(JobState::ref)
            .filter(ref -> ref.kind().equals(kind) && ref.key().equals(key))
            .toList();
    workloads.forEach(
        ref -> {
          jobByWorkload.remove(ref.workload());
          askedByJob.remove(ref);
        });
    return workloads.stream().map(JobState.Ref::workload).toList();
  }

  /** Something that was asked for a job was refused. */
  void refused(JobState.Ref job) {
    askedByJob.remove(job);
  }

  /** Does what is to be done for one workload and its job. */
  void step(ObjectKey key, Instant now, List<SchedulerCommand> out) {
    var job = Optional.ofNullable(jobByWorkload.get(key));
    var workload = books.workload(key);
    if (workload.isEmpty()) {
      job.filter(one -> !one.isFinished()).ifPresent(one -> withoutWorkload(one, out));
      return;
    }
    job.ifPresent(one -> forget(one.ref(), Asked.WORKLOAD));
    if (workload.get().has(FINISHED)) {
      return;
    }
    if (job.filter(JobState::isFinished).isPresent()) {
      finish(workload.get(), job.get(), now, out);
      return;
    }
    var reason = evictionReason(workload.get());
    if (!reason.isEmpty()) {
      var message = "The workload is stopped: " + reason;
      books.write(workload.get().with(condition(EVICTED, true, reason, message, now)), out);
    }
    var current = books.workload(key).orElseThrow();
    if (job.isPresent()) {
      keepInStep(current, job.get(), now, out);
    } else if (current.has(EVICTED) && current.grant().isPresent()) {
      release(current, now, out);
    }
  }

  private void withoutWorkload(JobState job, List<SchedulerCommand> out) {
    if (!job.suspended()) {
      stop(job, out);
    } else if (ask(job.ref(), Asked.WORKLOAD)) {
      say(new QueueCommand.CreateWorkload(job.ref(), job.queue()), out);
    }
  }

  private void keepInStep(
      WorkloadState workload, JobState job, Instant now, List<SchedulerCommand> out) {
    var runs = workload.grant().isPresent() && workload.has(ADMITTED) && !workload.has(EVICTED);
    if (runs && job.suspended()) {
      if (ask(job.ref(), Asked.START)) {
        var podSets = starts(workload);
        say(new QueueCommand.StartJob(job.ref(), workload.key(), podSets), out);
      }
    } else if (!runs && !job.suspended()) {
      stop(job, out);
    } else if (!runs && workload.grant().isPresent() && job.progress().active() == 0) {
      release(workload, now, out);
    } else if (!runs && workload.grant().isEmpty() && isOutdated(workload, job)) {
      say(new QueueCommand.DeleteWorkload(workload.key(), workload.uid()), out);
    } else if (runs && job.progress().ready() != workload.has(PODS_READY)) {
      podsReady(workload, job.progress().ready(), now, out);
    }
  }

  private static boolean isOutdated(WorkloadState workload, JobState job) {
    return !workload.podCounts().equals(job.podCounts()) || !workload.queue().equals(job.queue());
  }

  private void podsReady(
      WorkloadState workload, boolean ready, Instant now, List<SchedulerCommand> out) {
    var known = workload.conditions().stream().anyMatch(one -> one.type().equals(PODS_READY));
    if (ready || known) {
      var message = ready ? "All pods are ready or succeeded" : "Not all pods are ready";
      var reason = ready ? "Started" : "WaitForRecovery";
      books.write(workload.with(condition(PODS_READY, ready, reason, message, now)), out);
    }
  }

  private void finish(
      WorkloadState workload, JobState job, Instant now, List<SchedulerCommand> out) {
    var succeeded = job.progress().end() == JobProgress.End.SUCCEEDED;
    var message =
        job.progress().message().isEmpty()
            ? "Job " + (succeeded ? "succeeded" : "failed")
            : job.progress().message();
    books.explained(workload.key(), Optional.empty(), now, out);
    books.write(
        workload.with(condition(FINISHED, true, succeeded ? "Succeeded" : "Failed", message, now)),
        out);
    holds.release(workload);
  }

  /** All has stopped: quota and places are free again. */
  private void release(WorkloadState workload, Instant now, List<SchedulerCommand> out) {
    holds.release(workload);
    var why =
        workload.conditions().stream()
            .filter(one -> one.type().equals(EVICTED))
            .map(WorkloadState.Condition::message)
            .findFirst()
            .orElse("");
    books.write(
        workload
            .with(Optional.empty())
            .with(condition(QUOTA_RESERVED, false, "Pending", why, now))
            .with(condition(ADMITTED, false, "NoReservation", why, now))
            .with(condition(PODS_READY, false, "WaitForStart", "Not all pods are ready", now)),
        out);
  }

  private void stop(JobState job, List<SchedulerCommand> out) {
    if (ask(job.ref(), Asked.STOP)) {
      say(new QueueCommand.StopJob(job.ref()), out);
    }
  }

  private List<QueueCommand.PodSetStart> starts(WorkloadState workload) {
    return workload.grant().map(Grant::podSets).orElse(List.of()).stream()
        .map(
            podSet ->
                new QueueCommand.PodSetStart(
                    podSet.name(), books.quota().flavors(podSet.flavorByResource().values())))
        .toList();
  }

  /** Why a workload with quota must stop; empty where it need not. */
  private String evictionReason(WorkloadState workload) {
    if (workload.grant().isEmpty() || workload.has(EVICTED)) {
      return "";
    }
    if (!workload.active()) {
      return "Deactivated";
    }
    var queue = books.clusterQueues().get(workload.grant().get().clusterQueue());
    if (queue != null && queue.stop() == StopPolicy.HOLD_AND_DRAIN) {
      return "ClusterQueueStopped";
    }
    return books
        .localQueueOf(workload)
        .filter(local -> local.stop() == StopPolicy.HOLD_AND_DRAIN)
        .map(local -> "LocalQueueStopped")
        .orElse("");
  }

  private boolean ask(JobState.Ref job, Asked what) {
    return askedByJob.put(job, what) != what;
  }

  private void forget(JobState.Ref job, Asked what) {
    if (askedByJob.get(job) == what) {
      askedByJob.remove(job);
    }
  }

  private static void say(QueueCommand command, List<SchedulerCommand> out) {
    out.add(new SchedulerCommand.ForQueue(command));
  }
}
