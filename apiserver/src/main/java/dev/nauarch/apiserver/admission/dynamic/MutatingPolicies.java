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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Lets policies change objects, one after the other. */
final class MutatingPolicies {

  private final World world;
  private final Prepared<Policy> policies;
  private final Prepared<Binding> bindings;

  MutatingPolicies(World world) {
    this.world = world;
    this.policies = new Prepared<>(world.view(), "mutatingadmissionpolicies", Policy::mutating);
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
    var all = bindings.items();
    if (all.isEmpty() || request.object().isEmpty()) {
      return;
    }
    var object = request.object().get();
    var turn = rounds.policies();
    turn.begin(object);
    var reviewed = new Reviewed(request, world);
    var failures = new ArrayList<String>();
    for (var policy : policies.items()) {
      var bound = all.stream().filter(each -> each.policy().equals(policy.name())).toList();
      var kind = bound.isEmpty() ? Optional.<Kind>empty() : policy.selection().match(reviewed);
      if (kind.isPresent()) {
        for (var binding : bound) {
          run(new Invocation(policy, binding, kind.get()), reviewed, turn, failures);
        }
      }
    }
    turn.end(object);
    if (!failures.isEmpty()) {
      throw refusal(reviewed, failures.getFirst());
    }
  }

  private record Invocation(Policy policy, Binding binding, Kind kind) {}

  private static ApiException refusal(Reviewed reviewed, String failure) {
    var about = reviewed.forbidden("").details();
    return Refusals.withCause("Invalid", 403, failure, failure, about);
  }

  private static void run(
      Invocation invocation, Reviewed reviewed, Rounds.Turn turn, List<String> failures) {
    var policy = invocation.policy;
    var binding = invocation.binding;
    if (!binding.matches(reviewed)) {
      return;
    }
    try {
      var parameters = Parameters.of(reviewed, policy.spec().path("paramKind"), binding.paramRef());
      for (var parameter : parameters) {
        var id = policy.name() + "/" + binding.name() + "/" + idOf(parameter);
        if (turn.mayCall(id)) {
          if (mutate(invocation, reviewed, parameter)) {
            turn.changed();
          }
          if (policy.isCalledAgain()) {
            turn.calledAndWatching(id);
          }
        }
      }
    } catch (Parameters.MisconfiguredException e) {
      fail(invocation, "failed to configure binding: " + e.getMessage(), failures);
    } catch (FailedException e) {
      fail(invocation, String.valueOf(e.getMessage()), failures);
    }
  }

  private static String idOf(Optional<ObjectNode> parameter) {
    return parameter
        .map(
            object ->
                Json.text(object, "metadata", "namespace")
                    + "/"
                    + Json.text(object, "metadata", "name"))
        .orElse("");
  }

  private static void fail(Invocation invocation, String why, List<String> failures) {
    if (!invocation.policy.isFailureIgnored()) {
      failures.add(
          "policy '%s' with binding '%s' denied request: %s"
              .formatted(invocation.policy.name(), invocation.binding.name(), why));
    }
  }

  /** Whether the object was changed. */
  private static boolean mutate(
      Invocation invocation, Reviewed reviewed, Optional<ObjectNode> parameter)
      throws FailedException {
    var isChanged = false;
    var budget = new Budget();
    var programs = invocation.policy.programs();
    for (var i = 0; i < programs.mutations().size(); i++) {
      var values = RequestVariables.of(reviewed, invocation.kind);
      values.put("params", TreeValues.of(parameter));
      if (i == 0) {
        switch (invocation.policy.conditions().ask(values)) {
          case MatchConditions.Outcome.Fails _ -> {
            return false;
          }
          case MatchConditions.Outcome.Broken(var why) -> throw new FailedException(why);
          case MatchConditions.Outcome.Holds _ -> {
            // It is asked.
          }
        }
      }
      programs.variables().addTo(values, budget);
      var mutation = programs.mutations().get(i);
      isChanged |= apply(mutation, value(mutation, values, budget), reviewed, invocation.kind);
    }
    return isChanged;
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
        return Changed.take(reviewed, kind, JsonPatch.apply(object, operations(value)));
      }
      checkTypes(value, "Object");
      if (!(TreeValues.json(value) instanceof ObjectNode configuration)) {
        throw new FailedException("invalid return type: " + value);
      }
      configuration.put("apiVersion", Json.text(object, "apiVersion"));
      configuration.put("kind", Json.text(object, "kind"));
      return Changed.take(reviewed, kind, overlay(kind, object, configuration));
    } catch (ApiException e) {
      if (e.reason() == ApiException.Reason.INTERNAL_ERROR) {
        throw e;
      }
      // A test in a patch is how an expression says that nothing is to be done.
      var why = Refusals.ofPatch(e);
      if (why.endsWith("test failed")) {
        return false;
      }
      throw new FailedException("JSON Patch: " + why);
    } catch (IllegalArgumentException e) {
      throw new FailedException(String.valueOf(e.getMessage()));
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
        JsonNode json = TreeValues.json(operation);
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
