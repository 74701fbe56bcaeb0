package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * A policy that is to mutate a request, by one of its bindings, with one of its parameters.
 *
 * @param kind the version of the kind in which the request is meant
 * @param parameter empty for none
 */
record Invocation(Policy policy, Binding binding, Kind kind, Optional<ObjectNode> parameter) {

  /** Those of a request, as it is before any of them has changed it. */
  static List<Invocation> allOf(
      List<Policy> policies, List<Binding> bindings, Reviewed reviewed, MutationFailures failures) {
    var invocations = new ArrayList<Invocation>();
    for (var policy : policies) {
      var bound = bindings.stream().filter(each -> each.policy().equals(policy.name())).toList();
      var kind = bound.isEmpty() ? Optional.<Kind>empty() : policy.selection().match(reviewed);
      if (kind.isPresent() && isConfigured(policy, reviewed, failures)) {
        for (var binding : bound) {
          addTo(invocations, policy, binding, kind.get(), reviewed, failures);
        }
      }
    }
    return invocations;
  }

  private static boolean isConfigured(Policy policy, Reviewed reviewed, MutationFailures failures) {
    var paramKind = policy.spec().path("paramKind");
    try {
      if (paramKind.isObject()) {
        Parameters.kind(reviewed, paramKind);
      }
      return true;
    } catch (Parameters.MisconfiguredException e) {
      failures.ofPolicy(policy, String.valueOf(e.getMessage()));
      return false;
    }
  }

  private static void addTo(
      List<Invocation> invocations,
      Policy policy,
      Binding binding,
      Kind kind,
      Reviewed reviewed,
      MutationFailures failures) {
    if (!binding.matches(reviewed)) {
      return;
    }
    try {
      var paramKind = policy.spec().path("paramKind");
      for (var parameter : Parameters.of(reviewed, paramKind, binding.paramRef())) {
        invocations.add(new Invocation(policy, binding, kind, parameter));
      }
    } catch (Parameters.MisconfiguredException e) {
      failures.ofBinding(policy, binding, String.valueOf(e.getMessage()));
    }
  }

  /** Unlike those of all others of a request. */
  String id() {
    var of =
        parameter
            .map(
                object ->
                    Json.text(object, "metadata", "namespace")
                        + "/"
                        + Json.text(object, "metadata", "name"))
            .orElse("");
    return policy.name() + "/" + binding.name() + "/" + of;
  }
}
