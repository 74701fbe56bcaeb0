package dev.nauarch.reconcile.job;

import dev.nauarch.reconcile.Pods;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyOnExitCodesRequirement;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyOnPodConditionsPattern;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyRule;
import java.util.Optional;
import java.util.stream.Stream;

/** What a Job's failure policy makes of a failed pod. */
final class FailureRules {

  /**
   * The rule that a pod matched.
   *
   * @param action {@code FailJob}, {@code FailIndex}, {@code Ignore} or {@code Count}
   * @param message what matched, for people
   */
  record Match(String action, String message) {}

  private FailureRules() {}

  /** The first rule that matches; none for a pod that has not ended or where no rule does. */
  static Optional<Match> match(Job job, Pod pod) {
    var policy = job.getSpec().getPodFailurePolicy();
    if (policy == null || !"Failed".equals(Pods.phase(pod))) {
      return Optional.empty();
    }
    for (int i = 0; i < policy.getRules().size(); i++) {
      var rule = policy.getRules().get(i);
      var what = describe(rule, pod);
      if (what.isPresent()) {
        var action = rule.getAction();
        return Optional.of(
            new Match(action, what.get() + " matching " + action + " rule at index " + i));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> describe(PodFailurePolicyRule rule, Pod pod) {
    var name = pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
    if (rule.getOnExitCodes() != null) {
      return Stream.concat(JobPods.statuses(pod).stream(), JobPods.initStatuses(pod).stream())
          .filter(status -> matches(rule.getOnExitCodes(), status))
          .findFirst()
          .map(
              status ->
                  "Container "
                      + status.getName()
                      + " for pod "
                      + name
                      + " failed with exit code "
                      + status.getState().getTerminated().getExitCode());
    }
    return rule.getOnPodConditions().stream()
        .filter(
            pattern ->
                Pods.condition(pod, pattern.getType()).filter(c -> matches(pattern, c)).isPresent())
        .findFirst()
        .map(pattern -> "Pod " + name + " has condition " + pattern.getType());
  }

  private static boolean matches(
      PodFailurePolicyOnPodConditionsPattern pattern, PodCondition condition) {
    var wanted = pattern.getStatus() == null ? "True" : pattern.getStatus();
    return wanted.equals(condition.getStatus());
  }

  private static boolean matches(
      PodFailurePolicyOnExitCodesRequirement requirement, ContainerStatus status) {
    var state = status.getState();
    if (state == null || state.getTerminated() == null) {
      return false;
    }
    var container = requirement.getContainerName();
    var code = state.getTerminated().getExitCode();
    if (code == null || code == 0 || (container != null && !container.equals(status.getName()))) {
      return false;
    }
    var isListed = requirement.getValues().contains(code);
    return "In".equals(requirement.getOperator()) == isListed;
  }
}
