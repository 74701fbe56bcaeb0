package dev.nauarch.nodeagent.lifecycle;

import dev.nauarch.api.quota.PodAmounts;
import dev.nauarch.nodeagent.lifecycle.ContainerCore.Role;
import dev.nauarch.nodeagent.lifecycle.ContainerCore.State;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts what is known of a pod into the words of its status. */
final class PodStatusReport {
  /** What the message of a pod begins with that its node did not take. */
  static final String REFUSED = "Pod was rejected: ";

  /**
   * What the report needs to know besides the containers.
   *
   * @param node the pod's node
   * @param addresses the pod's addresses; none before it has them
   * @param startTime when the agent first saw the pod
   * @param initialized whether all init containers are done
   * @param sandboxReady whether sandbox and network are there
   * @param outcome the phase that the pod ends in, once that is sure
   * @param refusal why the node does not take the pod; empty where it does
   * @param resizes the conditions that tell of resizes
   */
  record Facts(
      NodeFacts node,
      List<String> addresses,
      Instant startTime,
      boolean initialized,
      boolean sandboxReady,
      Optional<String> outcome,
      Optional<PodEvent.Refused> refusal,
      List<PodCondition> resizes) {}

  private final Pod pod;
  private final List<ContainerCore> containers;
  private final Facts facts;
  private final Optional<PodStatus> before;

  PodStatusReport(
      Pod pod, List<ContainerCore> containers, Facts facts, Optional<PodStatus> before) {
    this.pod = pod;
    this.containers = containers;
    this.facts = facts;
    this.before = before;
  }

  PodStatus status(boolean pastDeadline, Instant now) {
    var phase = phase();
    var builder =
        new PodStatusBuilder()
            .withPhase(phase)
            .withObservedGeneration(pod.getMetadata().getGeneration())
            .withHostIP(facts.node().hostIp())
            .addNewHostIP(facts.node().hostIp())
            .withStartTime(time(facts.startTime()))
            .withQosClass(QosClass.of(pod).text())
            .withConditions(conditions(phase, now))
            .withInitContainerStatuses(statuses(role -> role != Role.MAIN))
            .withContainerStatuses(statuses(role -> role == Role.MAIN));
    if (!facts.addresses().isEmpty()) {
      builder.withPodIP(facts.addresses().getFirst());
      facts.addresses().forEach(builder::addNewPodIP);
    }
    if (pod.getSpec().getResources() != null) {
      builder
          .withAllocatedResources(PodAmounts.specRequests(pod.getSpec()).quantities())
          .withResources(pod.getSpec().getResources());
    }
    if (pastDeadline) {
      builder
          .withReason("DeadlineExceeded")
          .withMessage("Pod was active on the node longer than the specified deadline");
    }
    facts
        .refusal()
        .ifPresent(
            refused ->
                builder
                    .withReason(refused.reason())
                    .withMessage(REFUSED + refused.message())
                    .withInitContainerStatuses()
                    .withContainerStatuses());
    return builder.build();
  }

  /** The instant as status fields have it. */
  static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private String phase() {
    var stillRuns = containers.stream().anyMatch(ContainerCore::active);
    if (facts.outcome().isPresent() && !stillRuns) {
      return facts.outcome().get();
    }
    if (!facts.initialized()) {
      return "Pending";
    }
    var mains = containers.stream().filter(c -> c.role() == Role.MAIN).toList();
    var neverRan =
        mains.stream().anyMatch(c -> !c.running() && c.exit().isEmpty() && c.lastExit().isEmpty());
    return neverRan ? "Pending" : "Running";
  }

  private List<ContainerStatus> statuses(java.util.function.Predicate<Role> roles) {
    return containers.stream().filter(c -> roles.test(c.role())).map(this::status).toList();
  }

  private ContainerStatus status(ContainerCore container) {
    var isInit = container.role() == Role.INIT;
    var done = isInit && container.exit().map(exit -> exit.code() == 0).orElse(false);
    var id =
        switch (container.state()) {
          case State.Running(var running, var at) -> running;
          case State.Ended(var exit) -> exit.containerId();
          case State.Waiting w -> container.lastExit().map(Exit::containerId).orElse("");
          case State.Starting s -> container.lastExit().map(Exit::containerId).orElse("");
        };
    var builder =
        new ContainerStatusBuilder()
            .withName(container.name())
            .withImage(container.spec().getImage())
            .withImageID(id.isEmpty() ? "" : container.spec().getImage())
            .withRestartCount(container.attempt())
            .withReady(done || (!isInit && container.isReady()))
            .withStarted(!isInit && container.isUp())
            .withState(state(container))
            .withLastState(
                container
                    .lastExit()
                    .filter(exit -> !container.exit().equals(Optional.of(exit)))
                    .map(this::terminated)
                    .orElseGet(ContainerState::new));
    if (!id.isEmpty()) {
      builder.withContainerID(facts.node().runtimeName() + "://" + id);
    }
    if (!id.isEmpty()) {
      var given = container.spec().getResources();
      builder.withAllocatedResources(given == null ? null : given.getRequests());
      builder.withResources(container.resources());
    }
    return builder.build();
  }

