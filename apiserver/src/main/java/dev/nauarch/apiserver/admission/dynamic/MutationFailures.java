package dev.nauarch.apiserver.admission.dynamic;

import java.util.ArrayList;
import java.util.List;

/** Why mutations of a request could not be made. Used by one thread. */
final class MutationFailures {

  /** Why, and the word of a Status for it. */
  private record Failure(String message, String reason) {}

  private final List<Failure> failures = new ArrayList<>();

  /** A policy does not fit what there is. */
  void ofPolicy(Policy policy, String why) {
    add(
        policy,
        "policy \"%s\" denied request: failed to configure policy: %s"
            .formatted(policy.name(), why),
        "Forbidden");
  }

  /** A binding does not fit what there is. */
  void ofBinding(Policy policy, Binding binding, String why) {
    add(policy, denied(policy, binding, "failed to configure binding: " + why), "Forbidden");
  }

  /** A condition or a mutation could not be evaluated, or its outcome not be applied. */
  void ofMutation(Invocation invocation, String why) {
    add(invocation.policy(), denied(invocation.policy(), invocation.binding(), why), "Invalid");
  }

  private static String denied(Policy policy, Binding binding, String why) {
    return "policy '%s' with binding '%s' denied request: %s"
        .formatted(policy.name(), binding.name(), why);
  }

  private void add(Policy policy, String message, String reason) {
    if (!policy.isFailureIgnored()) {
      failures.add(new Failure(message, reason));
    }
  }

  /** Refuses the request for the first, and names all; goes on where there are none. */
  void refuse(Reviewed reviewed) {
    if (!failures.isEmpty()) {
      var first = failures.getFirst();
      var messages = failures.stream().map(Failure::message).toList();
      var about = reviewed.forbidden("").details();
      throw Refusals.withCauses(first.reason, 403, first.message, messages, about);
    }
  }
}
