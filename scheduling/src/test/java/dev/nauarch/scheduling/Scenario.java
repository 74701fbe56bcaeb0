package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.podsets.JobProgress;
import dev.nauarch.scheduling.model.GangPlacement;
import dev.nauarch.scheduling.model.GangState;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.queue.QueueCommand;
import dev.nauarch.scheduling.queue.WorkloadState;
import dev.nauarch.scheduling.translate.GangTranslation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A cluster in which every command succeeds at once, save those that a scenario says fail. Time
 * stands still but for {@code advance}.
 */
final class Scenario {

  private final SchedulerCore core = new SchedulerCore(SchedulerOptions.DEFAULT);
  private final TreeMap<ObjectKey, PodState> pods = new TreeMap<>();
  private final TreeMap<ObjectKey, GangState> gangs = new TreeMap<>();
  private final List<String> trace = new ArrayList<>();
  private final QueueScenario queues = new QueueScenario((what, more) -> say(what + " " + more));
  private final VolumeScenario volumes = new VolumeScenario();
  private final List<String> failing = new ArrayList<>();
  private Instant now = Instant.EPOCH;
  private Instant wakeAt = Instant.MAX;
  private boolean synced;

  /** Plays input lines as one batch; the trace of what came of it. */
  List<String> play(List<String> lines) {
    trace.clear();
    var events = new ArrayList<SchedulerEvent>();
    for (var line : lines) {
      var words = Texts.words(line);
      if (words.getFirst().equals("advance")) {
        run(events);
        advance(Duration.parse("PT" + words.get(1)));
      } else {
        events.addAll(event(words));
      }
    }
    if (!synced && !lines.contains("unsynced")) {
      synced = true;
      events.add(new SchedulerEvent.Synced());
    }
    run(events);
    return List.copyOf(trace);
  }

  /** Every pod that exists, as the cluster knows it. */
  List<PodState> pods() {
    return List.copyOf(pods.values());
  }

  /** The workloads that have quota. */
  List<WorkloadState> granted() {
    return queues.granted();
  }

  /** Everything a scenario may say. */
  private List<SchedulerEvent> event(List<String> words) {
    var name = words.size() > 1 ? words.get(1) : "";
    var key = new ObjectKey("default", name);
    return switch (words.getFirst()) {
      case "node" -> List.of(Texts.node(words));
      case "pod" -> List.of(seen(Texts.pod(words, now)));
      case "gang" -> List.of(seen(Texts.gang(words, now)));
      case "claim", "volume", "class", "driver", "capacity", "drivers", "attachment" ->
          List.of(new SchedulerEvent.ForVolumes(volumes.seen(words)));
      case "claim-gone", "volume-gone", "attachment-gone" ->
          List.of(new SchedulerEvent.ForVolumes(volumes.gone(words)));
      case "gone" -> {
        pods.remove(key);
        yield List.of(new SchedulerEvent.PodGone(key));
      }
      case "budget" -> List.of(Texts.budget(words));
      case "service", "replicaset" -> List.of(Texts.group(words));
      case "node-gone" -> List.of(new SchedulerEvent.NodeGone(name));
      case "succeeded" -> List.of(seen(staged(key, PodState.Stage.SUCCEEDED)));
      case "job" -> List.of(queues.job(words));
      case "queue" -> queues.queue(words);
      default -> about(words.getFirst(), name, key);
    };
  }

  /** What a scenario may say about something that has a name and nothing else. */
  private List<SchedulerEvent> about(String what, String name, ObjectKey key) {
    return switch (what) {
      case "namespace" -> List.of(new SchedulerEvent.NamespaceSeen(name, new TreeMap<>()));
      case "deactivate" -> List.of(queues.deactivate(name));
      case "end" -> {
        var events = new ArrayList<SchedulerEvent>();
        podsOf(name).forEach(pod -> events.add(seen(staged(pod, PodState.Stage.SUCCEEDED))));
        events.addAll(queues.ended(name, JobProgress.End.SUCCEEDED));
        yield events;
      }
      case "fail" -> {
        failing.add(name);
        yield List.of();
      }
      case "heal" -> {
        failing.remove(name);
        yield List.of();
      }
      case "unsynced" -> List.of();
      default -> throw new IllegalArgumentException(what + " " + key);
    };
  }

  private void run(List<SchedulerEvent> events) {
    var batch = List.copyOf(events);
    events.clear();
    while (!batch.isEmpty()) {
      var answers = new ArrayList<SchedulerEvent>();
      for (var command : core.on(batch, now)) {
        answers.addAll(carryOut(command));
      }
      batch = List.copyOf(answers);
    }
  }

  private void advance(Duration time) {
    var end = now.plus(time);
    while (!wakeAt.isAfter(end)) {
      now = wakeAt.isAfter(now) ? wakeAt : now;
      wakeAt = Instant.MAX;
      run(new ArrayList<>(List.of(new SchedulerEvent.Woken())));
    }
    now = end;
  }

