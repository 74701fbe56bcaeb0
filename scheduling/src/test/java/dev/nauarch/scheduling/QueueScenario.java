package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.podsets.JobProgress;
import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.model.DeviceNeeds;
import dev.nauarch.scheduling.model.Neighbours;
import dev.nauarch.scheduling.model.PodShape;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.queue.ClusterQueueState;
import dev.nauarch.scheduling.queue.FlavorState;
import dev.nauarch.scheduling.queue.Grant;
import dev.nauarch.scheduling.queue.JobState;
import dev.nauarch.scheduling.queue.LocalQueueState;
import dev.nauarch.scheduling.queue.QueueCommand;
import dev.nauarch.scheduling.queue.QueueEvent;
import dev.nauarch.scheduling.queue.StopPolicy;
import dev.nauarch.scheduling.queue.WorkloadState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The queue side of a scenario: a job controller and an API server in which all succeeds at once.
 */
final class QueueScenario {

  /** What a job's pods look like. */
  private record Job(JobState state, Amounts each, int count, int priority, String gang) {
    Job as(boolean suspended, int active, JobProgress.End end) {
      return new Job(
          new JobState(
              state.ref(),
              state.queue(),
              suspended,
              state.podCounts(),
              new JobProgress(active, active == count, end, "")),
          each,
          count,
          priority,
          gang);
    }
  }

  private final TreeMap<ObjectKey, Job> jobs = new TreeMap<>();
  private final TreeMap<ObjectKey, WorkloadState> workloads = new TreeMap<>();
  private final TreeMap<String, ClusterQueueState> queues = new TreeMap<>();
  private final BiConsumer<String, String> trace;

  QueueScenario(BiConsumer<String, String> trace) {
    this.trace = trace;
  }

  /** The workloads that have quota. */
  List<WorkloadState> granted() {
    return workloads.values().stream()
        .filter(one -> one.grant().isPresent() && !one.has(WorkloadState.FINISHED))
        .toList();
  }

  /** {@code job NAME pods=N cpu=N gpus=N priority=N queue=NAME gang=NAME}. */
  SchedulerEvent job(List<String> words) {
    var values = values(words);
    var key = new ObjectKey("default", words.get(1));
    var count = Integer.parseInt(values.getOrDefault("pods", "1"));
    var each =
        Amounts.NONE
            .with("pods", 1)
            .with("cpu", 1000 * Long.parseLong(values.getOrDefault("cpu", "1")))
            .with("nvidia.com/gpu", Long.parseLong(values.getOrDefault("gpus", "0")));
    var state =
        new JobState(
            new JobState.Ref("Job", key, "uid-" + key.name()),
            values.getOrDefault("queue", "default"),
            true,
            List.of("main=" + count),
            JobProgress.NONE);
    var priority = Integer.parseInt(values.getOrDefault("priority", "0"));
    return seen(new Job(state, each, count, priority, values.getOrDefault("gang", "")));
  }

  /** {@code queue NAME gpus=N cpu=N strict stop=Hold}: a cluster queue and its local queue. */
  List<SchedulerEvent> queue(List<String> words) {
    var values = values(words);
    var name = words.get(1);
    var quota =
        Amounts.NONE
            .with("cpu", 1000 * Long.parseLong(values.getOrDefault("cpu", "1000")))
            .with("nvidia.com/gpu", Long.parseLong(values.getOrDefault("gpus", "0")));
    var local = new LocalQueueState(new ObjectKey("default", name), name, StopPolicy.NONE);
    return List.of(
        seen(queue(name, quota, values.containsKey("strict"), values.getOrDefault("stop", ""))),
        told(new QueueEvent.LocalQueueSeen(local)));
  }

  List<SchedulerEvent> ended(String name, JobProgress.End end) {
    var job = Objects.requireNonNull(jobs.get(new ObjectKey("default", name)));
    return List.of(seen(job.as(false, 0, end)));
  }

  SchedulerEvent deactivate(String name) {
    var job = Objects.requireNonNull(jobs.get(new ObjectKey("default", name)));
    var old = Objects.requireNonNull(workloads.get(job.state.ref().workload()));
    return seen(
        new WorkloadState(
            old.key(),
            old.uid(),
            old.queue(),
            old.priority(),
            old.created(),
            false,
            old.podSets(),
            old.conditions(),
            old.grant()));
  }

  /** The pods of a started job. */
  List<PodState> pods(ObjectKey name, ObjectKey workload, Instant now) {
    var job = Objects.requireNonNull(jobs.get(name));
    var pods = new ArrayList<PodState>();
    for (var i = 0; i < job.count; i++) {
      pods.add(
          new PodState(
              new ObjectKey("default", name.name() + "-" + i),
              "uid-" + name.name() + "-" + i + "-" + now.getEpochSecond(),
              new TreeMap<>(),
              new TreeMap<>(),
              PodShape.of(job.each),
              Neighbours.ANY,
              job.priority,
              false,
              now,
              "",
              PodState.Stage.LIVE,
              List.of(),
              new PodState.Membership(job.gang, workload.name(), "main", true, false, ""),
              DeviceNeeds.NONE));
    }
    return pods;
  }

