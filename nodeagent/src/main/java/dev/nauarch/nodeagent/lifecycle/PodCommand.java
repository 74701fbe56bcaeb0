package dev.nauarch.nodeagent.lifecycle;

import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;

/** What {@link PodCore} wants done. Whatever takes time is answered by a {@link PodEvent}. */
public sealed interface PodCommand {

  /** Tell when the gang is bound. */
  record AwaitGang(String group) implements PodCommand {}

  /** Make the volumes ready. */
  record PrepareVolumes() implements PodCommand {}

  /** Attach the pod to the network and make its sandbox. */
  record RunSandbox() implements PodCommand {}

  /** Make and start a container, then run the hook after its start. */
  record Start(String name, int attempt) implements PodCommand {}

  /**
   * End a container.
   *
   * @param name its name
   * @param attempt which of that name
   * @param grace how long it may take, its hook before the stop included
   */
  record Stop(String name, int attempt, Duration grace) implements PodCommand {}

  /** Ask a container how it does. */
  record RunProbe(String name, int attempt, ProbeKind kind) implements PodCommand {}

  /**
   * Tell whether the node has room for what the pod's object asks for, and again whenever that
   * changes.
   *
   * @param generation which state of the object asks for it
   */
  record AskRoom(long generation) implements PodCommand {}

  /** Give back the sandbox, the network and the volumes. */
  record TearDown() implements PodCommand {}

  /** Write the pod's status. */
  record Publish(PodStatus status) implements PodCommand {}

  /** Tell people what happened; the type is {@code Normal} or {@code Warning}. */
  record Tell(String type, String reason, String message) implements PodCommand {}

  /** Come back at this instant; a later one of these replaces it. */
  record WakeAt(Instant at) implements PodCommand {}

  /** Remove the pod's object for good, and let go of the pod. */
  record Forget(boolean removeObject) implements PodCommand {}
}