  private List<SchedulerEvent> carryOut(SchedulerCommand command) {
    return switch (command) {
      case SchedulerCommand.BindPod(var pod, var uid, var node, var at) -> {
        if (failing.contains(pod.name())) {
          say("bind " + pod.name() + " " + node + " fails");
          yield List.of(
              new SchedulerEvent.BindFailed(
                  pod, uid, SchedulerEvent.Failure.LASTING, "the API server refused"));
        }
        say("bind " + pod.name() + " " + node);
        yield List.of(seen(Objects.requireNonNull(pods.get(pod)).on(node)));
      }
      case SchedulerCommand.CommitGang(var gang, var placement, var at) -> commit(gang, placement);
      case SchedulerCommand.MarkGangBound(var gang) -> say("bound " + gang.name());
      case SchedulerCommand.ReleaseGang(var gang, var why, var at) ->
          say("release " + gang.name() + ": " + why.summary());
      case SchedulerCommand.EvictPod(var pod, var uid, var reason, var message, var at) -> {
        say("evict " + pod.name() + " " + reason + ": " + message);
        if (failing.contains(pod.name())) {
          yield List.of(new SchedulerEvent.EvictFailed(pod, uid, "the API server refused"));
        }
        yield List.of(seen(staged(pod, PodState.Stage.ENDING)));
      }
      case SchedulerCommand.ForVolumes(var wanted) -> {
        wanted.writes().forEach(write -> say(VolumeScenario.words(write)));
        yield List.of(new SchedulerEvent.ForVolumes(volumes.write(wanted)));
      }
      case SchedulerCommand.NominateNode(var pod, var node) ->
          say("nominate " + pod.name() + " " + node);
      case SchedulerCommand.ReportPod(var pod, var uid, var why, var at) -> {
        say("wait " + pod.name() + ": " + why.message());
        why.relaxations().forEach(one -> say("  or " + one));
        yield List.of();
      }
      case SchedulerCommand.ClearPodReport(var pod) -> say("clear " + pod.name());
      case SchedulerCommand.ReportGang(var gang, var uid, var scheduled, var why, var at) ->
          say("wait gang " + gang.name() + ": " + why.summary());
      case SchedulerCommand.MarkGangScheduled(var gang, var at) -> scheduled(gang);
      case SchedulerCommand.DisruptGang(var gang, var reason, var message, var at) ->
          say("disrupt gang " + gang.name() + " " + reason + ": " + message);
      case SchedulerCommand.ForQueue(var wanted) -> carryOut(wanted);
      case SchedulerCommand.ForDevices ignored -> List.of();
      case SchedulerCommand.AskExtender ignored -> List.of();
      case SchedulerCommand.BindByExtender ignored -> List.of();
      case SchedulerCommand.WakeAt(var at) -> {
        wakeAt = at.isBefore(wakeAt) ? at : wakeAt;
        yield List.of();
      }
    };
  }

  /** The job controller: pods come when a job starts and go when it stops. */
  private List<SchedulerEvent> carryOut(QueueCommand command) {
    var events = new ArrayList<>(queues.carryOut(command, now));
    if (command instanceof QueueCommand.StartJob(var job, var workload, var podSets)) {
      queues.pods(job.key(), workload, now).forEach(pod -> events.add(seen(pod)));
    }
    if (command instanceof QueueCommand.StopJob(var job)) {
      podsOf(job.key().name())
          .forEach(
              key -> {
                pods.remove(key);
                events.add(new SchedulerEvent.PodGone(key));
              });
    }
    return events;
  }

  private List<ObjectKey> podsOf(String job) {
    return pods.values().stream()
        .filter(pod -> pod.membership().workload().startsWith("job-" + job + "-"))
        .map(PodState::key)
        .toList();
  }

  private List<SchedulerEvent> scheduled(ObjectKey gang) {
    say("scheduled " + gang.name());
    var old = Objects.requireNonNull(gangs.get(gang));
    return List.of(seen(old.at(new GangState.Course(old.placement(), false, true))));
  }

  private List<SchedulerEvent> commit(ObjectKey gang, GangPlacement placement) {
    say("commit " + gang.name() + " " + GangTranslation.write(placement));
    var old = Objects.requireNonNull(gangs.get(gang));
    return List.of(
        new SchedulerEvent.GangCommitted(gang),
        seen(old.at(new GangState.Course(placement, false, true))));
  }

  private List<SchedulerEvent> say(String line) {
    trace.add(Duration.between(Instant.EPOCH, now).toSeconds() + "s   " + line);
    return List.of();
  }

  private SchedulerEvent seen(PodState pod) {
    pods.put(pod.key(), pod);
    return new SchedulerEvent.PodSeen(pod);
  }

  private SchedulerEvent seen(GangState gang) {
    gangs.put(gang.key(), gang);
    return new SchedulerEvent.GangSeen(gang);
  }

  private PodState staged(ObjectKey key, PodState.Stage stage) {
    return Objects.requireNonNull(pods.get(key)).at(stage);
  }
}
