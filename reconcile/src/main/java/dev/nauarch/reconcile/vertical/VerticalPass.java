package dev.nauarch.reconcile.vertical;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.api.quota.Amounts;
import dev.nauarch.api.vertical.Adjustment;
import dev.nauarch.api.vertical.LimitBounds;
import dev.nauarch.api.vertical.NamespaceBounds;
import dev.nauarch.api.vertical.Recommendation;
import dev.nauarch.api.vertical.VerticalPodAutoscaler;
import dev.nauarch.api.vertical.VerticalPodAutoscalerCheckpoint;
import dev.nauarch.api.vertical.VerticalPodAutoscalerStatus;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Times;
import dev.nauarch.reconcile.autoscale.MetricFault;
import dev.nauarch.reconcile.autoscale.MetricReader;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One look at one autoscaler: learns what is used, and says what to do. Used once. */
final class VerticalPass {

  private static final double MILLI = 1000;

  private final VerticalPodAutoscaler autoscaler;
  private final Knowledge knowledge;
  private final Snapshot world;
  private final Instant now;
  private final PlanDraft draft = new PlanDraft();
  private final Conditions conditions;

  VerticalPass(VerticalPodAutoscaler autoscaler, Knowledge knowledge, Snapshot world, Instant now) {
    this.autoscaler = autoscaler;
    this.knowledge = knowledge;
    this.world = world;
    this.now = now;
    this.conditions = new Conditions(autoscaler.status().conditions(), now);
  }

  private String namespace() {
    return autoscaler.getMetadata().getNamespace();
  }

  /** What to do. */
  Plan plan() {
    Optional<WorkloadTarget> target;
    try {
      target = Optional.of(WorkloadTarget.find(world, namespace(), autoscaler.spec().targetRef()));
      conditions.setWhile(Conditions.UNSUPPORTED, false, "", "");
    } catch (MetricFault e) {
      target = Optional.empty();
      conditions.set(Conditions.UNSUPPORTED, true, "", e.message());
    }
    var pods = target.map(this::pods).orElse(List.of());
    target.ifPresent(each -> learn(each, pods));
    var recommended = status(pods);
    if (isWorthTelling(recommended)) {
      knowledge.toldAt = now;
      draft.updateStatus(VerticalPodAutoscaler.RESOURCE, autoscaler.withStatus(recommended));
    }
    remember();
    if (target.isPresent() && isStrongest()) {
      var adjustment = new Adjustment(autoscaler.withStatus(recommended), bounds());
      new Updates(adjustment, knowledge.attempts, world, now, draft).decide(target.get(), pods);
    }
    draft.wakeAt(now.plus(VerticalAutoscaler.PERIOD));
    return draft.plan();
  }

  private List<Pod> pods(WorkloadTarget target) {
    return world.list(Resources.PODS, namespace()).stream()
        .filter(target.pods()::matches)
        .filter(pod -> !Pods.hasEnded(pod))
        .toList();
  }

  private void learn(WorkloadTarget target, List<Pod> pods) {
    var byName =
        pods.stream()
            .collect(
                Collectors.toMap(
                    pod -> pod.getMetadata().getName(), pod -> pod, (a, b) -> a, TreeMap::new));
    try {
      for (var use : new MetricReader(world, namespace()).ofContainers(target.pods())) {
        var pod = byName.get(use.pod());
        if (pod != null && has(pod, use.container())) {
          knowledge
              .usage(use.container())
              .add(
                  pod.getMetadata().getUid(),
                  use.at(),
                  use.cpuMilli() / MILLI,
                  (long) (use.memoryMilli() / MILLI));
        }
      }
    } catch (MetricFault e) {
      // There are none yet, or none just now: what is known stays.
    }
    pods.forEach(this::learnOfKills);
    var uids = pods.stream().map(pod -> pod.getMetadata().getUid()).collect(Collectors.toSet());
    knowledge.usageByContainer().values().forEach(each -> each.keep(uids));
    knowledge
        .usageByContainer()
        .values()
        .removeIf(each -> !each.isEmpty() && each.isForgotten(now));
  }

  private static boolean has(Pod pod, String container) {
    return pod.getSpec().getContainers().stream()
        .anyMatch(each -> each.getName().equals(container));
  }

