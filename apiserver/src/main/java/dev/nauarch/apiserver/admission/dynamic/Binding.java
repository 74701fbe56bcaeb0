package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.apiserver.object.Json;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A binding, which puts a policy into force.
 *
 * @param name its name
 * @param policy the policy's name
 * @param selection which of the policy's requests; empty for all
 * @param paramRef which parameters; a missing node for none
 * @param actions what becomes of a failed validation
 */
record Binding(
    String name,
    String policy,
    Optional<Selection> selection,
    JsonNode paramRef,
    List<String> actions) {

  static List<Binding> allOf(List<ObjectNode> bindings) {
    return bindings.stream().map(Binding::of).toList();
  }

  private static Binding of(ObjectNode binding) {
    var spec = binding.path("spec");
    var match = spec.path("matchResources");
    return new Binding(
        Json.text(binding, "metadata", "name"),
        Json.text(spec, "policyName"),
        match.isObject() ? Optional.of(Selection.ofPolicy(match)) : Optional.empty(),
        spec.path("paramRef"),
        StreamSupport.stream(spec.path("validationActions").spliterator(), false)
            .map(action -> action.asString(""))
            .toList());
  }

  /** Whether it is about a request that its policy is about. */
  boolean matches(Reviewed request) {
    return selection.isEmpty() || selection.get().match(request).isPresent();
  }
}
