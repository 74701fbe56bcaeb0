package dev.nauarch.reconcile.autoscale;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Snapshot;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricStatus;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricStatusBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One look at one autoscaler: reads what is, and says what to do. Used once. */
final class AutoscalePass {

  private final HorizontalPodAutoscaler autoscaler;
  private final Neighbours neighbours;
  private final Snapshot world;
  private final Instant now;
  private final int min;
  private final int max;
  private final PlanDraft draft = new PlanDraft();
  private History history;
  private Report report;

  /** What other autoscalers there are, as far as known. */
  @FunctionalInterface
  interface Neighbours {

    /** Those of the same namespace that scale one of these pods too. */
    List<ObjectKey> alsoScaling(List<Pod> pods);
  }

  AutoscalePass(
      HorizontalPodAutoscaler autoscaler,
      History history,
      Neighbours neighbours,
      Snapshot world,
      Instant now) {
    this.autoscaler = autoscaler;
    this.neighbours = neighbours;
    this.world = world;
    this.now = now;
    this.history = history;
    this.report = Report.of(autoscaler);
    var least = autoscaler.getSpec().getMinReplicas();
    this.min = least == null ? 1 : least;
    this.max = autoscaler.getSpec().getMaxReplicas();
  }

  /** What is to be remembered. */
  History history() {
    return history;
  }

  /** What to do. */
  Plan plan() {
    try {
      var target = target();
      report =
          report.with(
              Report.ABLE,
              true,
              "SucceededGetScale",
              "the HPA controller was able to get the target's current scale",
              now);
      history = history.beginningWith(target.specReplicas(), now);
      decide(target);
    } catch (MetricFault e) {
      draft.warning(autoscaler, "FailedGetScale", e.message());
      report =
          report.with(
              Report.ABLE,
              false,
              "FailedGetScale",
              "the HPA controller was unable to get the target's current scale: " + e.message(),
              now);
      write();
    }
    draft.wakeAt(now.plus(History.PERIOD));
    return draft.plan();
  }

  private ScaleTarget target() throws MetricFault {
    var namespace = autoscaler.getMetadata().getNamespace();
    return ScaleTarget.find(world, namespace, autoscaler.getSpec().getScaleTargetRef());
  }

  private void write() {
    if (report.isNews()) {
      draft.updateStatus(Resources.HORIZONTAL_POD_AUTOSCALERS, report.reported());
    }
  }

  private void decide(ScaleTarget target) {
    int current = target.specReplicas();
    if (current == 0 && !mayLeaveZero()) {
      report =
          report.with(
              Report.ACTIVE,
              false,
              "ScalingDisabled",
              "scaling is disabled since the replica count of the target is zero",
              now);
      stay(current, List.of());
    } else if (current > max) {
      scale(target, max, "Current number of replicas above Spec.MaxReplicas", List.of());
    } else if (current < min && current > 0) {
      scale(target, min, "Current number of replicas below Spec.MinReplicas", List.of());
    } else {
      byMetrics(target);
    }
  }

  /** From zero it scales only what it has scaled to zero itself (KEP-2021). */
  private boolean mayLeaveZero() {
    return report.is(Report.AT_ZERO) && (min != 0 || measuresWithoutPods());
  }

  /** Whether a metric is there even while no pod is. */
  private boolean measuresWithoutPods() {
    return autoscaler.getSpec().getMetrics().stream()
        .anyMatch(each -> each.getType().equals("Object") || each.getType().equals("External"));
  }

  /**
   * What the metrics call for.
   *
   * @param replicas the most that any calls for
   * @param metric which one does
   */
  private record Call(int replicas, String metric, List<MetricStatus> statuses) {}

  private void byMetrics(ScaleTarget target) {
    int current = target.specReplicas();
    var statuses = new ArrayList<MetricStatus>();
    Call call;
    try {
      call = call(target, statuses);
    } catch (MetricFault e) {
      report = report.measured(current, statuses);
      write();
      draft.warning(autoscaler, "FailedComputeMetricsReplicas", e.message());
      return;
    }
    var reason = "";
    if (call.replicas() > current) {
      reason = call.metric() + " above target";
    } else if (call.replicas() < current) {
      reason = "All metrics below target";
    }
    var pace = new Pace(autoscaler.getSpec().getBehavior(), min, max, history, now);
    var step = pace.step(current, call.replicas());
    history = history.wishing(call.replicas(), now);
    report =
        report
            .with(Report.ABLE, true, step.stability().reason(), step.stability().message(), now)
            .with(
                Report.LIMITED,
                step.allowed() != step.stable(),
                step.limit().reason(),
                step.limit().message(),
                now);
    var allowed = step.allowed();
    if (current == 0 && allowed < min) {
      allowed = min;
      reason = reason.isEmpty() ? "Current number of replicas below Spec.MinReplicas" : reason;
    }
    if (allowed == current) {
      stay(current, statuses);
    } else {
      scale(target, allowed, reason, statuses);
    }
  }

