package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.admission.expression.TreeValues;
import dev.nauarch.apiserver.apply.Overlay;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.patch.JsonPatch;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.expression.CelProgram;
import dev.nauarch.expression.Compilation;
import dev.nauarch.expression.Evaluation;
import dev.nauarch.expression.MadeObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Lets policies change objects, one after the other. */
final class MutatingPolicies {

  private final World world;
  private final Prepared<Policy> policies;
  private final Prepared<Binding> bindings;

  MutatingPolicies(World world) {
    this.world = world;
    this.policies = new Prepared<>(world.view(), "mutatingadmissionpolicies", Policy::allOf);
    this.bindings = new Prepared<>(world.view(), "mutatingadmissionpolicybindings", Binding::allOf);
  }

  /** A mutation could not be made. */
  private static final class FailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private FailedException(String why) {
      super(why);
    }
  }

  void mutate(AdmissionRequest request, Rounds rounds) {
    if (bindings.items().isEmpty() || request.object().isEmpty()) {
      return;
    }
    var reviewed = new Reviewed(request, world);
    var failures = new MutationFailures();
    var invocations = Invocation.allOf(policies.items(), bindings.items(), reviewed, failures);
    var turn = rounds.policies();
    turn.begin(request.object().get());
    var isAnyDone = false;
    for (var invocation : invocations) {
      isAnyDone |= run(invocation, reviewed, turn, failures);
    }
    if (isAnyDone) {
      turn.changed();
    }
    turn.end(request.object().get());
    failures.refuse(reviewed);
  }

  /** Whether a mutation was made, be it one that changed nothing. */
  private static boolean run(
      Invocation invocation, Reviewed reviewed, Rounds.Turn turn, MutationFailures failures) {
    var policy = invocation.policy();
    switch (policy.conditions().ask(values(invocation, reviewed))) {
      case MatchConditions.Outcome.Fails _ -> {
        return false;
      }
      case MatchConditions.Outcome.Broken(var why) -> {
        failures.ofMutation(invocation, why);
        return false;
      }
      case MatchConditions.Outcome.Holds _ -> {
        // It is asked.
      }
    }
    if (!turn.mayCall(invocation.id())) {
      return false;
    }
    var isChanged = false;
    var isAnyDone = false;
    for (var mutation : policy.programs().mutations()) {
      try {
        isChanged |= mutate(invocation, mutation, reviewed);
        isAnyDone = true;
      } catch (FailedException e) {
        failures.ofMutation(invocation, String.valueOf(e.getMessage()));
      }
    }
    if (isChanged) {
      turn.changed();
    }
    if (policy.isCalledAgain()) {
      turn.calledAndWatching(invocation.id());
    }
    return isAnyDone;
  }

  private static Map<String, Object> values(Invocation invocation, Reviewed reviewed) {
    var values = RequestVariables.of(reviewed, invocation.kind());
    values.put("params", TreeValues.of(invocation.parameter()));
    return values;
  }

  /** Whether the object was changed. */
  private static boolean mutate(
      Invocation invocation, Programs.Mutation mutation, Reviewed reviewed) throws FailedException {
    var budget = new Budget();
    var values = values(invocation, reviewed);
    invocation.policy().programs().variables().addTo(values, budget);
    return apply(mutation, value(mutation, values, budget), reviewed, invocation.kind());
  }

  private static Object value(Programs.Mutation mutation, Map<String, Object> values, Budget budget)
      throws FailedException {
    if (!(mutation.program() instanceof Compilation.Compiled(CelProgram program))) {
      throw new FailedException(Programs.refusal(mutation.program()));
    }
    return switch (budget.evaluate(program, values)) {
      case Evaluation.Value(var value, var _) -> value;
      case Evaluation.Failed(var why, var _) ->
          throw new FailedException(
              "expression '" + mutation.text() + "' resulted in error: " + why);
      case Evaluation.TooExpensive _ ->
          throw new FailedException(PolicyCosts.tooExpensive(mutation.text()));
    };
  }

  private static boolean apply(
      Programs.Mutation mutation, Object value, Reviewed reviewed, Kind kind)
      throws FailedException {
    var object = reviewed.object(kind).orElseThrow();
    try {
      if (mutation.isPatch()) {
        var patched = patched(object, operations(value));
        return patched.isPresent() && Changed.takeStrictly(reviewed, kind, patched.get());
      }
      checkTypes(value, "Object");
      if (!(TreeValues.json(value) instanceof ObjectNode configuration)) {
        throw new FailedException("invalid return type: " + value);
      }
      configuration.put("apiVersion", Json.text(object, "apiVersion"));
      configuration.put("kind", Json.text(object, "kind"));
      return Changed.take(reviewed, kind, overlay(kind, object, configuration));
    } catch (IllegalArgumentException e) {
      throw new FailedException(String.valueOf(e.getMessage()));
    }
  }

  /** The patched object; empty where a test in the patch says that nothing is to be done. */
  private static Optional<ObjectNode> patched(ObjectNode object, ArrayNode operations)
      throws FailedException {
    try {
      return Optional.of(JsonPatch.apply(object, operations));
    } catch (ApiException e) {
      var why = Refusals.ofPatch(e);
      if (why.endsWith("test failed")) {
        return Optional.empty();
      }
      throw new FailedException("JSON Patch: " + why);
    }
  }

  private static ObjectNode overlay(Kind kind, ObjectNode object, ObjectNode configuration) {
    try {
      return Overlay.of(kind, object, configuration);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("error applying patch: " + e.getMessage(), e);
    }
  }

  private static ArrayNode operations(Object value) throws FailedException {
    var operations = Json.MAPPER.createArrayNode();
    if (value instanceof List<?> list) {
      for (var item : list) {
        if (!(item instanceof MadeObject operation)) {
          throw new FailedException(
              "type mismatch: JSONPatchType.expression should evaluate to array of JSONPatch");
        }
        var made = operation.fields().get("value");
        if (made instanceof MadeObject object) {
          checkTypes(object, object.typeName());
        }
        if (!(TreeValues.json(operation) instanceof ObjectNode json)) {
          throw new FailedException("type mismatch: an operation is an object");
        }
        for (var field : List.of("op", "path")) {
          json.put(field, Json.text(json, field));
        }
        operations.add(json);
      }
    }
    return operations;
  }

  /** Whether objects inside objects are named after the fields that they stand in. */
  private static void checkTypes(Object value, String expected) throws FailedException {
    switch (value) {
      case MadeObject object -> {
        if (!object.typeName().equals(expected)) {
          throw new FailedException(
              "type mismatch: unexpected type name \"%s\", expected \"%s\", which matches field name"
                      .formatted(object.typeName(), expected)
                  + " path from root Object type");
        }
        for (var field : object.fields().entrySet()) {
          checkTypes(field.getValue(), expected + "." + field.getKey());
        }
      }
      case List<?> list -> {
        for (var item : list) {
          checkTypes(item, expected);
        }
      }
      case Map<?, ?> map -> {
        for (var item : map.values()) {
          checkTypes(item, expected);
        }
      }
      default -> {
        // It has no parts.
      }
    }
  }
}
