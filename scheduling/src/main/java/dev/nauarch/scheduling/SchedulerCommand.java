package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.device.DeviceCommand;
import dev.nauarch.scheduling.explain.Explanation;
import dev.nauarch.scheduling.extender.Extender;
import dev.nauarch.scheduling.extender.Question;
import dev.nauarch.scheduling.model.GangPlacement;
import dev.nauarch.scheduling.queue.QueueCommand;
import dev.nauarch.scheduling.volume.VolumeCommand;
import java.time.Instant;

/** What the scheduler wants done. */
public sealed interface SchedulerCommand {

  /** Bind a pod; a failure comes back as {@link SchedulerEvent.BindFailed}. */
  record BindPod(ObjectKey pod, String uid, String node, Instant at) implements SchedulerCommand {}

  /** Have an extender bind a pod; a failure comes back as {@link SchedulerEvent.BindFailed}. */
  record BindByExtender(BindPod bind, Extender extender) implements SchedulerCommand {}

  /** Ask an extender; the answer comes back as {@link SchedulerEvent.ExtenderAnswered}. */
  record AskExtender(ObjectKey pod, String uid, Question question) implements SchedulerCommand {}

  /**
   * Write a gang's decision, in one write of its PodGroup; the outcome comes back as {@link
   * SchedulerEvent.GangCommitted} or {@link SchedulerEvent.GangCommitFailed}.
   */
  record CommitGang(ObjectKey gang, GangPlacement placement, Instant at)
      implements SchedulerCommand {}

  /** Note on a PodGroup that all pods of its placement are bound. */
  record MarkGangBound(ObjectKey gang) implements SchedulerCommand {}

  /** Take a gang's placement back, in one write of its PodGroup. */
  record ReleaseGang(ObjectKey gang, Explanation why, Instant at) implements SchedulerCommand {}

  /**
   * Ask a pod to stop: its conditions say so, and whoever stops pods deletes it once it had the
   * time that it asks for. A failure comes back as {@link SchedulerEvent.EvictFailed}.
   */
  record EvictPod(ObjectKey pod, String uid, String reason, String message, Instant at)
      implements SchedulerCommand {}

  /** Note on a pod for which node room is being made; an empty name takes the note back. */
  record NominateNode(ObjectKey pod, String node) implements SchedulerCommand {}

  /** Say on a pod why it waits: condition, annotation and event. */
  record ReportPod(ObjectKey pod, String uid, Explanation why, Instant at)
      implements SchedulerCommand {}

  /** Take the explanation off a pod that waits no more. */
  record ClearPodReport(ObjectKey pod) implements SchedulerCommand {}

  /**
   * Say on a PodGroup why it waits: annotation, event and, unless it was placed before, condition.
   */
  record ReportGang(ObjectKey gang, String uid, boolean scheduled, Explanation why, Instant at)
      implements SchedulerCommand {}

  /** Say on a PodGroup whose pods are placed one by one that the first has its place. */
  record MarkGangScheduled(ObjectKey gang, Instant at) implements SchedulerCommand {}

  /** Say on a PodGroup that all of it is asked to stop. */
  record DisruptGang(ObjectKey gang, String reason, String message, Instant at)
      implements SchedulerCommand {}

  /** Something about volumes. */
  record ForVolumes(VolumeCommand command) implements SchedulerCommand {}

  /** Something about devices. */
  record ForDevices(DeviceCommand command) implements SchedulerCommand {}

  /** Something about queues. */
  record ForQueue(QueueCommand command) implements SchedulerCommand {}

  /** Send {@link SchedulerEvent.Woken} at an instant, or soon after. */
  record WakeAt(Instant at) implements SchedulerCommand {}
}
