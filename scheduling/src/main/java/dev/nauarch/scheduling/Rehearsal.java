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
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What the scheduler would do if something came now: the scheduler itself, in a cluster as it was
 * seen, in which nothing but what comes is carried out. What waits there already is decided first.
 */
public final class Rehearsal {

  /**
   * What would come of it.
   *
   * @param podsByNode how many pods would go where
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

  /**
   * What comes.
   *
   * @param gangs the groups of pods
   * @param shared the claims that pods of groups share, of those groups that have some
   * @param claims claims of devices, those among them that are made for pods and groups
   * @param pods with the claims that were made for them
   */
  public record Coming(
      List<GangState> gangs,
      List<SharedClaims> shared,
      List<ResourceClaim> claims,
      List<PodState> pods) {

    /** Copies the lists. */
    public Coming {
      gangs = List.copyOf(gangs);
      shared = List.copyOf(shared);
      claims = List.copyOf(claims);
      pods = List.copyOf(pods);
    }

    /** Pods that stand alone and claim nothing. */
    public static Coming of(List<PodState> pods) {
      return new Coming(List.of(), List.of(), List.of(), pods);
    }
  }

  /** The same cluster without anybody's work, in which only what fits nowhere still waits. */
  public static List<SchedulerEvent> withoutWork(List<SchedulerEvent> present) {
    return present.stream().filter(event -> !isWork(event)).map(Rehearsal::free).toList();
  }

  /** A claim is still there, but has no devices. */
  private static SchedulerEvent free(SchedulerEvent event) {
    return event instanceof SchedulerEvent.ForDevices(DeviceEvent.ClaimSeen(var claim))
        ? new SchedulerEvent.ForDevices(
            new DeviceEvent.ClaimSeen(claim.edit().withStatus(null).build()))
        : event;
  }

  private static boolean isWork(SchedulerEvent event) {
    return switch (event) {
      case SchedulerEvent.PodSeen ignored -> true;
      case SchedulerEvent.GangSeen ignored -> true;
      case SchedulerEvent.ForQueue(QueueEvent.WorkloadSeen ignored) -> true;
      case SchedulerEvent.ForQueue(QueueEvent.JobSeen ignored) -> true;
      default -> false;
    };
  }

  /** Pods come, with the gangs that they belong to and their claims. */
  public Outcome pods(Coming coming) {
    return play(arrival(coming, List.of()), coming, ignored -> List.of());
  }

  /**
   * A job comes that waits in a queue.
   *
   * @param coming its pods, which come when the job may start
   */
  public Outcome job(JobState job, WorkloadState workload, Coming coming) {
    return play(
        told(new QueueEvent.JobSeen(job)),
        coming,
        command ->
            command instanceof SchedulerCommand.ForQueue(var wanted)
                ? queued(wanted, job, workload, coming)
                : List.of());
  }

  /** What is carried out for a job that waits in a queue. */
  private List<SchedulerEvent> queued(
      QueueCommand command, JobState job, WorkloadState workload, Coming coming) {
    return switch (command) {
      case QueueCommand.CreateWorkload(var ref, var _) when ref.equals(job.ref()) ->
          told(new QueueEvent.WorkloadSeen(workload));
      case QueueCommand.WriteWorkload(var written)
          when written.key().equals(workload.key()) && written.grant().isPresent() ->
          told(new QueueEvent.WorkloadSeen(written));
      case QueueCommand.ExplainWorkload(var key, var words, var _)
          when key.equals(workload.key()) -> {
        why = words;
        yield List.of();
      }
      case QueueCommand.StartJob(var ref, var _, var podSets) when ref.equals(job.ref()) -> {
        why = Optional.empty();
        var events = new ArrayList<>(told(new QueueEvent.JobSeen(started(job))));
        events.addAll(arrival(coming, podSets));
        yield events;
      }
      default -> List.of();
    };
  }

  private static JobState started(JobState job) {
    return new JobState(job.ref(), job.queue(), false, job.podCounts(), job.progress());
  }

  /** Tells of what comes; the pods of a job go to the nodes of their flavors. */
  private static List<SchedulerEvent> arrival(
      Coming coming, List<QueueCommand.PodSetStart> podSets) {
    var events = new ArrayList<SchedulerEvent>();
    coming.claims.forEach(claim -> events.add(told(new DeviceEvent.ClaimSeen(claim))));
    coming.shared.forEach(shared -> events.add(told(new DeviceEvent.GroupSeen(shared))));
    coming.gangs.forEach(gang -> events.add(new SchedulerEvent.GangSeen(gang)));
    coming.pods.forEach(pod -> events.add(new SchedulerEvent.PodSeen(directed(pod, podSets))));
    return events;
  }

  private static PodState directed(PodState pod, List<QueueCommand.PodSetStart> podSets) {
    var shape = pod.shape();
    for (var podSet : podSets) {
      if (podSet.name().equals(pod.membership().podSet())) {
        for (var flavor : podSet.flavors()) {
          shape = shape.restrictedTo(flavor.requirements(), flavor.tolerations());
        }
      }
    }
    return pod.in(shape);
  }

  /**
   * Tells of something, and carries out what comes of it.
   *
   * @param more what comes of a command besides
   */
  private Outcome play(
      List<SchedulerEvent> first,
      Coming coming,
      Function<SchedulerCommand, List<SchedulerEvent>> more) {
    var ours = new TreeSet<ObjectKey>();
    coming.gangs.forEach(gang -> ours.add(gang.key()));
    coming.pods.forEach(pod -> ours.add(pod.key()));
    for (var batch = first; !batch.isEmpty(); ) {
      var answers = new ArrayList<SchedulerEvent>();
      for (var command : core.on(batch, now)) {
        note(command, ours);
        if (command instanceof SchedulerCommand.ForDevices(DeviceCommand.WriteClaims wanted)) {
          answers.add(told(written(wanted)));
        }
        answers.addAll(more.apply(command));
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

  private static SchedulerEvent told(DeviceEvent event) {
    return new SchedulerEvent.ForDevices(event);
  }

  private static List<SchedulerEvent> told(QueueEvent event) {
    return List.of(new SchedulerEvent.ForQueue(event));
  }
}
