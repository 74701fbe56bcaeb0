package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.device.ClaimWrite;
import dev.nauarch.scheduling.device.DeviceCommand;
import dev.nauarch.scheduling.device.DeviceEvent;
import dev.nauarch.scheduling.explain.Explanation;
import dev.nauarch.scheduling.model.GangState;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.SharedClaims;
import dev.nauarch.scheduling.queue.JobState;
import dev.nauarch.scheduling.queue.QueueCommand;
import dev.nauarch.scheduling.queue.QueueEvent;
import dev.nauarch.scheduling.queue.WorkloadState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the scheduler would do if something came now: the scheduler itself, in a cluster as it was
 * seen, in which nothing but what comes is carried out. What waits there already is decided first.
 */
public final class Rehearsal {

  /**
   * What would come of it.
   *
   * @param podsByNode how many pods would go where; of a queued job nothing, since its places are
   *     taken only when its pods come
   * @param victims who would have to stop for it
   * @param why why some of it would wait; empty where all would start
   */
  public record Outcome(
      SortedMap<String, Integer> podsByNode,
      SortedSet<ObjectKey> victims,
      Optional<Explanation> why) {}

  private final SchedulerCore core;
  private final Instant now;
  private final SortedMap<String, Integer> podsByNode = new TreeMap<>();
  private final SortedSet<ObjectKey> victims = new TreeSet<>();
  private Optional<Explanation> why = Optional.empty();

  /**
   * In a cluster.
   *
   * @param present everything that exists
   */
  public Rehearsal(SchedulerOptions options, List<SchedulerEvent> present, Instant now) {
    this.core = new SchedulerCore(options);
    this.now = now;
    var events = new ArrayList<>(present);
    events.add(new SchedulerEvent.Synced());
    core.on(events, now);
  }

  /** The same cluster without anybody's work, in which only what fits nowhere still waits. */
  public static List<SchedulerEvent> withoutWork(List<SchedulerEvent> present) {
    return present.stream().filter(event -> !isWork(event)).toList();
  }

  private static boolean isWork(SchedulerEvent event) {
    return switch (event) {
      case SchedulerEvent.PodSeen ignored -> true;
      case SchedulerEvent.GangSeen ignored -> true;
      case SchedulerEvent.ForDevices(DeviceEvent.ClaimSeen ignored) -> true;
      case SchedulerEvent.ForQueue(QueueEvent.WorkloadSeen ignored) -> true;
      case SchedulerEvent.ForQueue(QueueEvent.JobSeen ignored) -> true;
      default -> false;
    };
  }

  /** Pods come, and the gangs that they belong to. */
  public Outcome pods(List<GangState> gangs, List<PodState> pods) {
    var events = new ArrayList<SchedulerEvent>();
    for (var gang : gangs) {
      var shared = new SharedClaims(gang.key(), gang.uid(), List.of());
      events.add(new SchedulerEvent.GangSeen(gang));
      events.add(new SchedulerEvent.ForDevices(new DeviceEvent.GroupSeen(shared)));
    }
    pods.forEach(pod -> events.add(new SchedulerEvent.PodSeen(pod)));
    var ours = new TreeSet<ObjectKey>();
    gangs.forEach(gang -> ours.add(gang.key()));
    pods.forEach(pod -> ours.add(pod.key()));
    for (List<SchedulerEvent> batch = events; !batch.isEmpty(); ) {
      var answers = new ArrayList<SchedulerEvent>();
      for (var command : core.on(batch, now)) {
        note(command, ours);
        if (command instanceof SchedulerCommand.ForDevices(DeviceCommand.WriteClaims wanted)) {
          answers.add(new SchedulerEvent.ForDevices(written(wanted)));
        }
      }
      batch = answers;
    }
    // Nothing more comes, so that a gang which is not complete now need not be waited for.
    var later = now.plus(GangPlacer.PATIENCE);
    for (var command : core.on(List.of(new SchedulerEvent.Woken()), later)) {
      note(command, ours);
    }
    return new Outcome(podsByNode, victims, why);
  }

  /** A job comes that waits in a queue. */
  public Outcome job(JobState job, WorkloadState workload) {
    var batch = told(new QueueEvent.JobSeen(job));
    while (!batch.isEmpty()) {
      var answers = new ArrayList<SchedulerEvent>();
      for (var command : core.on(batch, now)) {
        switch (command) {
          case SchedulerCommand.EvictPod evict -> victims.add(evict.pod());
          case SchedulerCommand.ForQueue(QueueCommand.CreateWorkload(var ref, var _))
              when ref.equals(job.ref()) ->
              answers.addAll(told(new QueueEvent.WorkloadSeen(workload)));
          case SchedulerCommand.ForQueue(QueueCommand.WriteWorkload(var written))
              when written.key().equals(workload.key()) && written.grant().isPresent() ->
              why = Optional.empty();
          case SchedulerCommand.ForQueue(QueueCommand.ExplainWorkload(var key, var words, var _))
              when key.equals(workload.key()) ->
              why = words;
          default -> {}
        }
      }
      batch = answers;
    }
    return new Outcome(podsByNode, victims, why);
  }

  /** As if the claims of a pod had been written. */
  private static DeviceEvent written(DeviceCommand.WriteClaims wanted) {
    return new DeviceEvent.Written(
        wanted.pod(),
        wanted.uid(),
        wanted.writes().stream().map(write -> ObjectKey.of(write.claim())).toList(),
        wanted.writes().stream().map(ClaimWrite::done).toList(),
        "",
        false);
  }

  private void note(SchedulerCommand command, SortedSet<ObjectKey> ours) {
    switch (command) {
      case SchedulerCommand.BindPod bind when ours.contains(bind.pod()) ->
          podsByNode.merge(bind.node(), 1, Integer::sum);
      case SchedulerCommand.CommitGang commit when ours.contains(commit.gang()) ->
          commit
              .placement()
              .nodeByPod()
              .values()
              .forEach(node -> podsByNode.merge(node, 1, Integer::sum));
      case SchedulerCommand.EvictPod evict -> victims.add(evict.pod());
      case SchedulerCommand.AskExtender ask when ours.contains(ask.pod()) ->
          tell(
              Explanation.of(
                  "Unschedulable",
                  "AsksExtender",
                  "Where it goes is for the extender "
                      + ask.question().extender().urlPrefix()
                      + " to say, which is not asked before it comes."));
      case SchedulerCommand.ReportPod report when ours.contains(report.pod()) -> tell(report.why());
      case SchedulerCommand.ReportGang report when ours.contains(report.gang()) ->
          tell(report.why());
      default -> {}
    }
  }

  /** The first reason is that of the first that does not fit. */
  private void tell(Explanation words) {
    if (why.isEmpty()) {
      why = Optional.of(words);
    }
  }

  private static List<SchedulerEvent> told(QueueEvent event) {
    return List.of(new SchedulerEvent.ForQueue(event));
  }
}