  List<SchedulerEvent> carryOut(QueueCommand command, Instant now) {
    return switch (command) {
      case QueueCommand.CreateWorkload(var ref, var queue) -> List.of(create(ref, queue, now));
      case QueueCommand.DeleteWorkload(var workload, var uid) -> {
        workloads.remove(workload);
        yield List.of(told(new QueueEvent.WorkloadGone(workload)));
      }
      case QueueCommand.WriteWorkload(var workload) -> {
        tell(workload);
        yield List.of(seen(workload));
      }
      case QueueCommand.ExplainWorkload ignored -> List.of();
      case QueueCommand.StartJob(var ref, var workload, var podSets) -> {
        trace.accept("start", ref.key().name());
        var job = Objects.requireNonNull(jobs.get(ref.key()));
        yield List.of(seen(job.as(false, job.count, JobProgress.End.NONE)));
      }
      case QueueCommand.StopJob(var ref) -> {
        trace.accept("stop", ref.key().name());
        var job = Objects.requireNonNull(jobs.get(ref.key()));
        yield List.of(seen(job.as(true, 0, JobProgress.End.NONE)));
      }
      case QueueCommand.CreateFlavor(var name) ->
          List.of(
              told(
                  new QueueEvent.FlavorSeen(
                      new FlavorState(name, new TreeMap<>(), List.of(), List.of()))));
      case QueueCommand.CreateClusterQueue(var name, var quota) ->
          List.of(seen(queue(name, quota, false, "")));
      case QueueCommand.SetQuota(var name, var quota) ->
          List.of(seen(queue(name, quota, false, "")));
      case QueueCommand.CreateLocalQueue(var key, var queue) ->
          List.of(
              told(
                  new QueueEvent.LocalQueueSeen(new LocalQueueState(key, queue, StopPolicy.NONE))));
      case QueueCommand.ReportClusterQueue ignored -> List.of();
      case QueueCommand.ReportLocalQueue ignored -> List.of();
    };
  }

  private void tell(WorkloadState workload) {
    var old = Objects.requireNonNull(workloads.get(workload.key()));
    for (var condition : workload.conditions()) {
      if (!old.conditions().contains(condition)) {
        trace.accept(
            workload.key().name().replaceFirst("-[0-9a-f]{5}$", ""),
            condition.type()
                + "="
                + condition.holds()
                + " "
                + condition.reason()
                + ": "
                + condition.message());
      }
    }
  }

  private SchedulerEvent create(JobState.Ref ref, String queue, Instant now) {
    var job = Objects.requireNonNull(jobs.get(ref.key()));
    var podSet =
        new WorkloadState.PodSet(
            "main",
            job.count,
            new TreeMap<>(),
            new TreeMap<>(),
            PodShape.of(job.each),
            Neighbours.ANY);
    return seen(
        new WorkloadState(
            ref.workload(),
            "uid-" + ref.workload().name(),
            queue,
            job.priority,
            now,
            true,
            List.of(podSet),
            List.of(),
            Optional.<Grant>empty()));
  }

  private static ClusterQueueState queue(String name, Amounts quota, boolean strict, String stop) {
    var group =
        new ClusterQueueState.Group(
            quota.names(), List.of(new ClusterQueueState.Quota("default", quota)));
    return new ClusterQueueState(
        name,
        List.of(group),
        strict,
        StopPolicy.of(stop),
        List.of(),
        true,
        true,
        name.equals("default"));
  }

  private SchedulerEvent seen(Job job) {
    jobs.put(job.state.ref().key(), job);
    return told(new QueueEvent.JobSeen(job.state));
  }

  private SchedulerEvent seen(WorkloadState workload) {
    workloads.put(workload.key(), workload);
    return told(new QueueEvent.WorkloadSeen(workload));
  }

  private SchedulerEvent seen(ClusterQueueState queue) {
    queues.put(queue.name(), queue);
    return told(new QueueEvent.ClusterQueueSeen(queue));
  }

  private static Map<String, String> values(List<String> words) {
    var values = new TreeMap<String, String>();
    for (var word : words.subList(2, words.size())) {
      var parts = word.split("=", 2);
      values.put(parts[0], parts.length > 1 ? parts[1] : "");
    }
    return values;
  }

  private static SchedulerEvent told(QueueEvent event) {
    return new SchedulerEvent.ForQueue(event);
  }
}
