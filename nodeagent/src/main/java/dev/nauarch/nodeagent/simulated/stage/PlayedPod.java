package dev.nauarch.nodeagent.simulated.stage;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.OwnNames;
import dev.nauarch.api.PodStop;
import dev.nauarch.kernel.Core;
import dev.nauarch.nodeagent.lifecycle.Allotment;
import dev.nauarch.nodeagent.lifecycle.Exit;
import dev.nauarch.nodeagent.lifecycle.NodeFacts;
import dev.nauarch.nodeagent.lifecycle.PodCommand;
import dev.nauarch.nodeagent.lifecycle.PodCore;
import dev.nauarch.nodeagent.lifecycle.PodEvent;
import dev.nauarch.nodeagent.lifecycle.ProbeKind;
import dev.nauarch.nodeagent.simulated.stage.Stage.Next;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A pod on a simulated node: the core that runs pods on machines, over containers that only go
 * through the stages of a script.
 *
 * <p>It is told {@code Desired}, {@code Removed}, {@code Due} and whether there is room, and wants
 * statuses published, people told, to know whether there is room, to be woken and to be forgotten;
 * everything else it answers itself. Of the statuses of one instant it publishes the last.
 */
public final class PlayedPod implements Core<PodEvent, PodCommand> {
  private final Stages stages;
  private final PodCore core;
  private final String address;
  private final Map<String, PlayedContainer> containers = new LinkedHashMap<>();
  private final Map<String, PodCondition> conditions = new LinkedHashMap<>();
  private final List<PodEvent> inbox = new ArrayList<>();
  private final List<PodCommand> told = new ArrayList<>();
  private Pod pod;
  private Script script;
  private Optional<PodStatus> toPublish = Optional.empty();
  private PodStatus published = new PodStatus();
  private boolean conditionsChanged;
  private String publishedUsage;
  private Optional<Instant> asked;
  private Instant coreWakes = Instant.MAX;

  /**
   * A pod that is bound to a simulated node.
   *
   * @param pod its object; what its status says to run goes on running
   * @param node what its status says of its node
   * @param address the pod's address
   * @param stages those of the cluster
   */
  public PlayedPod(Pod pod, NodeFacts node, String address, Stages stages) {
    this.stages = stages;
    this.address = address;
    this.pod = pod;
    this.publishedUsage = annotation(pod, OwnNames.STAGED_USAGE);
    this.asked = PodStop.askedAt(pod);
    this.script = Script.of(pod, stages);
    this.core = new PodCore(ReadinessProbes.added(pod, script), node);
    var found = PodHistory.found(pod);
    if (!found.isEmpty()) {
      inbox.add(new PodEvent.Adopted(List.of(address), found));
      for (var each : found) {
        var container = container(each.name());
        if (each.exit().isEmpty()) {
          begin(container, each.attempt(), each.startedAt());
        }
      }
    }
  }

  @Override
  public List<PodCommand> on(List<? extends PodEvent> events, Instant now) {
    told.clear();
    for (var event : events) {
      inbox.add(event instanceof PodEvent.Desired(var newer) ? desired(newer, now) : event);
    }
    do {
      happen(now);
      var batch = List.copyOf(inbox);
      inbox.clear();
      core.on(batch, now).forEach(command -> carryOut(command, now));
    } while (!inbox.isEmpty() || !nextAt().isAfter(now));
    return commands();
  }

  /** What its node has set aside for it. */
  public Allotment allotment() {
    return core.allotment();
  }

  /** What stages have its containers use, as its annotation says it; empty for nothing. */
  public String usage() {
    var all = ModelCodec.emptyTree();
    for (var container : containers.values()) {
      var name = container.name();
      container.usage().forEach((what, text) -> all.withObjectProperty(name).put(what, text));
    }
    return all.isEmpty() ? "" : all.toString();
  }

  private static String annotation(Pod pod, String name) {
    var annotations = pod.getMetadata().getAnnotations();
    return annotations == null ? "" : annotations.getOrDefault(name, "");
  }

  private PodEvent desired(Pod newer, Instant now) {
    if (asked.isEmpty() && PodStop.isAsked(newer)) {
      asked = Optional.of(now);
    }
    if (!isSame(newer, pod)) {
      script = Script.of(newer, stages);
    }
    pod = newer;
    return new PodEvent.Desired(ReadinessProbes.added(newer, script));
  }

  /** Whether two states of the pod have the same script. */
  private static boolean isSame(Pod a, Pod b) {
    return Objects.equals(a.getMetadata().getAnnotations(), b.getMetadata().getAnnotations())
        && Objects.equals(a.getMetadata().getLabels(), b.getMetadata().getLabels())
        && a.getSpec().getContainers().equals(b.getSpec().getContainers());
  }

  private List<PodCommand> commands() {
    var usage = usage();
    if (toPublish.isPresent() || conditionsChanged || !usage.equals(publishedUsage)) {
      publishedUsage = usage;
      published = toPublish.orElse(published);
      told.add(new PodCommand.Publish(withConditions(published)));
      toPublish = Optional.empty();
      conditionsChanged = false;
    }
    var next = nextAt();
    told.add(new PodCommand.WakeAt(next.isBefore(coreWakes) ? next : coreWakes));
    var forget = told.stream().filter(PodCommand.Forget.class::isInstance).toList();
    told.removeAll(forget);
    told.addAll(forget);
    return List.copyOf(told);
  }