  private void learnOfKills(Pod pod) {
    var actual = ActualPod.of(pod);
    for (var container : actual.containers()) {
      var status = actual.status(container.getName());
      if (status.isEmpty()) {
        continue;
      }
      Stream.of(status.get().getLastState(), status.get().getState())
          .filter(Objects::nonNull)
          .map(ContainerState::getTerminated)
          .filter(Objects::nonNull)
          .filter(end -> "OOMKilled".equals(end.getReason()) && end.getFinishedAt() != null)
          .forEach(end -> killed(pod, container, Times.parse(end.getFinishedAt())));
    }
  }

  private void killed(Pod pod, Container container, Instant at) {
    var requested = Adjustment.requests(container.getResources()).get("memory").value();
    knowledge
        .usage(container.getName())
        .killed(pod.getMetadata().getUid(), at, requested.longValue());
  }

  private VerticalPodAutoscalerStatus status(List<Pod> pods) {
    var spec = autoscaler.spec();
    var all = Estimator.all(knowledge.usageByContainer(), spec.resourcePolicy());
    var none = pods.isEmpty();
    var message = none ? "No pods match this VPA object" : "";
    conditions.setWhile(Conditions.NO_PODS, none, "NoPodsMatched", message);
    conditions.set(
        Conditions.PROVIDED,
        !all.isEmpty(),
        all.isEmpty() && none ? "NoPodsMatched" : "",
        all.isEmpty() ? message : "");
    return new VerticalPodAutoscalerStatus(
        all.isEmpty() ? null : new Recommendation(all),
        conditions.all(),
        autoscaler.getMetadata().getGeneration());
  }

  /** Bounds come closer to each other all the time; of that alone it is told once a minute. */
  private boolean isWorthTelling(VerticalPodAutoscalerStatus status) {
    var old = autoscaler.status();
    return !status.equals(old)
        && (!knowledge.toldAt.plus(VerticalAutoscaler.SLOW_PERIOD).isAfter(now)
            || !targets(status).equals(targets(old))
            || !status.conditions().equals(old.conditions())
            || !Objects.equals(status.observedGeneration(), old.observedGeneration()));
  }

  private static Map<String, Object> targets(VerticalPodAutoscalerStatus status) {
    var targets = new TreeMap<String, Object>();
    status.containers().forEach(each -> targets.put(each.containerName(), each.target()));
    return targets;
  }

  private void remember() {
    if (knowledge.rememberedAt.plus(VerticalAutoscaler.SLOW_PERIOD).isAfter(now)) {
      return;
    }
    knowledge.rememberedAt = now;
    for (var each : knowledge.usageByContainer().entrySet()) {
      var checkpoint = UsageMemory.checkpoint(autoscaler, each.getKey(), each.getValue(), now);
      var found = world.get(VerticalPodAutoscalerCheckpoint.RESOURCE, ObjectKey.of(checkpoint));
      if (found.isEmpty()) {
        draft.create(VerticalPodAutoscalerCheckpoint.RESOURCE, checkpoint);
      } else {
        checkpoint.getMetadata().setResourceVersion(found.get().getMetadata().getResourceVersion());
        draft.update(VerticalPodAutoscalerCheckpoint.RESOURCE, checkpoint);
      }
    }
  }

  /** Of several autoscalers of one workload the oldest alone touches its pods. */
  private boolean isStrongest() {
    var name = autoscaler.getMetadata().getName();
    return world.list(VerticalPodAutoscaler.RESOURCE, namespace()).stream()
        .filter(each -> each.spec().sharesTarget(autoscaler.spec()))
        .filter(each -> each.spec().updatePolicy().mode().fillsNewPods())
        .min(VerticalPodAutoscaler.STRONGEST_FIRST)
        .filter(each -> !each.getMetadata().getName().equals(name))
        .isEmpty();
  }

  private NamespaceBounds bounds() {
    var bounds = NamespaceBounds.NONE;
    for (var range : world.list(Resources.LIMIT_RANGES, namespace())) {
      for (var limit : range.getSpec().getLimits()) {
        bounds =
            bounds.and(
                limit.getType(),
                new LimitBounds(
                    Amounts.of(limit.getMin()),
                    Amounts.of(limit.getMax()),
                    Amounts.of(limit.getDefault())));
      }
    }
    return bounds;
  }
}