  /** Asks every metric; a fault of one does not keep another from scaling up. */
  private Call call(ScaleTarget target, List<MetricStatus> statuses) throws MetricFault {
    var proposals = proposals(target);
    var best = new Call(0, "", statuses);
    MetricFault first = null;
    var inactive = report;
    int faults = 0;
    var metrics = autoscaler.getSpec().getMetrics();
    for (var metric : metrics) {
      try {
        var proposal = proposals.of(metric);
        statuses.add(proposal.status());
        if (best.replicas() == 0 || proposal.replicas() > best.replicas()) {
          best = new Call(proposal.replicas(), proposal.metric(), statuses);
        }
      } catch (MetricFault e) {
        draft.warning(autoscaler, Proposals.failure(metric), e.message());
        statuses.add(new MetricStatusBuilder().withType("").build());
        if (first == null) {
          first = e.in(Proposals.context(metric));
          inactive = inactive(Proposals.failure(metric), e);
        }
        faults++;
      }
    }
    if (first != null && (faults == metrics.size() || best.replicas() < target.specReplicas())) {
      report = inactive;
      throw new MetricFault(
          "invalid metrics (%d invalid out of %d), first error is: %s"
              .formatted(faults, metrics.size(), first.message()));
    }
    report =
        report.with(
            Report.ACTIVE,
            true,
            "ValidMetricFound",
            "the HPA was able to successfully calculate a replica count from " + best.metric(),
            now);
    return best;
  }

  private Report inactive(String reason, MetricFault fault) {
    return report.with(
        Report.ACTIVE,
        false,
        reason,
        "the HPA was unable to compute the replica count: " + fault.message(),
        now);
  }

  private Proposals proposals(ScaleTarget target) throws MetricFault {
    var namespace = autoscaler.getMetadata().getNamespace();
    if (target.selector().isEmpty()) {
      throw refused(
          "SelectorRequired",
          "InvalidSelector",
          "selector is required",
          "the HPA target's scale is missing a selector");
    }
    PodSelector selector;
    try {
      selector = PodSelector.parse(target.selector());
    } catch (MetricFault e) {
      throw refused("InvalidSelector", "InvalidSelector", e.message(), e.message());
    }
    history = history.selecting(selector);
    var pods = world.list(Resources.PODS, namespace).stream().filter(selector::matches).toList();
    var others = neighbours.alsoScaling(pods);
    if (!others.isEmpty()) {
      var both = List.of(ObjectKey.of(autoscaler), others.getFirst());
      var why =
          "pods by selector %s are controlled by more than one HPA (e.g. %s)"
              .formatted(
                  selector.text(),
                  "[" + String.join(" ", both.stream().map(ObjectKey::toString).toList()) + "]");
      throw refused("AmbiguousSelector", "AmbiguousSelector", why, why);
    }
    var calculator =
        new ReplicaCalculator(pods, target.specReplicas(), Tolerances.of(autoscaler), now);
    var reader = new MetricReader(world, namespace);
    return new Proposals(reader, selector, calculator, target.statusReplicas());
  }

  private MetricFault refused(String event, String reason, String why, String message) {
    draft.warning(autoscaler, event, why);
    report = report.with(Report.ACTIVE, false, reason, message, now);
    return new MetricFault(why);
  }

  private void stay(int current, List<MetricStatus> statuses) {
    report = report.measured(current, statuses).desiring(current);
    write();
  }

  private void scale(ScaleTarget target, int to, String reason, List<MetricStatus> statuses) {
    int current = target.specReplicas();
    var failed = report.measured(current, statuses);
    history = history.attempting(new History.Attempt(current, to, reason, failed), now);
    var key =
        new ObjectKey(
            autoscaler.getMetadata().getNamespace(),
            autoscaler.getSpec().getScaleTargetRef().getName());
    draft.add(new Command.Rescale(target.resource(), key, to));
    draft.normal(autoscaler, "SuccessfulRescale", "New size: " + to + "; reason: " + reason);
    report =
        report.with(
            Report.ABLE,
            true,
            "SucceededRescale",
            "the HPA controller was able to update the target scale to " + to,
            now);
    var isZero = current > 0 && to == 0 && min == 0 && measuresWithoutPods();
    report =
        report.with(
            Report.AT_ZERO,
            isZero,
            isZero ? "ScaledToZero" : "NotScaledToZero",
            isZero
                ? "the HPA controller scaled the workload to zero"
                : "the HPA controller did not scale the workload to zero",
            now);
    report = report.measured(current, statuses).desiring(to).scaledAt(now);
    write();
  }

  /** What to tell where the cluster has refused to change the size. */
  static Plan refused(History.Attempt attempt, String why, Instant now) {
    var draft = new PlanDraft();
    var autoscaler = attempt.report().autoscaler();
    draft.warning(
        autoscaler,
        "FailedRescale",
        "New size: %d; reason: %s; error: %s".formatted(attempt.to(), attempt.reason(), why));
    var report =
        attempt
            .report()
            .with(
                Report.ABLE,
                false,
                "FailedUpdateScale",
                "the HPA controller was unable to update the target scale: " + why,
                now);
    if (report.isNews()) {
      draft.updateStatus(Resources.HORIZONTAL_POD_AUTOSCALERS, report.reported());
    }
    return draft.plan();
  }
}
