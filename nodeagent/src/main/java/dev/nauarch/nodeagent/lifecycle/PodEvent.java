package dev.nauarch.nodeagent.lifecycle;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What {@link PodCore} is told. */
public sealed interface PodEvent {

  /** The pod's object is now this. */
  record Desired(Pod pod) implements PodEvent {}

  /** The pod's object is gone without our having ended it. */
  record Removed() implements PodEvent {}

  /**
   * An agent before this one had made a sandbox.
   *
   * @param addresses the pod's addresses
   * @param containers the newest of each name, and the one before it where it is still known
   */
  record Adopted(List<String> addresses, List<Found> containers) implements PodEvent {}

  /**
   * A container that was found.
   *
   * @param name its name
   * @param attempt which of that name
   * @param containerId the runtime's name of it
   * @param startedAt when it started
   * @param exit how it ended; empty while it runs
   */
  record Found(
      String name, int attempt, String containerId, Instant startedAt, Optional<Exit> exit) {}

  /** The node does not take the pod, of which nothing was made yet. */
  record Refused(String reason, String message) implements PodEvent {}

  /** All pods of the gang are bound. */
  record GangBound() implements PodEvent {}

  /** The volumes can be mounted. */
  record VolumesReady() implements PodEvent {}

  /** The volumes can't be prepared now. */
  record VolumesFailed(String message) implements PodEvent {}

  /** The sandbox is there, and these are the pod's addresses. */
  record SandboxReady(List<String> addresses) implements PodEvent {}

  /** The sandbox can't be made now. */
  record SandboxFailed(String message) implements PodEvent {}

  /** A container runs. */
  record Started(String name, int attempt, String containerId, Instant at) implements PodEvent {}

  /** A container can't be started now; the reason is what its waiting state shows. */
  record NotStarted(String name, int attempt, String reason, String message) implements PodEvent {}

  /** The hook after a container's start has run; the message is empty where it went well. */
  record HookDone(String name, int attempt, String failure) implements PodEvent {}

  /** A container has ended. */
  record Ended(String name, int attempt, Exit exit) implements PodEvent {}

  /** A probe was answered. */
  record Probed(String name, int attempt, ProbeKind kind, boolean success, String message)
      implements PodEvent {}

  /**
   * Whether the node has room for what the pod's object asks for.
   *
   * @param generation which state of the object asks for it
   */
  record RoomAnswered(long generation, Room room) implements PodEvent {}

  /** Sandbox, network and volumes are gone. */
  record TornDown() implements PodEvent {}

  /** They can't be given back now. */
  record TearDownFailed(String message) implements PodEvent {}

  /** An instant that was asked for has come. */
  record Due() implements PodEvent {}
}
