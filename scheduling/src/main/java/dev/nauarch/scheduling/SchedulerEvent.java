package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.device.DeviceEvent;
import dev.nauarch.scheduling.extender.Answer;
import dev.nauarch.scheduling.model.BudgetState;
import dev.nauarch.scheduling.model.GangState;
import dev.nauarch.scheduling.model.GroupState;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.queue.QueueEvent;
import dev.nauarch.scheduling.volume.VolumeEvent;
import java.util.SortedMap;

/** What the scheduler is told: facts about the cluster, and how its commands went. */
public sealed interface SchedulerEvent {

  /** Everything that exists has been told; decisions may begin. */
  record Synced() implements SchedulerEvent {}

  /** An instant that was asked for has come. */
  record Woken() implements SchedulerEvent {}

  /** A node is there or has changed. */
  record NodeSeen(NodeState node) implements SchedulerEvent {}

  /** A node is gone. */
  record NodeGone(String name) implements SchedulerEvent {}

  /** A pod is there or has changed. */
  record PodSeen(PodState pod) implements SchedulerEvent {}

  /** A pod is gone. */
  record PodGone(ObjectKey key) implements SchedulerEvent {}

  /** A PodGroup is there or has changed. */
  record GangSeen(GangState gang) implements SchedulerEvent {}

  /** A PodGroup is gone. */
  record GangGone(ObjectKey key) implements SchedulerEvent {}

  /** A disruption budget is there or has changed. */
  record BudgetSeen(BudgetState budget) implements SchedulerEvent {}

  /** A disruption budget is gone. */
  record BudgetGone(ObjectKey key) implements SchedulerEvent {}

  /** Something by which pods belong together is there or has changed. */
  record GroupSeen(GroupState group) implements SchedulerEvent {}

  /** Something by which pods belong together is gone. */
  record GroupGone(GroupState.Ref ref) implements SchedulerEvent {}

  /** A namespace is there or has other labels. */
  record NamespaceSeen(String name, SortedMap<String, String> labels) implements SchedulerEvent {}

  /** A namespace is gone. */
  record NamespaceGone(String name) implements SchedulerEvent {}

  /**
   * A pod was not bound.
   *
   * @param key the pod
   * @param uid which pod of that name
   * @param failure what can be done about it
   * @param why in words
   */
  record BindFailed(ObjectKey key, String uid, Failure failure, String why)
      implements SchedulerEvent {}

  /** A pod could not be asked to stop. */
  record EvictFailed(ObjectKey key, String uid, String why) implements SchedulerEvent {}

  /**
   * What an extender said, or that it said nothing.
   *
   * @param pod the pod that it was asked about
   * @param question the number of the question
   */
  record ExtenderAnswered(ObjectKey pod, long question, Answer answer) implements SchedulerEvent {}

  /** How a binding can fail. */
  enum Failure {
    /** The pod is gone or was changed by somebody else, which will be told. */
    OVERTAKEN,
    /** The same may work a moment later. */
    PASSING,
    /** The same will never work. */
    LASTING
  }

  /** A gang's placement was written. */
  record GangCommitted(ObjectKey key) implements SchedulerEvent {}

  /** Something about volumes. */
  record ForVolumes(VolumeEvent event) implements SchedulerEvent {}

  /** Something about devices. */
  record ForDevices(DeviceEvent event) implements SchedulerEvent {}

  /** Something about queues. */
  record ForQueue(QueueEvent event) implements SchedulerEvent {}

  /** A gang's placement was not written. */
  record GangCommitFailed(ObjectKey key, String why) implements SchedulerEvent {}
}