  private PodStatus withConditions(PodStatus status) {
    return conditions.isEmpty()
        ? status
        : new PodStatusBuilder(status)
            .addAllToConditions(conditions.values().stream().toList())
            .build();
  }

  /** When the next stage happens. */
  private Instant nextAt() {
    var next = Instant.MAX;
    for (var container : containers.values()) {
      var at =
          container
              .next(script, stages, podName(), asked)
              .map(PlayedContainer.Due::at)
              .orElse(Instant.MAX);
      next = earlier(next, earlier(at, container.killBy()));
    }
    return next;
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  private String podName() {
    return pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
  }

  private void happen(Instant now) {
    for (var container : containers.values()) {
      var due =
          container.next(script, stages, podName(), asked).filter(next -> !next.at().isAfter(now));
      while (due.isPresent() && !due.get().at().isAfter(container.killBy())) {
        container.happened(due.get().stage());
        take(container, due.get().stage().next(), now);
        due =
            container
                .next(script, stages, podName(), asked)
                .filter(next -> !next.at().isAfter(now));
      }
      if (!container.killBy().isAfter(now)) {
        end(container, container.killed(now));
      }
    }
  }

  private void take(PlayedContainer container, Next next, Instant now) {
    switch (next) {
      case Next.Start() -> start(container, now);
      case Next.Fail(var reason, var message) -> {
        inbox.add(new PodEvent.NotStarted(container.name(), container.attempt(), reason, message));
        container.over();
      }
      case Next.Exit exit -> end(container, container.exit(exit, now));
      case Next.Ready(var ready, var reason, var message) -> {
        if (ready != container.ready()) {
          container.becomes(ready, now);
          probed(container);
        }
      }
      case Next.Condition condition -> become(condition, now);
      case Next.Usage(var amounts) -> container.uses(amounts);
      case Next.Heartbeat h -> {}
    }
  }

  private void end(PlayedContainer container, Exit exit) {
    inbox.add(new PodEvent.Ended(container.name(), container.attempt(), exit));
    container.over();
  }

  private void become(Next.Condition wanted, Instant now) {
    var known = conditions.get(wanted.type());
    if (known != null
        && known.getStatus().equals(wanted.status())
        && Objects.equals(known.getReason(), orNull(wanted.reason()))) {
      return;
    }
    var condition = new PodCondition();
    condition.setType(wanted.type());
    condition.setStatus(wanted.status());
    condition.setReason(orNull(wanted.reason()));
    condition.setMessage(orNull(wanted.message()));
    condition.setLastTransitionTime(now.truncatedTo(ChronoUnit.SECONDS).toString());
    conditions.put(wanted.type(), condition);
    conditionsChanged = true;
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private void carryOut(PodCommand command, Instant now) {
    switch (command) {
      // That a gang is bound was settled before its first pod came here.
      case PodCommand.AwaitGang a -> inbox.add(new PodEvent.GangBound());
      case PodCommand.PrepareVolumes p -> inbox.add(new PodEvent.VolumesReady());
      case PodCommand.RunSandbox r -> inbox.add(new PodEvent.SandboxReady(List.of(address)));
      case PodCommand.TearDown t -> inbox.add(new PodEvent.TornDown());
      case PodCommand.Start(var name, var attempt) -> {
        var container = container(name);
        container.starting(attempt, now);
        if (container.next(script, stages, podName(), asked).isEmpty()) {
          start(container, now);
        }
      }
      case PodCommand.Stop(var name, var attempt, var grace) -> {
        var container = container(name);
        container.stopping(grace, now);
        if (container.next(script, stages, podName(), asked).isEmpty()) {
          end(container, container.exit(new Next.Exit(PodWishes.TERMINATED, "", ""), now));
        }
      }
      // A container says by itself when its readiness changes.
      case PodCommand.RunProbe p -> {}
      case PodCommand.Publish(var status) -> toPublish = Optional.of(status);
      case PodCommand.WakeAt(var at) -> coreWakes = at;
      case PodCommand.AskRoom question -> told.add(question);
      case PodCommand.Tell tell -> told.add(tell);
      case PodCommand.Forget forget -> told.add(forget);
    }
  }

  private PlayedContainer container(String name) {
    return containers.computeIfAbsent(name, PlayedContainer::new);
  }

  private void start(PlayedContainer container, Instant now) {
    var attempt = container.attempt();
    begin(container, attempt, now);
    inbox.add(new PodEvent.Started(container.name(), attempt, container.id(), now));
    if (script.hasReadiness(container.name())) {
      probed(container);
    }
  }

  private void begin(PlayedContainer container, int attempt, Instant at) {
    container.running(attempt, at, script.startsReady(container.name()));
  }

  private void probed(PlayedContainer container) {
    inbox.add(
        new PodEvent.Probed(
            container.name(),
            container.attempt(),
            ProbeKind.READINESS,
            container.ready(),
            "its stage says so"));
  }
}
