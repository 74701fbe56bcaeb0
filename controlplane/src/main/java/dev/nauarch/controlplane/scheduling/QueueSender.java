package dev.nauarch.controlplane.scheduling;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.api.kueue.Kueue;
import dev.nauarch.api.podsets.JobKind;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.kernel.Inbox;
import dev.nauarch.scheduling.SchedulerEvent;
import dev.nauarch.scheduling.queue.JobState;
import dev.nauarch.scheduling.queue.QueueCommand;
import dev.nauarch.scheduling.queue.QueueEvent;
import dev.nauarch.scheduling.translate.ApiRequest;
import dev.nauarch.scheduling.translate.JobEdits;
import dev.nauarch.scheduling.translate.QueueRequests;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out the queues' commands; reads the job where a command needs all of it. */
final class QueueSender {

  private static final Logger LOG = LoggerFactory.getLogger(QueueSender.class);
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final ClusterClient client;
  private final InstantSource clock;
  private final RequestSender sender;
  private final Dispatcher dispatcher;

  QueueSender(
      ClusterClient client, InstantSource clock, RequestSender sender, Dispatcher dispatcher) {
    this.client = client;
    this.clock = clock;
    this.sender = sender;
    this.dispatcher = dispatcher;
  }

  void carryOut(QueueCommand command, Inbox<SchedulerEvent> inbox) {
    switch (command) {
      case QueueCommand.CreateWorkload(var job, var queue) ->
          dispatcher.submit(job.workload(), () -> create(job, inbox));
      case QueueCommand.StartJob start ->
          dispatcher.submit(start.workload(), () -> start(start, inbox));
      case QueueCommand.StopJob(var job) ->
          dispatcher.submit(job.workload(), () -> stop(job, inbox));
      case QueueCommand.WriteWorkload(var workload) ->
          dispatcher.submit(workload.key(), () -> write(command, workload.key(), inbox));
      case QueueCommand.DeleteWorkload(var workload, var uid) -> tell(workload, command);
      case QueueCommand.ExplainWorkload(var workload, var why, var at) -> tell(workload, command);
      case QueueCommand.CreateFlavor ignored -> tell("defaults", command);
      case QueueCommand.CreateClusterQueue ignored -> tell("defaults", command);
      case QueueCommand.SetQuota ignored -> tell("defaults", command);
      case QueueCommand.CreateLocalQueue(var key, var queue) -> tell(key, command);
      case QueueCommand.ReportClusterQueue report -> tell(report.name(), command);
      case QueueCommand.ReportLocalQueue report -> tell(report.key(), command);
    }
  }

  private void tell(Object key, QueueCommand command) {
    dispatcher.submit(key, () -> QueueRequests.of(command).forEach(sender::trySend));
  }

  private void write(QueueCommand command, ObjectKey workload, Inbox<SchedulerEvent> inbox) {
    try {
      QueueRequests.of(command).forEach(sender::send);
    } catch (ApiException e) {
      LOG.warn("the status of workload {} was not written: {}", workload, e.getMessage());
      later(inbox, new QueueEvent.WorkloadRefused(workload));
    }
  }

  private void create(JobState.Ref ref, Inbox<SchedulerEvent> inbox) {
    edit(
        ref,
        inbox,
        new Edit() {
          @Override
          public <T extends HasMetadata> Optional<ApiRequest> of(JobKind<T> kind, T job) {
            return Optional.of(JobEdits.create(kind, job, ref, priority(kind, job)));
          }
        });
  }

  private void start(QueueCommand.StartJob start, Inbox<SchedulerEvent> inbox) {
    edit(
        start.job(),
        inbox,
        new Edit() {
          @Override
          public <T extends HasMetadata> Optional<ApiRequest> of(JobKind<T> kind, T job) {
            return client
                .get(Kueue.WORKLOADS, start.workload())
                .map(workload -> JobEdits.start(kind, job, workload, start.podSets()));
          }
        });
  }

  private void stop(JobState.Ref ref, Inbox<SchedulerEvent> inbox) {
    edit(
        ref,
        inbox,
        new Edit() {
          @Override
          public <T extends HasMetadata> Optional<ApiRequest> of(JobKind<T> kind, T job) {
            return Optional.of(JobEdits.stop(kind, job));
          }
        });
  }

  /** What is to be sent for a job. */
  private interface Edit {
    <T extends HasMetadata> Optional<ApiRequest> of(JobKind<T> kind, T job);
  }

  private void edit(JobState.Ref ref, Inbox<SchedulerEvent> inbox, Edit edit) {
    JobKind.of(ref.kind()).ifPresent(kind -> edit(kind, ref, inbox, edit));
  }

  private <T extends HasMetadata> void edit(
      JobKind<T> kind, JobState.Ref ref, Inbox<SchedulerEvent> inbox, Edit edit) {
    try {
      client
          .get(kind.resource(), ref.key())
          .filter(job -> ref.uid().equals(job.getMetadata().getUid()))
          .flatMap(job -> edit.of(kind, job))
          .ifPresent(sender::send);
    } catch (ApiException e) {
      if (e.reason() != ApiException.Reason.ALREADY_EXISTS) {
        LOG.warn("{} {} could not be changed: {}", ref.kind(), ref.key(), e.getMessage());
        later(inbox, new QueueEvent.JobRefused(ref));
      }
    }
  }

  /** The priority of a job's pods, by their own number or the class they name. */
  private <T extends HasMetadata> int priority(JobKind<T> kind, T job) {
    for (var pods : kind.pods().apply(job)) {
      var spec = pods.template().getSpec();
      if (spec.getPriority() != null) {
        return spec.getPriority();
      }
      var name = spec.getPriorityClassName();
      if (name != null && !name.isEmpty()) {
        return client
            .get(Resources.PRIORITY_CLASSES, new ObjectKey("", name))
            .map(one -> one.getValue() == null ? 0 : one.getValue())
            .orElse(0);
      }
    }
    return 0;
  }

  private void later(Inbox<SchedulerEvent> inbox, QueueEvent event) {
    inbox.offerAt(clock.instant().plus(AGAIN), new SchedulerEvent.ForQueue(event));
  }
}
