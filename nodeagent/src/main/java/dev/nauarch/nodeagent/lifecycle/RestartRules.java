package dev.nauarch.nodeagent.lifecycle;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerRestartRule;
import io.fabric8.kubernetes.api.model.PodSpec;

/** Whether a container that ended starts again. */
final class RestartRules {
  private RestartRules() {}

  /** The policy that holds for a container: its own, or else its pod's. */
  static String policy(PodSpec pod, Container container) {
    if (container.getRestartPolicy() != null) {
      return container.getRestartPolicy();
    }
    return pod.getRestartPolicy() == null ? "Always" : pod.getRestartPolicy();
  }

  /** Whether a main container starts again after this exit code. */
  static boolean restarts(PodSpec pod, Container container, int code) {
    for (var rule : container.getRestartPolicyRules()) {
      if (applies(rule, code)) {
        return "Restart".equals(rule.getAction());
      }
    }
    return switch (policy(pod, container)) {
      case "Always" -> true;
      case "OnFailure" -> code != 0;
      default -> false;
    };
  }

  /** Whether an init container, which is done once it succeeds, is tried again. */
  static boolean retriesInit(PodSpec pod, Container container, int code) {
    if (code == 0) {
      return false;
    }
    for (var rule : container.getRestartPolicyRules()) {
      if (applies(rule, code)) {
        return "Restart".equals(rule.getAction());
      }
    }
    return !policy(pod, container).equals("Never");
  }

  private static boolean applies(ContainerRestartRule rule, int code) {
    var codes = rule.getExitCodes();
    if (codes == null) {
      return false;
    }
    return switch (codes.getOperator()) {
      case "In" -> codes.getValues().contains(code);
      case "NotIn" -> !codes.getValues().contains(code);
      default -> false;
    };
  }
}