  private ContainerState state(ContainerCore container) {
    return switch (container.state()) {
      case State.Running(var id, var at) ->
          new ContainerStateBuilder().withNewRunning(time(at)).build();
      case State.Ended(var exit) -> terminated(exit);
      case State.Starting s -> waiting("ContainerCreating", "");
      case State.Waiting(var reason, var message, var since) ->
          reason.isEmpty() ? waiting(waitingFor(container), "") : waiting(reason, message);
    };
  }

  /** Why a container waits of which nothing has gone wrong. */
  private String waitingFor(ContainerCore container) {
    var afterInit = containers.stream().anyMatch(c -> c.role() != Role.MAIN);
    return container.role() == Role.MAIN && afterInit ? "PodInitializing" : "ContainerCreating";
  }

  private static ContainerState waiting(String reason, String message) {
    return new ContainerStateBuilder()
        .withNewWaiting()
        .withReason(reason)
        .withMessage(message.isEmpty() ? null : message)
        .endWaiting()
        .build();
  }

  private ContainerState terminated(Exit exit) {
    return new ContainerStateBuilder()
        .withNewTerminated()
        .withContainerID(facts.node().runtimeName() + "://" + exit.containerId())
        .withExitCode(exit.code())
        .withReason(exit.reason())
        .withMessage(exit.message().isEmpty() ? null : exit.message())
        .withStartedAt(time(exit.startedAt()))
        .withFinishedAt(time(exit.finishedAt()))
        .endTerminated()
        .build();
  }

  private List<PodCondition> conditions(String phase, Instant now) {
    var over = phase.equals("Succeeded") || phase.equals("Failed");
    var overReason = phase.equals("Succeeded") ? "PodCompleted" : "PodFailed";
    var unready =
        containers.stream()
            .filter(c -> c.role() == Role.MAIN || c.role() == Role.SIDECAR)
            .filter(c -> !c.isReady())
            .map(ContainerCore::name)
            .toList();
    var uninitialized = uninitialized();
    var all = new ArrayList<PodCondition>();
    all.add(condition("PodReadyToStartContainers", facts.sandboxReady() && !over, "", "", now));
    if (uninitialized.isEmpty()) {
      all.add(condition("Initialized", true, phase.equals("Succeeded") ? overReason : "", "", now));
    } else {
      var text = "containers with incomplete status: " + uninitialized;
      all.add(condition("Initialized", false, "ContainersNotInitialized", text, now));
    }
    var text =
        over || unready.isEmpty() ? "" : "containers with unready status: " + spaced(unready);
    var ready = !over && unready.isEmpty();
    var reason = over ? overReason : ready ? "" : "ContainersNotReady";
    all.add(condition("ContainersReady", ready, reason, text, now));
    var gates = ready ? failingGates() : List.<String>of();
    if (gates.isEmpty()) {
      all.add(condition("Ready", ready, reason, text, now));
    } else {
      var missing = "corresponding condition of pod readiness gate is not True: " + spaced(gates);
      all.add(condition("Ready", false, "ReadinessGatesNotReady", missing, now));
    }
    all.addAll(facts.resizes());
    return all;
  }

  private List<String> uninitialized() {
    return facts.initialized()
        ? List.of()
        : containers.stream()
            .filter(
                c ->
                    switch (c.role()) {
                      case INIT -> c.exit().map(Exit::code).orElse(1) != 0;
                      case SIDECAR -> !c.isUp();
                      case MAIN -> false;
                    })
            .map(ContainerCore::name)
            .toList();
  }

  private List<String> failingGates() {
    var current =
        pod.getStatus() == null ? List.<PodCondition>of() : pod.getStatus().getConditions();
    return pod.getSpec().getReadinessGates().stream()
        .map(gate -> gate.getConditionType())
        .filter(
            type ->
                current.stream()
                    .noneMatch(c -> c.getType().equals(type) && c.getStatus().equals("True")))
        .toList();
  }

  private static String spaced(List<String> names) {
    return "[" + String.join(" ", names) + "]";
  }

  private PodCondition condition(
      String type, boolean holds, String reason, String message, Instant now) {
    var status = holds ? "True" : "False";
    var known =
        before
            .map(PodStatus::getConditions)
            .or(() -> Optional.ofNullable(pod.getStatus()).map(PodStatus::getConditions))
            .orElse(List.of());
    var since =
        known.stream()
            .filter(c -> c.getType().equals(type) && c.getStatus().equals(status))
            .map(PodCondition::getLastTransitionTime)
            .findFirst()
            .orElse(time(now));
    var condition = new PodCondition();
    condition.setType(type);
    condition.setStatus(status);
    condition.setLastTransitionTime(since);
    condition.setObservedGeneration(pod.getMetadata().getGeneration());
    condition.setReason(reason.isEmpty() ? null : reason);
    condition.setMessage(message.isEmpty() ? null : message);
    return condition;
  }
}
